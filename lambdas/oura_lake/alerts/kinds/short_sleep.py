"""Alert kind: a sleep debt over the last week."""

from oura_lake.alerts.kind import SlowKind

ALERT = SlowKind(
    name="short_sleep",
    is_on=False,
    why="A person knows of short nights; the weekly mail reports how short they were.",
    sends_all_clear=False,
    title="You slept less than usual this week",
    shows="The mean of your last seven nights is an hour or more below what is usual for you",
    advice="A few early nights make up for a week; one long morning does not.",
    chance=0.19,
)
