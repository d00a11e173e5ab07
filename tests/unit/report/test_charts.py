"""A chart shows a gap as a gap, and an alert on its days."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from markupsafe import Markup
from oura_lake.analyses.signals import charted
from oura_lake.report.axes import NARROW, WIDE, Shape
from oura_lake.report.charts import signal_chart
from oura_lake.report.drawing import drawing
from oura_lake.report.palette import ALERT, EPISODE, MISSING, VALUE
from oura_lake.report.points import points
from oura_lake.report.reading import history_of
from support.present import present
from support.report_lake import ALERTS, TODAY, FakeEngine, a_row, a_year

RESTING = charted()[2]


def drawn(
    days: list[Any],
    alerts: Sequence[dict[str, Any]] = (),
    n_days: int = 42,
    shape: Shape = WIDE,
) -> Markup:
    history = history_of(FakeEngine(days, alerts), "anna")
    shown = points(history, RESTING, TODAY - timedelta(days=n_days - 1), TODAY)
    return drawing(signal_chart(RESTING, shown, history.alerts, shape), shape, "label", "wide")


def line(svg: Markup) -> str | Any:
    return present(re.search(rf'<path d="([^"]*)" stroke="{VALUE.light}"', svg))[1]


def with_gap(*missing: int) -> list[Any]:
    return [a_row(TODAY - timedelta(days=n), resting_heart_rate_bpm=None if n in missing else 50 + n % 3)
            for n in range(42)]  # fmt: skip


def test_a_line_without_gaps_is_one_stroke() -> None:
    assert line(drawn(with_gap())).count("M") == 1


def test_a_missing_night_breaks_the_line() -> None:
    assert line(drawn(with_gap(10))).count("M") == 2


def test_days_that_are_no_rows_break_the_line_too() -> None:
    rows = [row for n, row in enumerate(with_gap()) if n not in (10, 11)]
    assert line(drawn(rows)).count("M") == 2


def test_a_gap_is_marked_at_the_foot_of_the_chart() -> None:
    assert drawn(with_gap(10, 11, 20)).count(f'fill="{MISSING.light}"') == 2


def test_each_alert_in_view_is_shaded_and_pointed_at() -> None:
    svg = drawn(a_year(), ALERTS)
    assert (svg.count(f'fill="{EPISODE.light}"'), svg.count(f'fill="{ALERT.light}"')) == (1, 1)
    assert drawn(a_year(), ALERTS, n_days=365).count(f'fill="{ALERT.light}"') == 2


def test_an_alert_of_few_signs_is_pointed_at_by_a_hollow_mark() -> None:
    svg = drawn(a_year(), [{**ALERTS[0], "level": "minor"}])
    assert f'fill="{ALERT.light}"' not in svg
    assert f'stroke="{ALERT.light}"' in svg


def test_a_drawing_scales_with_the_page_and_hides_its_marks_from_screen_readers() -> None:
    svg = drawn(a_year(), shape=NARROW)
    root, body = svg.split(">", 1)
    assert 'role="img"' in root
    assert "width=" not in root
    assert "aria-" not in body


def test_letters_of_the_narrow_drawing_stay_legible_on_a_phone() -> None:
    width = float(present(re.search(r'viewBox="0 0 ([\d.]+)', drawn(a_year(), shape=NARROW)))[1])
    assert NARROW.font * (390 - 2 * 16) / width >= 11
