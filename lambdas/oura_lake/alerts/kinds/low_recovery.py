"""Does rest seem not to restore for days: what is worth a message, and what does it say?"""

from oura_lake.alerts.kind import Kind

KIND = "low_recovery"
IS_ON, WHY = False, "Illness and strain say the same when it matters; the weekly mail has the rest."
HAS_ALL_CLEAR = False
IS_FIRST = False
SAYS = Kind(
    title="Your nights restore less than usual",
    shows="Your heart rate variability was low for you on most of the last nights",
    advice="An easy day and an early night are worth a try.",
    chance=0.03,
    silent_after_illness_days=7,
)
evaluate, message, all_clear = SAYS.evaluate, SAYS.message, SAYS.all_clear
