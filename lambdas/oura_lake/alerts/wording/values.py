"""Wording of a signal's values, the same in alerts, weekly mail and report."""

from oura_lake.alerts.wording.dates import clock
from oura_lake.analyses.signal_description import Form, SignalDescription
from oura_lake.analyses.signals import NOON_H

MINUTES = 60


def hours(value: float) -> str:
    """7.2 -> '7 h 12 min'."""
    whole, minutes = _hours_and_minutes(value)
    return f"{whole} h {minutes:02d} min"


def written(signal: SignalDescription, value: float) -> str:
    """Value without its unit: 8,412 or 15.1, +0.1, 7:12, 22:30."""
    if signal.form is Form.CLOCK:
        return clock(value)
    if signal.form is Form.DURATION:
        whole, minutes = _hours_and_minutes(value)
        return f"{whole}:{minutes:02d}"
    number = rounded(signal, value)
    if signal.form is Form.SIGNED and number:
        return f"{number:+.{signal.digits}f}".replace("-", "−")
    return f"{number:,.{signal.digits}f}"


def _hours_and_minutes(value: float) -> tuple[int, int]:
    return divmod(round(value * MINUTES), MINUTES)


def spoken(signal: SignalDescription, value: float) -> str:
    """Value with its unit: 7 h 12 min, 52 bpm."""
    if signal.form is Form.DURATION:
        return hours(value)
    return f"{written(signal, value)} {signal.unit}".strip()


def explained(signal: SignalDescription, value: float) -> str:
    """Value with its unit, and the reference of a deviation."""
    return spoken(signal, value) + (f" against {signal.relative_to}" if signal.relative_to else "")


def span_text(signal: SignalDescription, low: float, high: float) -> str:
    """Both ends of a range in words, within the limits of the signal."""
    return f"{written(signal, signal.clipped(low))} to {written(signal, signal.clipped(high))}"


def rounded(signal: SignalDescription, value: float) -> float:
    """Value as rounded for display; a clock in minutes after noon, so that no midnight splits the nights."""
    if signal.form is Form.CLOCK:
        return float(round((value - NOON_H) % 24 * MINUTES))
    if signal.form is Form.DURATION:
        return float(round(value * MINUTES))
    return float(f"{value:.{signal.digits}f}") + 0.0  # without the sign of a zero


def side_of(signal: SignalDescription, value: float, low: float, high: float) -> int:
    """Side of a value by the displayed digits: -1 below the range, 0 in it, 1 above."""
    number, least, most = (rounded(signal, v) for v in (value, low, high))
    return (number > most) - (number < least)
