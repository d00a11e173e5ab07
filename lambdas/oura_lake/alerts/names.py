"""Names of kinds, signals and confounders wherever a person reads of them."""

from oura_lake.analyses.signals import LOAD, described

KINDS = {
    "illness": "Illness warning",
    "strain": "Strain from load",
    "lasting_shift": "Lasting shift of heart rate or readiness",
    "low_recovery": "Low recovery",
    "day_strain": "Strain by day",
    "short_sleep": "Short sleep",
    "irregular_nights": "Irregular bedtimes",
    "ring_battery": "Low battery of the ring",
}
# the names of a range in an alert: after "above" or "below", and before its numbers
USUAL_RANGE = ("your usual range", "usually")
EIGHT_WEEKS = ("the range of your eight weeks before", "in the eight weeks before")
RANGES = {
    "strain": ("the range of the six weeks that it is compared with", "in those six weeks"),
    "lasting_shift": EIGHT_WEEKS,
    "low_recovery": EIGHT_WEEKS,
    "day_strain": EIGHT_WEEKS,
    "short_sleep": ("the range of such means in your eight weeks before", "in the eight weeks before"),
    "irregular_nights": EIGHT_WEEKS,
}
MEANS = {"short_sleep": " a night, mean of the week"}  # kinds that judge no single night
LOAD_RANGE = ("what this alert lets pass", "it lets pass")

CONFOUNDERS = {
    "alcohol": "alcohol (you tagged it)",
    "altitude": "altitude (you tagged it)",
    "clock_change": "the clock change",
    "cycle": "your cycle (you tagged it)",
    "hard_workout": "a long workout",
    "late_meal": "a late meal (you tagged it)",
    "late_night": "a late night",
    "late_workout": "a late workout",
    "sauna": "a sauna (you tagged it)",
    "short_sleep": "a short night",
    "surgery": "a surgery (you tagged it)",
    "travel": "travel",
    "vaccine": "a vaccination (you tagged it)",
}


def kind_name(kind: str) -> str:
    """Kind of alert in words; a kind without a name here gives its own."""
    return KINDS.get(kind, kind.replace("_", " "))


def signal_name(signal: str, kind: str = "") -> str:
    """Signal in the words of a night's message: a signal that is known a day late is of the day before."""
    known = described(signal)
    return f"{known.title}{'' if known.is_nightly else ' the day before'}{MEANS.get(kind, '')}"


def explanation(confounder: str) -> str:
    """Confounder in words; a confounder without a name here gives its own."""
    return CONFOUNDERS.get(confounder, confounder.replace("_", " "))


def range_words(kind: str, signal: str) -> tuple[str, str]:
    """Names of the range that an alert of a kind shows beside a signal."""
    return LOAD_RANGE if signal == LOAD.column else RANGES.get(kind, USUAL_RANGE)
