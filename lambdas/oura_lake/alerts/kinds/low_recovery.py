"""Alert kind: heart rate variability low for days."""

from oura_lake.alerts.kind import SlowKind

ALERT = SlowKind(
    name="low_recovery",
    is_on=False,
    why="Where it matters, the kinds illness and strain alert too; the weekly mail reports the rest.",
    sends_all_clear=False,
    title="Your nights restore less than usual",
    shows="Your heart rate variability was low for you on most of the last nights",
    advice="An easy day and an early night are worth a try.",
    chance=0.03,
    silent_after_illness_days=7,
)
