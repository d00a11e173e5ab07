"""Charts of a signal: its band, its values with their gaps, and the alerts.

A chart names its data and receives them only when it is drawn: altair copies and checks a chart many times, which
takes long for a year of days. For the same reason altair makes one form for all signals over the same days, and the
scale of a signal is put into it afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import altair as alt

from oura_lake.analyses.signal_description import SignalDescription
from oura_lake.report.axes import LONG_DAYS, Shape, day_axis, end, instant, start, value_axis, value_scale
from oura_lake.report.coverage import Run, runs
from oura_lake.report.history import Alert
from oura_lake.report.palette import ALERT, BAND, EPISODE, MEDIAN, MISSING, VALUE
from oura_lake.report.points import Point

# altair types its fluent calls too loosely to follow, or not at all
Layer = Any
Row = dict[str, Any]
AT_Y: Any = alt.YValue
AT_Y2: Any = alt.Y2Value
BREAK: Any = "break-paths-filter-domains"
RUG_PX = 4
ABOVE_PX = -6
NAMES_PX = 150


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Form of a drawing in Vega-Lite, and its rows by the names that its layers use."""

    form: Row
    data: dict[str, list[Row]]


def signal_chart(signal: SignalDescription, points: Sequence[Point], alerts: Sequence[Alert], shape: Shape) -> Chart:
    """Chart of a signal over the days of its points, with its band."""
    first, last = points[0].day, points[-1].day
    looks = {"scale": value_scale(signal, points).to_dict(), "axis": value_axis(signal, shape).to_dict()}
    form = _form(first, last, shape)
    layers = [_scaled(layer, looks) for layer in form["layer"]]
    return Chart(form={**form, "layer": layers}, data={**_days(points), **_episodes(alerts, first, last)})


@lru_cache(maxsize=8)
def _form(first: date, last: date, shape: Shape) -> Row:
    """Form of a signal over some days, without its scale."""
    x, is_long = day_axis(first, last, shape), (last - first).days > LONG_DAYS
    y = alt.Y("value:Q", title=None)
    layers = [
        _stripes("episodes", x, EPISODE.light, 0, shape.height),
        _stripes("others", x, MEDIAN.light, 0, RUG_PX),
        *_band(x, y),
        *_values(x, y, is_long=is_long),
        _stripes("missing", x, MISSING.light, shape.height - RUG_PX, shape.height),
        _triangles(x),
    ]
    form = alt.layer(*layers).properties(width=shape.width - shape.label_room - 12, height=shape.height)
    return _spec(form)


def _scaled(layer: Row, looks: Row) -> Row:
    """Layer with the scale and the axis of a signal where it shows values."""
    encoding = layer["encoding"]
    if "field" not in encoding["y"]:
        return layer
    return {**layer, "encoding": {**encoding, "y": {**encoding["y"], **looks}}}


def _spec(form: Layer) -> Row:
    spec: Row = form.to_dict(validate=False)
    return spec


def coverage_chart(rows: Sequence[tuple[str, Sequence[Run]]], first: date, last: date, shape: Shape) -> Chart:
    """One line per signal, dark where its days are known."""
    names = [name for name, _ in rows]
    axis = alt.Axis(labelAlign="left", labelPadding=NAMES_PX, minExtent=NAMES_PX, maxExtent=NAMES_PX, labelLimit=0)
    y = alt.Y("signal:N", title=None, scale=alt.Scale(domain=names, paddingInner=0.5), axis=axis)
    x = day_axis(first, last, replace(shape, tick_step=shape.tick_step + 1))
    form = _over("known", x).mark_bar(color=MEDIAN.light).encode(x2="t2:T", y=y)
    form = form.properties(width=shape.width - NAMES_PX - 24, height=22 * len(names))
    return Chart(
        form=_spec(form), data={"known": [{"signal": name, **_stretch(r)} for name, known in rows for r in known]}
    )


def _over(name: str, x: alt.X) -> Layer:
    return alt.Chart(alt.NamedData(name=name)).encode(x=x)


def _band(x: alt.X, y: alt.Y) -> list[Layer]:
    days = _over("days", x)
    area = days.mark_area(color=BAND.light, invalid=BREAK).encode(y=_field(y, "low"), y2="high:Q")
    line = days.mark_line(color=MEDIAN.light, invalid=BREAK, strokeWidth=1).encode(y=_field(y, "median"))
    return [area, line]


def _values(x: alt.X, y: alt.Y, *, is_long: bool) -> list[Layer]:
    """Layers of the values: over weeks a line through the days, over a year dots and a line of the week's mean."""
    days = _over("days", x)
    line = days.mark_line(color=VALUE.light, invalid=BREAK, strokeWidth=1.75 if is_long else 1.25)
    dots = days.mark_circle(color=VALUE.light, size=5 if is_long else 24, opacity=0.45 if is_long else 1)
    return [line.encode(y=_field(y, "week" if is_long else "value")), dots.encode(y=y)]


def _field(y: alt.Y, name: str) -> alt.Y:
    copied: alt.Y = y.copy()
    copied.shorthand = f"{name}:Q"
    return copied


def _stripes(name: str, x: alt.X, color: str, top: int, bottom: int) -> Layer:
    return _over(name, x).mark_rect(color=color).encode(x2="t2:T", y=AT_Y(top), y2=AT_Y2(bottom))


def _triangles(x: alt.X) -> Layer:
    """Layer of triangles above the first alert days: filled for clear signs, hollow for some signs."""
    look: Row = {"shape": "triangle-down", "stroke": ALERT.light, "strokeWidth": 1.5, "size": 48, "opacity": 1}
    marks = _over("alerts", x).mark_point(**look)
    return marks.encode(y=AT_Y(ABOVE_PX), fill=alt.Fill("fill:N", scale=None, legend=None))


def _days(points: Sequence[Point]) -> dict[str, list[Row]]:
    rows = [
        {"t": instant(p.day), "value": p.value, "week": p.week_mean, "low": p.low, "median": p.median, "high": p.high}
        for p in points
    ]
    return {"days": rows, "missing": [_stretch(r) for r in runs(p.day for p in points if p.value is None)]}


def _episodes(alerts: Sequence[Alert], first: date, last: date) -> dict[str, list[Row]]:
    shown = [a for a in alerts if first <= a.last_alert_day and a.onset_day <= last and not a.is_taken_back]
    stretches = [(a, Run(first=max(a.onset_day, first), last=min(a.last_alert_day, last))) for a in shown]
    marked = [a for a in shown if a.is_illness and first <= a.first_alert_day <= last]
    inks = {"minor": EPISODE}
    return {
        "episodes": [_stretch(r) for a, r in stretches if a.is_illness],
        "others": [_stretch(r) for a, r in stretches if not a.is_illness],
        "alerts": [{"t": instant(a.first_alert_day), "fill": inks.get(a.level, ALERT).light} for a in marked],
    }


def _stretch(run: Run) -> Row:
    return {"t": start(run.first), "t2": end(run.last)}
