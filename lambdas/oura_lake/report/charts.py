"""How is a signal drawn? Its band, its values with their gaps, and the alerts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import altair as alt

from oura_lake.report.axes import LONG_DAYS, Shape, day_axis, end, instant, start, value_axis, value_scale
from oura_lake.report.coverage import Run, runs
from oura_lake.report.history import Alert
from oura_lake.report.palette import ALERT, BAND, EPISODE, MEDIAN, MISSING, VALUE
from oura_lake.report.points import Point
from oura_lake.report.signals import Signal

Chart = Any  # altair types its fluent calls too loosely to follow
BREAK: Any = "break-paths-filter-domains"
RUG_PX = 4
NAMES_PX = 150
Rows = Sequence[dict[str, Any]]


def signal_chart(signal: Signal, points: Sequence[Point], alerts: Sequence[Alert], shape: Shape) -> Chart:
    """A signal over the days of its points, shaded by the band it was judged by."""
    first, last = points[0].day, points[-1].day
    x = day_axis(first, last, shape)
    shown = [a for a in alerts if first <= a.last_alert_day and a.onset_day <= last]
    layers = [
        _stripes(_episodes(shown, first, last), x, EPISODE.light, 0, shape.height),
        *_band(signal, points, x, shape),
        *_values(signal, points, x, shape),
        _stripes(runs(p.day for p in points if p.value is None), x, MISSING.light, shape.height - RUG_PX, shape.height),
        _alert_days(shown, first, last, x),
    ]
    return alt.layer(*layers).properties(width=shape.width - shape.label_room - 12, height=shape.height)


def coverage_chart(rows: Sequence[tuple[str, Sequence[Run]]], first: date, last: date, shape: Shape) -> Chart:
    """One line per signal, dark where its days are known."""
    bars = [{"signal": name, "t": start(r.first), "t2": end(r.last)} for name, known in rows for r in known]
    names = [name for name, _ in rows]
    axis = alt.Axis(labelAlign="left", labelPadding=NAMES_PX, minExtent=NAMES_PX, maxExtent=NAMES_PX, labelLimit=0)
    y = alt.Y("signal:N", title=None, scale=alt.Scale(domain=names, paddingInner=0.5), axis=axis)
    x = day_axis(first, last, replace(shape, tick_step=shape.tick_step + 1))
    chart = _over(bars, x).mark_bar(color=MEDIAN.light).encode(x2="t2:T", y=y)
    return chart.properties(width=shape.width - NAMES_PX - 24, height=22 * len(names))


def _over(rows: Rows, x: alt.X) -> Chart:
    return alt.Chart(alt.InlineData(values=list(rows))).encode(x=x)


def _y(field: str, signal: Signal, points: Sequence[Point], shape: Shape) -> alt.Y:
    return alt.Y(f"{field}:Q", title=None, scale=value_scale(signal, points), axis=value_axis(signal, shape))


def _band(signal: Signal, points: Sequence[Point], x: alt.X, shape: Shape) -> list[Chart]:
    days = _over([{"t": instant(p.day), "low": p.low, "high": p.high, "median": p.median} for p in points], x)
    area = days.mark_area(color=BAND.light, invalid=BREAK).encode(y=_y("low", signal, points, shape), y2="high:Q")
    line = days.mark_line(color=MEDIAN.light, invalid=BREAK, strokeWidth=1)
    return [area, line.encode(y=_y("median", signal, points, shape))]


def _values(signal: Signal, points: Sequence[Point], x: alt.X, shape: Shape) -> list[Chart]:
    """Weeks: each day joined to the next. A year: each day as a speck, and the week's mean as the line."""
    is_long = (points[-1].day - points[0].day).days > LONG_DAYS
    days = _over([{"t": instant(p.day), "value": p.value, "week": p.week_mean} for p in points], x)
    line = days.mark_line(color=VALUE.light, invalid=BREAK, strokeWidth=1.75 if is_long else 1.25)
    dots = days.mark_circle(color=VALUE.light, size=5 if is_long else 24, opacity=0.45 if is_long else 1)
    return [
        line.encode(y=_y("week" if is_long else "value", signal, points, shape)),
        dots.encode(y=_y("value", signal, points, shape)),
    ]


def _stripes(stretches: Sequence[Run], x: alt.X, color: str, top: int, bottom: int) -> Chart:
    rows = [{"t": start(r.first), "t2": end(r.last)} for r in stretches]
    return _over(rows, x).mark_rect(color=color).encode(x2="t2:T", y=alt.value(top), y2=alt.value(bottom))


def _episodes(alerts: Sequence[Alert], first: date, last: date) -> list[Run]:
    return [Run(first=max(a.onset_day, first), last=min(a.last_alert_day, last)) for a in alerts]


def _alert_days(alerts: Sequence[Alert], first: date, last: date, x: alt.X) -> Chart:
    rows = [{"t": instant(a.first_alert_day)} for a in alerts if first <= a.first_alert_day <= last]
    return _over(rows, x).mark_point(shape="triangle-down", color=ALERT.light, filled=True, size=70, opacity=1).encode(
        y=alt.value(-6)
    )
