"""Alert kind: resting heart rate high, or readiness low, for days."""

from oura_lake.alerts.kind import SlowKind

ALERT = SlowKind(
    name="lasting_shift",
    is_on=True,
    why="It is rare, and finds shifts that are too slow for the illness warning and independent of load.",
    sends_all_clear=False,
    title="Your resting heart rate or readiness has shifted",
    shows="Your resting heart rate was high for you, or your readiness low, on most of the last days",
    advice=(
        "Think of what changed: heat, travel, medication, drink, stress, the onset of something. If it stays "
        "and you cannot say why, ask a doctor."
    ),
    chance=0.03,
    silent_after_illness_days=7,
)
