"""What does an alert rest on, what else could explain it, what was before, and how sure is it?

No number about the body unless the person chose so.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from oura_lake.alerts._episodes import episodes
from oura_lake.alerts._model import Alert
from oura_lake.alerts._speech import listed, spoken_day, spoken_span
from oura_lake.analyses._budget import MOST_NIGHTS, ORDINARY_WEEKS, WEEK_DAYS
from oura_lake.analyses._model import OK, Driver, Finding

NOTICEABLE = 1.0
STRONGEST = 3
MOST_EARLIER = 3
FEW = 0.4  # of the signals
LEAST_JUDGED = 60
YEAR = timedelta(days=MOST_NIGHTS)  # that the calibration looks back

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
ANY, BEDTIME = ("above", "below", "high", "low"), ("later than", "earlier than", "late", "early")
# of which being high is no sign of strain
FALLING = ("hrv_rmssd_ms", "steps", "readiness_score", "sleep_h", "last_battery_pct")


def evidence(
    alert: Alert, night: Finding, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str],
    chance_a_month: float,
) -> tuple[str, ...]:
    """The paragraphs that say why, what else, what was before, and how sure."""
    parts = (
        _signals(night, numbers), _explanations(night), _earlier(alert, findings, labels),
        _certainty(night, findings, chance_a_month),
    )
    return tuple(part for part in parts if part)


def _signals(night: Finding, numbers: bool) -> str:
    unusual = [d for d in night.drivers if (abs(d.z) >= NOTICEABLE or _is_outside(d)) and _is_worse(d)]
    calm = [SIGNALS[d.signal][0].lower() for d in night.drivers if d not in unusual]
    lines = [f"WHAT IS UNUSUAL ({spoken_day(night.day)})", *(_line(d, numbers) for d in unusual[:STRONGEST])]
    if calm:
        lines.append(f"As usual: {listed(calm)}.")
    return "\n".join(lines)


def _is_outside(driver: Driver) -> bool:
    return not driver.low <= driver.value <= driver.high


def _is_worse(driver: Driver) -> bool:
    return driver.signal == "bedtime_h" or (driver.z < 0) == (driver.signal in FALLING)


def _line(driver: Driver, numbers: bool) -> str:
    name, unit, digits = SIGNALS[driver.signal]
    above, below, high, low = BEDTIME if driver.signal == "bedtime_h" else ANY
    beyond, side = (above, high) if driver.z > 0 else (below, low)
    how = f"{beyond} your usual range" if _is_outside(driver) else f"on the {side} side for you"
    shown = f": {driver.value:.{digits}f}{unit}, usually {driver.low:.{digits}f} to {driver.high:.{digits}f}"
    return f"- {name} {how}{shown if numbers else ''}"


def _explanations(night: Finding) -> str:
    known = [CONFOUNDERS[c] for c in night.confounders if c in CONFOUNDERS]
    found = f"The last days had {listed(known)}." if known else "Nothing in the last days that the lake knows of."
    return "WHAT ELSE COULD EXPLAIN IT\n" + found + \
           "\nAlcohol, hard training, a late meal, a warm bedroom, a vaccination or stress can look the same."


def _earlier(alert: Alert, findings: Sequence[Finding], labels: Mapping[str, str]) -> str:
    """The last episodes of this kind, and what is known of them."""
    before = [run for run in episodes(findings) if run[-1].day < alert.first_alert_day]
    if not before:
        return ""
    lines = [f"- {_episode(run, labels)}" for run in reversed(before[-MOST_EARLIER:])]
    return "EARLIER EPISODES LIKE THIS\n" + "\n".join(lines)


def _episode(run: Sequence[Finding], labels: Mapping[str, str]) -> str:
    said = labels.get(f"{run[0].kind}-{run[0].day}")
    return spoken_span(run[0].day, run[-1].day) + (f": {said}" if said else "")


def _certainty(night: Finding, findings: Sequence[Finding], chance_a_month: float) -> str:
    n_signals = round(len(night.drivers) / night.coverage) if night.coverage else len(night.drivers)
    judged = f"Judged from {len(night.drivers)} of {n_signals} signal{'s' if n_signals > 1 else ''} against your own " \
             f"last {night.n_baseline_nights} nights."
    fewer = "\nWith so few signals it is less sure than usual." if night.coverage <= FEW else ""
    return f"HOW SURE IS THIS\n{judged}{fewer}\n{_chance(night, findings, chance_a_month)}{_own_rate(findings)}"


def _chance(night: Finding, findings: Sequence[Finding], of_generated: float) -> str:
    """How often such a message comes by chance, and by whose nights that is known."""
    known = night.chance_a_month or of_generated
    n = sum(f.status == OK and night.day - YEAR <= f.day < night.day for f in findings)
    if night.chance_a_month is None:
        whose = "generated people in whose year nothing happened"
    elif n < ORDINARY_WEEKS * WEEK_DAYS:
        whose = f"generated people more than by your own {n} judged nights"
    else:
        whose = f"your own last {n} judged nights"
    return f"By chance such a message comes about once in {_months(1 / known)}, going by {whose}."


def _own_rate(findings: Sequence[Finding]) -> str:
    """How often it spoke over the person's own history, where that is long enough to say anything."""
    n_judged = sum(f.status == OK for f in findings)
    if n_judged < LEAST_JUDGED:
        return ""
    n = len(episodes(findings))
    return f"\nIn all {n_judged:,} days judged so far it found {n} episode{'s' if n != 1 else ''}, this one included."


def _months(n: float) -> str:
    return "a month" if round(n) <= 1 else f"{round(n)} months"

