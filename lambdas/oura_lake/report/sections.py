"""Sections of the page: plain values and drawings for the template."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from markupsafe import Markup

from oura_lake.alerts.wording.values import spoken, written
from oura_lake.analyses.signal_description import SignalDescription
from oura_lake.analyses.signals import charted
from oura_lake.report.axes import NARROW, WIDE
from oura_lake.report.charts import coverage_chart, signal_chart
from oura_lake.report.coverage import Known, Run, gaps, known, longest_gap, runs_known
from oura_lake.report.drawing import drawing
from oura_lake.report.figures import Figure, figure
from oura_lake.report.history import History, span
from oura_lake.report.points import Point
from oura_lake.report.words import plain_day, run_text

SHAPES = {"wide": WIDE, "narrow": NARROW}


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One signal over one stretch of days: the numbers above the chart, and the chart for each width."""

    signal: SignalDescription
    known: Known
    range_text: str
    drawings: list[Markup]


@dataclass(frozen=True, kw_only=True)
class TableDay:
    """One line of the table of days."""

    day: date
    figures: list[Figure]
    is_alerted: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SignalCoverage:
    """Coverage of one signal."""

    signal: SignalDescription
    known: Known
    longest_gap: str


def strip(history: History, signal: SignalDescription, points: list[Point]) -> Strip:
    """One signal over the days of its points."""
    first, last = points[0].day, points[-1].day
    values = history.values(signal.column, span(first, last))
    recorded = known(history, signal, first, last)
    text = _range_text(signal, values)
    days = f"{plain_day(first)} to {plain_day(last)}"
    label = f"{signal.title}, {days}: {text}, {recorded.text}{_alerts_spoken(history, first, last)}."
    return Strip(
        signal=signal, known=recorded, range_text=text,
        drawings=[
            drawing(signal_chart(signal, points, history.alerts, shape), shape, label, name)
            for name, shape in SHAPES.items() if values
        ],
    )  # fmt: skip


def _range_text(signal: SignalDescription, values: Sequence[float]) -> str:
    if not values:
        return "nothing recorded"
    if len(values) == 1:
        return f"{spoken(signal, values[0])}, once"
    return f"median {spoken(signal, median(values))}, {written(signal, min(values))} to {written(signal, max(values))}"


def _alerts_spoken(history: History, first: date, last: date) -> str:
    n_alerts = sum(first <= a.last_alert_day and a.onset_day <= last for a in history.alerts)
    return f", {n_alerts} alert{'s' if n_alerts > 1 else ''} marked" if n_alerts else ""


def table_days(history: History, n_days: int) -> Iterator[TableDay]:
    """Last days, the newest first."""
    for back in range(n_days):
        day = history.last - timedelta(days=back)
        recorded = history.days.get(day)
        yield TableDay(
            day=day, figures=[figure(history, s, day) for s in charted()], is_alerted=history.is_alerted(day),
            notes=recorded.notes if recorded else (),
        )  # fmt: skip


def coverage(history: History, first: date) -> list[SignalCoverage]:
    """Coverage of each charted signal since a day."""
    return [
        SignalCoverage(
            signal=s, known=known(history, s, first, history.last),
            longest_gap=_gap_text(longest_gap(history, s, first, history.last)),
        )
        for s in charted()
    ]  # fmt: skip


def coverage_drawings(history: History, first: date) -> list[Markup]:
    """Known days of each charted signal as lines, for each width."""
    rows = [(s.title, runs_known(history, s, first, history.last)) for s in charted()]
    n_gaps = sum(len(gaps(history, s, first, history.last)) for s in charted())
    label = f"Known days of each signal from {plain_day(first)} to {plain_day(history.last)}; {n_gaps} gaps in all."
    return [
        drawing(coverage_chart(rows, first, history.last, shape), shape, label, name) for name, shape in SHAPES.items()
    ]


def _gap_text(run: Run | None) -> str:
    return run_text(run) if run else "none"
