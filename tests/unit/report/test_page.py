"""The page is whole, safe and self-contained for any lake."""

import re
from collections.abc import Sequence
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from oura_lake.analyses.signals import charted
from oura_lake.report.page import page
from oura_lake.report.palette import EPISODE, INKS
from oura_lake.report.reading import history_of
from support.report_lake import ALERTS, FINDINGS, TODAY, FakeEngine, a_finding, a_row, a_year, an_alert

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
LOADING = re.compile(r"(?:src|href|xlink:href)=\"(?!#)|url\((?!#)|@import|<script|<link|<iframe")


def written(
    days: list[Any],
    alerts: Sequence[dict[str, Any]] = (),
    findings: Sequence[dict[str, Any]] = (),
) -> str:
    return page(history_of(FakeEngine(days, alerts, findings), "anna"), TODAY)


@pytest.fixture(scope="module")
def year() -> str:
    return written(a_year(), ALERTS, FINDINGS)


class Outline(HTMLParser):
    """Elements of a page, and those that are not closed."""

    VOID = frozenset({"meta", "br", "path", "line", "img", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[Any] = []
        self.open: list[Any] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_element_is_closed_in_order(year: str) -> None:
    assert Outline(year).open == []


def test_nothing_is_loaded_from_anywhere(year: str) -> None:
    assert not LOADING.search(year)
    assert "default-src 'none'" in year


def test_a_year_fits_well_into_a_mail(year: str) -> None:
    assert len(year.encode()) < 3_000_000


def test_each_chart_says_what_it_shows(year: str) -> None:
    labels = [attrs["aria-label"] for tag, attrs in Outline(year).seen if tag == "svg"]
    assert len(labels) == 2 * (6 + 6 + 1)
    assert all("days" in label for label in labels)


def test_ids_are_unique_so_that_links_and_labels_meet(year: str) -> None:
    seen = Outline(year).seen
    ids = [attrs["id"] for _, attrs in seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["aria-labelledby"] for _, attrs in seen if "aria-labelledby" in attrs} <= set(ids)


def test_every_colour_of_a_drawing_has_its_dark_twin(year: str) -> None:
    marks = [attrs for tag, attrs in Outline(year).seen if tag in {"path", "line", "text"}]
    drawn = {attrs.get(way) for attrs in marks for way in ("fill", "stroke")}
    assert drawn - {None, "none"} <= {ink.light for ink in INKS}


def test_what_the_data_say_is_never_markup() -> None:
    row = a_row(TODAY, sleep_h=7.0, tag_list=[HOSTILE])
    alert = an_alert(TODAY, TODAY, subject=HOSTILE, message=HOSTILE, level=HOSTILE, status=HOSTILE, kind=HOSTILE)
    drivers = [{"signal": HOSTILE, "value": 9, "baseline": 1, "low": 1, "high": 2, "z": 3}]
    finding = a_finding(TODAY, kind=HOSTILE, drivers=drivers, confounders=[HOSTILE])
    text = written([row], [alert], [finding])
    assert "<script" not in text
    assert not [tag for tag, _ in Outline(text).seen if tag in {"img", "script"}]
    assert text.count("&lt;script&gt;alert(1)") >= 5


def test_alerts_found_in_history_are_listed_with_their_reasons(year: str) -> None:
    assert "found in history" in year
    assert "Resting heart rate above your usual range: 58 bpm, usually 48 to 53" in year


def test_an_alert_of_few_signs_long_ago_is_told_in_brief() -> None:
    text = written(a_year(), [{**ALERTS[1], "level": "minor", "subject": ""}], [{**FINDINGS[1], "level": "minor"}])
    assert '<ul class="brief">' in text
    assert "<article>" not in text


def test_each_kind_has_its_name_and_its_own_count() -> None:
    strain = an_alert(TODAY - timedelta(days=60), TODAY - timedelta(days=60), kind="strain", level="minor", subject="")
    text = written(a_year(), [*ALERTS, strain], FINDINGS)
    assert '<h3 class="kind">Illness warning</h3>\n  <p class="n">2 episodes so far.</p>' in text
    assert '<h3 class="kind">Strain from load</h3>\n  <p class="n">1 episode so far.</p>' in text
    assert "Strain from load, 23 September 2026 (1 day)" in text
    assert "load pct" not in text


def test_a_strain_is_not_shaded_as_an_illness_is() -> None:
    strain = an_alert(TODAY - timedelta(days=9), TODAY - timedelta(days=8), kind="strain")
    assert EPISODE.light not in written(a_year(60), [strain]).partition("<body>")[2]
    assert EPISODE.light in written(a_year(60), ALERTS[:1]).partition("<body>")[2]


def test_a_signal_that_drove_nothing_is_not_named_as_a_reason() -> None:
    calm = [{"signal": "steps", "value": 9000, "baseline": 9000, "low": 5000, "high": 12000, "z": 0}]
    text = written(a_year(30), ALERTS[:1], [a_finding(TODAY - timedelta(days=4), drivers=calm)])
    assert "No single signal stands out; together they have moved" in text


def test_an_alert_of_the_last_days_stands_at_the_top() -> None:
    assert 'aria-label="Current alert"' in written(a_year(30), [an_alert(TODAY - timedelta(days=1), TODAY)])
    assert 'aria-label="Current alert"' not in written(a_year(30), ALERTS)


@pytest.mark.parametrize(
    "days",
    [
        [a_row(TODAY)],
        [a_row(TODAY - timedelta(days=n), steps=4000 + n) for n in range(60)],
        [a_row(TODAY - timedelta(days=n), sleep_h=7.0) for n in (0, 400)],
        a_year(10),
    ],
    ids=["one empty day", "steps only", "two nights a year apart", "ten days"],
)
def test_little_data_is_an_answer_too(days: list[dict[str, Any]]) -> None:
    assert "not medical advice" in written(days)


def test_ten_days_give_no_range() -> None:
    text = written(a_year(10))
    assert "Not enough data yet" in text
    assert "usually" not in text


def test_a_lake_that_nobody_filled_lately_says_so() -> None:
    assert "The newest record is 30 days old" in written(a_year(60, last=TODAY - timedelta(days=30)))


def test_progress_counts_up_to_the_promised_number() -> None:
    seen: list[Any] = []
    page(history_of(FakeEngine(a_year(20)), "anna"), TODAY, seen.append)
    assert seen == list(range(1, len(charted()) + 1))
