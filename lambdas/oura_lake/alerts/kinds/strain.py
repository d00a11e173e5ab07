"""Alert kind: a body that does not cope with its load."""

from oura_lake.alerts.kind import SlowKind

ALERT = SlowKind(
    name="strain",
    is_on=True,
    why="It is slow and rare, and warns in time; without it only a lost month shows the strain.",
    sends_all_clear=True,
    title="Your body seems not to cope with its load",
    shows=(
        "Your nights of the last week differ from your usual ones as they do when the load is more than the "
        "body recovers from"
    ),
    advice=(
        "Look at the next days' plans: an easy week costs little if this is wrong. If it lasts for weeks "
        "although you rest, see a doctor."
    ),
    chance=0.13,
    silent_after_illness_days=10,  # as many weekly means as it looks at
    is_of_load=True,
)
