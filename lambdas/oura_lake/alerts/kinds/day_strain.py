"""Was the body under strain by day: what is worth a message, and what does it say?"""

from oura_lake.alerts.kind import Kind

KIND = "day_strain"
IS_ON, WHY = False, "It measures the body, not what anybody felt, and nothing validated follows from it."
HAS_ALL_CLEAR = False
IS_FIRST = False
SAYS = Kind(
    title="Your days show more physiological strain",
    shows=(
        "By day your body was under more physiological strain than usual for you. That is heart rate and its "
        "variability at rest: the ring does not know whether you felt stressed"
    ),
    advice="Heat, caffeine, a meal, an infection or hard training raise it as much as a bad week does.",
    chance=0.24,
    silent_after_illness_days=7,
)
evaluate, message, all_clear = SAYS.evaluate, SAYS.message, SAYS.all_clear
