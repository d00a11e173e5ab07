"""Wording of the evidence: signals, other explanations, earlier episodes, confidence.

It contains no number about the body unless the person chose so.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from oura_lake.alerts.episodes import episodes
from oura_lake.alerts.model import Alert
from oura_lake.alerts.names import explanation, range_words, signal_name
from oura_lake.alerts.wording.dates import listed, spoken_day, spoken_span
from oura_lake.alerts.wording.values import explained, side_of, span_text
from oura_lake.analyses.model import MAJOR, MINOR, OK, Driver, Finding
from oura_lake.analyses.personal_threshold import MOST_NIGHTS, ORDINARY_WEEKS, WEEK_DAYS
from oura_lake.analyses.signal_description import Form
from oura_lake.analyses.signals import HRV, described

NOTICEABLE = 1.0
MOST_EARLIER = 3
FEW = 0.4  # a share of the signals
LEAST_JUDGED = 60
YEAR = timedelta(days=MOST_NIGHTS)  # the past that the calibration counts

ANY, OF_A_CLOCK = ("above", "below", "high", "low"), ("later than", "earlier than", "late", "early")
LEVELS = {MAJOR: "clear signs", MINOR: "some signs"}  # of the illness warning
EITHER_SIDE = {("strain", HRV.column)}  # the kind judges both sides


def evidence(
    alert: Alert,
    night: Finding,
    findings: Sequence[Finding],
    numbers: bool,
    labels: Mapping[str, str],
    chance_a_month: float,
) -> tuple[str, ...]:
    """Paragraphs with the reasons, other explanations, earlier episodes, and the confidence."""
    parts = (
        _signals(night, numbers),
        _explanations(night),
        _earlier(alert, findings, labels),
        _certainty(night, findings, chance_a_month),
    )
    return tuple(part for part in parts if part)


def _signals(night: Finding, numbers: bool) -> str:
    lines = [f"WHAT IS UNUSUAL ({spoken_day(night.day)})", *(f"- {line}" for line in unusual_lines(night, numbers))]
    unusual = unusual_drivers(night)
    other = [_name(d, night.kind) for d in night.drivers if d not in unusual and _is_outside(d)]
    calm = [_name(d, night.kind) for d in night.drivers if d not in unusual and not _is_outside(d)]
    if other:
        lines.append(f"Unusual too, but no sign of it: {listed(other)}.")
    if calm:
        lines.append(f"As usual: {listed(calm)}.")
    return "\n".join(lines)


def unusual_drivers(night: Finding) -> list[Driver]:
    """Signals of a night that speak for the alert, the strongest first."""
    return [d for d in night.drivers if (abs(d.z) >= NOTICEABLE or _is_outside(d)) and _is_worse(d, night.kind)]


def unusual_lines(night: Finding, numbers: bool) -> list[str]:
    """Each signal that speaks for the alert, in words; mail and report show the same."""
    lines = [_line(d, night.kind, numbers) for d in unusual_drivers(night)]
    return lines or ["No single signal stands out; together they have moved"]


def _name(driver: Driver, kind: str) -> str:
    return signal_name(driver.signal, kind).lower()


def _is_outside(driver: Driver) -> bool:
    return side_of(described(driver.signal), driver.value, driver.low, driver.high) != 0


def _is_worse(driver: Driver, kind: str) -> bool:
    direction = described(driver.signal).direction
    return direction == 0 or (kind, driver.signal) in EITHER_SIDE or (driver.z < 0) == (direction < 0)


def _line(driver: Driver, kind: str, numbers: bool) -> str:
    signal = described(driver.signal)
    above, below, high, low = OF_A_CLOCK if signal.form is Form.CLOCK else ANY
    beyond, on_side = (above, high) if driver.z > 0 else (below, low)
    range_name, before_numbers = range_words(kind, driver.signal)
    how = f"{beyond} {range_name}" if _is_outside(driver) else f"on the {on_side} side for you"
    figures = f": {explained(signal, driver.value)}, {before_numbers} {span_text(signal, driver.low, driver.high)}"
    return f"{signal_name(driver.signal, kind)} {how}{figures if numbers else ''}"


def _explanations(night: Finding) -> str:
    known = [explanation(c) for c in night.confounders]
    found = f"The last days had {listed(known)}." if known else "Nothing in the last days that the lake knows of."
    return (
        "WHAT ELSE COULD EXPLAIN IT\n"
        + found
        + "\nAlcohol, hard training, a late meal, a warm bedroom, a vaccination or stress can look the same."
    )


def _earlier(alert: Alert, findings: Sequence[Finding], labels: Mapping[str, str]) -> str:
    """Last episodes of this kind, and their labels."""
    before = [run for run in episodes(findings) if run[-1].day < alert.first_alert_day]
    if not before:
        return ""
    lines = [f"- {_episode(run, labels)}" for run in reversed(before[-MOST_EARLIER:])]
    return "EARLIER EPISODES LIKE THIS\n" + "\n".join(lines)


def _episode(run: Sequence[Finding], labels: Mapping[str, str]) -> str:
    sentence = labels.get(f"{run[0].kind}-{run[0].day}")
    return spoken_span(run[0].day, run[-1].day) + (f": {sentence}" if sentence else "")


def _certainty(night: Finding, findings: Sequence[Finding], chance_a_month: float) -> str:
    n_signals = round(len(night.drivers) / night.coverage) if night.coverage else len(night.drivers)
    judged = (
        f"Judged from {len(night.drivers)} of {n_signals} signal{'s' if n_signals > 1 else ''} against your own "
        f"last {night.n_baseline_nights} nights."
    )
    fewer = "\nWith so few signals it is less sure than usual." if night.coverage <= FEW else ""
    return f"HOW SURE IS THIS\n{judged}{fewer}\n{_chance(night, findings, chance_a_month)}{_own_rate(findings)}"


def _chance(night: Finding, findings: Sequence[Finding], of_generated: float) -> str:
    """Rate of such messages by chance, and the nights that the rate rests on."""
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
    sentence = own_rate(findings)
    return f"\n{sentence}, this one included." if sentence else ""


def own_rate(findings: Sequence[Finding]) -> str:
    """Return the number of episodes in the person's own history; empty if the history is too short."""
    judged = [f.day for f in findings if f.status == OK]
    if len(judged) < LEAST_JUDGED:
        return ""
    first, last = min(judged), max(judged)
    pauses = ", pauses left out," if (last - first).days + 1 > len(judged) else ""
    n = len(episodes(findings))
    return (
        f"In all {len(judged):,} days that could be judged since {spoken_span(first, first)}{pauses} it found {n} "
        f"episode{'s' if n != 1 else ''}"
    )


def _months(n: float) -> str:
    return "a month" if round(n) <= 1 else f"{round(n)} months"
