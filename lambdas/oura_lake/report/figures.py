"""Last night in words and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oura_lake.alerts.wording.values import hours, span_text
from oura_lake.analyses.signal_description import Form, SignalDescription
from oura_lake.analyses.signals import SLEEP, STEPS, charted
from oura_lake.analyses.usual_range import Range
from oura_lake.report.bands import ENOUGH_DAYS, WINDOW_DAYS, Verdict, band, is_bad, verdict
from oura_lake.report.history import History


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One signal of one day against the person's own band."""

    signal: SignalDescription
    day: date
    value: float | None
    usual: Range | None
    verdict: Verdict

    @property
    def is_bad(self) -> bool:
        """Return whether the value lies outside the usual range on the side of bad news."""
        return is_bad(self.signal, self.verdict)

    @property
    def usual_text(self) -> str:
        """Usual range in words."""
        if self.usual is None:
            return f"no range below {ENOUGH_DAYS} days"
        unit = "" if self.signal.form is Form.DURATION else self.signal.unit
        return f"usually {span_text(self.signal, self.usual.low, self.usual.high)} {unit}".strip()

    @property
    def n_text(self) -> str:
        """Number of the window's known days, in words."""
        return f"{self.usual.n if self.usual else 'fewer than ' + str(ENOUGH_DAYS)} of {WINDOW_DAYS} days"

    @property
    def strip(self) -> dict[str, float] | None:
        """Places of band, median and value on a line, in percent of its length."""
        if self.usual is None or self.value is None:
            return None
        room = max(self.usual.high - self.usual.low, 1e-9)
        first = min(self.usual.low - room * 0.6, self.value - room * 0.1)
        last = max(self.usual.high + room * 0.6, self.value + room * 0.1)
        marks = {"low": self.usual.low, "high": self.usual.high, "median": self.usual.middle, "value": self.value}
        return {name: round(100 * (mark - first) / (last - first), 1) for name, mark in marks.items()}


def figure(history: History, signal: SignalDescription, day: date) -> Figure:
    """One signal on one day."""
    value, usual = history.value(signal.column, day), band(history, signal, day)
    return Figure(signal=signal, day=day, value=value, usual=usual, verdict=verdict(signal, value, usual))


def last_night(history: History) -> date | None:
    """Newest day with a nightly value."""
    nightly = [s.column for s in charted() if s.is_nightly]
    known = (d.day for d in history.days.values() if any(column in d.values for column in nightly))
    return max(known, default=None)


def figure_day(history: History, signal: SignalDescription, night: date) -> date:
    """Day of a figure: that of the night, or the day before for steps of a day that is not over."""
    is_known = signal.is_nightly or history.value(signal.column, night) is not None
    return night if is_known else night - timedelta(days=1)


def sentence(figures: Sequence[Figure]) -> str:
    """Last night in a few plain sentences: its length, the unusual figures, and the usual ones."""
    if all(f.usual is None for f in figures):
        return f"{_slept(figures)} {NOTHING_USUAL}"
    loud = [_group(v, names) for v in LOUD if (names := [_name(f) for f in figures if f.verdict is v])]
    others = "The other main figures" if loud else "All main figures"
    parts = (["; ".join(loud)] if loud else []) + _usual(figures, others)
    return " ".join([_slept(figures), *(f"{part[0].upper()}{part[1:]}." for part in parts)])


LOUD = (Verdict.FAR_ABOVE, Verdict.FAR_BELOW, Verdict.ABOVE, Verdict.BELOW)
NOTHING_USUAL = f"Not enough data yet to say what is usual for you: a range needs {ENOUGH_DAYS} earlier days."


def _slept(figures: Sequence[Figure]) -> str:
    slept = [f"You slept {hours(f.value)}." for f in figures if f.signal == SLEEP and f.value is not None]
    return slept[0] if slept else "No sleep was recorded."


def _usual(figures: Sequence[Figure], all_others: str) -> list[str]:
    names = [_name(f) for f in figures if f.verdict is Verdict.USUAL]
    if any(f.verdict is Verdict.NOT_ENOUGH for f in figures):
        all_others = _joined(names) if names else ""
    be = "were" if len(names) > 1 or all_others.endswith("figures") else "was"
    return [f"{all_others} {be} in your usual range"] if names else []


def _group(verdict: Verdict, names: Sequence[str]) -> str:
    return f"{_joined(names)} {'was' if len(names) == 1 else 'were'} {verdict.value}"


def _name(shown: Figure) -> str:
    name = "the step count" if shown.signal == STEPS else shown.signal.title.lower()
    return name if shown.signal.is_nightly else f"{name} of {shown.day:%A}"


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
