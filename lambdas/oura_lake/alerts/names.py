"""Names of kinds, signals and confounders wherever a person reads of them."""

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
# how a range is called that an alert shows: behind "above" or "below", and before its numbers
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
LOAD_RANGE = ("what this alert lets pass", "it lets pass")

# how a signal is called, its unit, and the digits shown
SIGNALS = {
    "temperature_deviation_c": ("Skin temperature", " °C against your average", 1),
    "resting_heart_rate_bpm": ("Resting heart rate", " bpm", 0),
    "hrv_rmssd_ms": ("Heart rate variability", " ms", 0),
    "respiratory_rate_bpm": ("Breathing rate", " a minute", 1),
    "steps": ("Steps the day before", "", 0),
    "inactive_h": ("Inactive time the day before", " h", 1),
    "readiness_score": ("Readiness", "", 0),
    "stress_high_min": ("Time of high strain the day before", " min", 0),
    "sleep_h": ("Sleep a night, mean of the week", " h", 1),
    "bedtime_h": ("Bedtime", " o'clock", 1),
    "load_pct": ("Load of the week", " % of before", 0),
    "last_battery_pct": ("The battery", " %", 0),
}
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
    """A kind of alert in words; one that nobody named is its own name."""
    return KINDS.get(kind, kind.replace("_", " "))


def explanation(confounder: str) -> str:
    """Another explanation of a night in words; one that nobody named is its own name."""
    return CONFOUNDERS.get(confounder, confounder.replace("_", " "))


def range_words(kind: str, signal: str) -> tuple[str, str]:
    """How the range is called that an alert of a kind shows beside a signal."""
    return LOAD_RANGE if signal == "load_pct" else RANGES.get(kind, USUAL_RANGE)
