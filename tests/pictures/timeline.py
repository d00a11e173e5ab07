"""Timeline of an episode's signals against the personal band: the report's own charts, with onset, peak and end."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup, escape
from oura_lake.alerts.wording.dates import MONTHS
from oura_lake.analyses.model import QUESTIONS, Analysis
from oura_lake.analyses.signals import charted, listed
from oura_lake.registry import plugins
from oura_lake.report import history as told_to
from oura_lake.report.axes import Shape, end, instant, start
from oura_lake.report.charts import signal_chart
from oura_lake.report.drawing import drawing
from oura_lake.report.palette import ALERT, LABEL
from oura_lake.report.points import points
from pictures.story import Story

SHAPE = Shape(width=720, height=84, font=12, label_room=38, tick_step=1)
SIGNALS = {s.column: s for s in (*charted(), *listed())}
SHOWN = {
    "illness": ("temperature_deviation_c", "resting_heart_rate_bpm", "hrv_rmssd_ms", "respiratory_rate_bpm"),
    "strain": ("hrv_rmssd_ms", "resting_heart_rate_bpm", "steps"),
}
BEFORE = timedelta(days=35)
DAY = timedelta(days=1)
PAPER = "#fcfbf9"
HEADING: dict[str, Any] = {"fill": "#1d2125", "font_weight": "600"}
NAMED: dict[str, Any] = {"fill": ALERT.light, "font_weight": "600"}
EDGE, HEAD, TITLE, GAP = 16, 118, 14, 12
ROW, ROOM = 14, 30  # height of a row of names, and the space beside a name
BOX = re.compile(r'viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)"')
ORIGIN = re.compile(r"translate\((?P<x>[\d.]+),")


def timeline(story: Story, title: str) -> str:
    """Drawing as one SVG file that loads nothing."""
    history, first, last = _history(story), story.episode.onset_day - BEFORE, story.days[-1].day
    parts, top, plot = [], HEAD, 0.0
    for column in SHOWN[story.episode.kind]:
        signal = SIGNALS[column]
        chart = drawing(
            signal_chart(signal, points(history, signal, first, last), history.alerts, SHAPE),
            SHAPE,
            signal.title,
            column,
        )
        size, plot = _size(chart), float(_found(ORIGIN, chart)["x"])
        unit = f", {signal.unit}" if signal.unit else ""
        parts += [_text(EDGE, top + 12, f"{signal.title}{unit}", **HEADING), _placed(chart, top + TITLE, size)]
        top += TITLE + round(size[1]) + GAP
    marks = _marks(story, first, last, plot, top - GAP - ROW)
    return _page(title, Markup("\n").join((*_words(title), *parts, *marks)), top)


def _history(story: Story) -> told_to.History:
    days = {
        d.day: told_to.Day(day=d.day, values={c: v for c in SIGNALS if (v := getattr(d, c, None)) is not None})
        for d in story.days
    }
    raised = story.episode
    alert = told_to.Alert(
        kind=raised.kind,
        level=raised.level,
        status="sent",
        onset_day=raised.onset_day,
        subject="",
        message="",
        first_alert_day=raised.first_alert_day,
        last_alert_day=raised.last_alert_day,
    )
    findings = {"illness": plugins(QUESTIONS, Analysis)["illness"].analyse(story.days)}
    return told_to.History(person="me", days=days, alerts=(alert,), judged=story.days, findings=findings)


def _words(title: str) -> Iterator[Markup]:
    yield _text(EDGE, 26, title, size=16, **HEADING)
    yield _text(
        EDGE,
        46,
        "Blue: each night. Band: the usual range. Shaded, or a line on top: the episode. "
        "Triangle: the first alert day.",
        fill=LABEL.light,
    )


def _marks(story: Story, first: date, last: date, plot: float, bottom: int) -> Iterator[Markup]:
    """Lines through all charts for each day with a name; the names are on rows of their own."""
    raised, width = story.episode, SHAPE.width - SHAPE.label_room - 12
    is_over = last > raised.last_alert_day + DAY
    named = {
        "onset": raised.onset_day,
        "peak": raised.peak_day,
        "end": raised.last_alert_day if is_over else None,
    }
    for n, (name, day) in enumerate((name, day) for name, day in named.items() if day):
        x = EDGE + plot + width * (instant(day) - start(first)) / (end(last) - start(first))
        y, is_left = HEAD - ROW * (3 - n), n == 0 or x > SHAPE.width - ROOM
        line = '<line x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}" stroke="{3}" stroke-dasharray="2 3"/>'
        yield Markup(line).format(x, y - 10, bottom, ALERT.light)
        words = f"{name} {'' if is_over or name == 'onset' else 'so far '}{day.day} {MONTHS[day.month - 1]}"
        yield _text(x + (-4 if is_left else 4), y, words, anchor="end" if is_left else "start", **NAMED)


def _size(chart: str) -> tuple[float, float]:
    found = _found(BOX, chart)
    return float(found["width"]), float(found["height"])


def _found(pattern: re.Pattern[str], chart: str) -> re.Match[str]:
    found = pattern.search(chart)
    assert found, "the report's charts have another form now"
    return found


def _placed(chart: Markup, top: int, size: tuple[float, float]) -> Markup:
    where = f'<svg x="{EDGE}" y="{top}" width="{size[0]:g}" height="{size[1]:g}" overflow="visible" '
    return Markup(where) + Markup(str(chart).removeprefix("<svg "))


def _text(x: float, y: float, words: str, *, size: int = 12, anchor: str = "start", **look: str) -> Markup:
    form = '<text x="{:.1f}" y="{:.1f}" font-size="{}" text-anchor="{}"{}>{}</text>'
    looks = Markup("").join(Markup(' {}="{}"').format(name.replace("_", "-"), value) for name, value in look.items())
    return Markup(form).format(x, y, size, anchor, looks, words)


def _page(title: str, body: Markup, height: int) -> str:
    width = SHAPE.width + 2 * EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" role="img" aria-label="{escape(title)}">\n'
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>\n{body}\n</svg>\n'
    )
