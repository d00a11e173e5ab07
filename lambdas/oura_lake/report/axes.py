"""Axes: places of days and values on a chart, and their labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import altair as alt

from oura_lake.analyses.signal_description import Form, SignalDescription
from oura_lake.analyses.signals import STEPS
from oura_lake.report.palette import GRID, LABEL
from oura_lake.report.points import Point

HALF_DAY = timedelta(hours=12)
LONG_DAYS = 70
TICKS_OF_VALUES = 3
PLAIN = "format(datum.value, datum.value < 1000 ? '~f' : '~s')"
SIGNED = "datum.value == 0 ? '0' : replace(format(datum.value, '+.1f'), '-', '−')"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Size of a drawing and of its letters in CSS pixels, and the step between its labelled dates."""

    width: int
    height: int
    font: int
    label_room: int
    tick_step: int


WIDE = Shape(width=720, height=96, font=12, label_room=38, tick_step=1)
NARROW = Shape(width=340, height=112, font=13, label_room=38, tick_step=2)


def instant(day: date) -> int:
    """Noon of the day in ms, so that a day's mark stands in the middle of its slot."""
    return int((datetime(day.year, day.month, day.day, tzinfo=UTC) + HALF_DAY).timestamp() * 1000)


def start(day: date) -> int:
    """First instant of the day."""
    return instant(day) - 43_200_000


def end(day: date) -> int:
    """First instant after the day."""
    return instant(day) + 43_200_000


def day_axis(first: date, last: date, shape: Shape) -> alt.X:
    """Days from the first to the last, labelled by weeks or, over many of them, by months."""
    is_long = (last - first).days > LONG_DAYS
    ticks = (_months if is_long else _mondays)(first, last)
    return alt.X(
        "t:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[start(first), end(last)], nice=False),
        axis=alt.Axis(
            values=[start(d) if is_long else instant(d) for d in ticks[:: shape.tick_step * (1 + is_long)]],
            format="%b %Y" if is_long else "%-d %b", grid=True, labelFlush=False, labelAlign="center",
        ),
    )  # fmt: skip


def _mondays(first: date, last: date) -> list[date]:
    begin = first + timedelta(days=-first.weekday() % 7)
    return [begin + timedelta(weeks=n) for n in range((last - begin).days // 7 + 1)]


def _months(first: date, last: date) -> list[date]:
    months = (date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13))
    return [m for m in months if first <= m <= last]


def value_scale(signal: SignalDescription, points: Sequence[Point]) -> alt.Scale:
    """Scale that contains every value and band; that of steps starts at zero, that of a deviation contains zero."""
    numbers = [n for p in points for n in (p.value, p.low, p.high) if n is not None] or [0.0, 1.0]
    if signal == STEPS or signal.form is Form.SIGNED:
        numbers.append(0.0)
    room = (max(numbers) - min(numbers)) * 0.08 or 1.0
    bottom = 0.0 if signal == STEPS else min(numbers) - room
    return alt.Scale(domain=[bottom, max(numbers) + room], nice=False, zero=False)


def value_axis(signal: SignalDescription, shape: Shape) -> alt.Axis:
    """Few, quiet labels in a column of fixed width, so that the days of all charts stand in line."""
    return alt.Axis(
        tickCount=TICKS_OF_VALUES, minExtent=shape.label_room, maxExtent=shape.label_room,
        labelExpr=SIGNED if signal.form is Form.SIGNED else PLAIN,
    )  # fmt: skip


def config(shape: Shape) -> dict[str, object]:
    """Return the configuration of a quiet look: no frame, no ticks, a hairline grid, no mark for a screen reader."""
    axis = {
        "domain": False, "ticks": False, "gridColor": GRID.light, "labelColor": LABEL.light, "labelFont": "sans-serif",
        "labelFontSize": shape.font, "labelPadding": 6, "aria": False,
    }  # fmt: skip
    return {"background": None, "view": {"stroke": None}, "axis": axis, "mark": {"aria": False}, "padding": 1}
