"""Alert kind: bedtimes far from the usual ones."""

from oura_lake.alerts.kind import SlowKind

ALERT = SlowKind(
    name="irregular_nights",
    is_on=False,
    why="A late week is a choice more often than a sign; the weekly mail reports it.",
    sends_all_clear=False,
    title="Your bedtimes slipped this week",
    shows=("On most of the last seven nights you went to bed an hour and a half or more off your usual time"),
    advice="The same hour on most days is what sleep likes; start with the time you get up.",
    chance=0.01,
)
