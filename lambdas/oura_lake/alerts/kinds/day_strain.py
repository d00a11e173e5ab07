"""Alert kind: physiological strain by day."""

from oura_lake.alerts.kind import SlowKind

ALERT = SlowKind(
    name="day_strain",
    is_on=False,
    why="It measures the body, not a feeling, and no validated conclusion follows from it.",
    sends_all_clear=False,
    title="Your days show more physiological strain",
    shows="By day your body was under more physiological strain than usual for you",
    advice=(
        "Heat, caffeine, a meal, an infection or hard training raise it as much as a bad week does. It is heart rate "
        "and its variability at rest: the ring does not know whether you felt stressed."
    ),
    chance=0.24,
    silent_after_illness_days=7,
)
