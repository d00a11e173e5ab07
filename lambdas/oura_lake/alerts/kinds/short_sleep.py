"""Has a debt of sleep grown: what is worth a message, and what does it say?"""

from oura_lake.alerts.kind import Kind

KIND = "short_sleep"
IS_ON, WHY = False, "You know when you sleep little; the weekly mail tells how much it was."
HAS_ALL_CLEAR = False
IS_FIRST = False
SAYS = Kind(
    title="You slept less than usual this week",
    shows="The mean of your last seven nights is an hour or more below what is usual for you",
    advice="A few early nights make up for a week; one long morning does not.",
    chance=0.19,
)
evaluate, message, all_clear = SAYS.evaluate, SAYS.message, SAYS.all_clear
