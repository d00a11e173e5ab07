"""A real browser shows the report: nothing loaded, nothing cut, readable on a phone, in the dark, in print."""

import re
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from oura_lake.report.page import page
from oura_lake.report.reading import history_of
from support import chromium
from support.chromium import Browser
from support.present import present
from support.report_lake import ALERTS, FINDINGS, TODAY, FakeEngine, a_year, an_alert

PROGRAM = chromium.binary()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine (apt-get install chromium)")

SMALLEST_LETTERS = """Math.min(...[...document.querySelectorAll('svg text')].filter(t => t.getClientRects().length)
    .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getCTM().a))"""
CUT_LETTERS = """[...document.querySelectorAll('svg text')].filter(t => t.getClientRects().length).filter(t => {
    const box = t.getBoundingClientRect(), frame = t.ownerSVGElement.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1}
    ).map(t => t.textContent)"""
FAINT = """(() => {
    const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(v => v / 255)
        .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
    const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
        if (!c.endsWith(', 0)')) return c } return 'rgb(255, 255, 255)' };
    return [...document.querySelectorAll('p, h1, h2, h3, td, th, dd, dt, li, span, svg text')]
        .filter(e => e.textContent.trim() && e.getClientRects().length)
        .filter(e => { const s = getComputedStyle(e), a = light(e.tagName === 'text' ? s.fill : s.color),
            b = light(ground(e)); return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5 })
        .map(e => e.textContent.slice(0, 40)) })()"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium.browser(present(PROGRAM), tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    now = an_alert(TODAY - timedelta(days=1), TODAY)
    history = history_of(FakeEngine(a_year(), [now, *ALERTS], FINDINGS), "anna")
    path = tmp_path_factory.mktemp("report") / "oura-report.html"
    path.write_text(page(history, TODAY), "utf-8")
    return path


@pytest.mark.parametrize("width", [390, 1100])
def test_nothing_is_asked_of_anybody(tab: Browser, report: Any, width: int) -> None:
    tab.open(report, width=width)
    assert tab.requests() == [report.as_uri()]


@pytest.mark.parametrize("width", [320, 390, 700, 1100])
def test_nothing_reaches_beyond_the_screen(tab: Browser, report: Any, width: int) -> None:
    tab.open(report, width=width)
    assert tab.value("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1100])
def test_letters_of_charts_are_large_enough_and_whole(tab: Browser, report: Any, width: int) -> None:
    tab.open(report, width=width)
    assert tab.value(SMALLEST_LETTERS) >= 11
    assert tab.value(CUT_LETTERS) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_text_has_the_contrast_that_wcag_aa_asks_for(tab: Browser, report: Any, dark: bool) -> None:
    tab.open(report, width=1100, dark=dark)
    assert tab.value(FAINT) == []


def test_each_chart_is_shown_once_whatever_the_width(tab: Browser, report: Any) -> None:
    shown = "[...document.querySelectorAll('svg')].filter(s => s.getClientRects().length).length"
    for width in (390, 1100):
        tab.open(report, width=width)
        assert tab.value(shown) == 13


def test_dark_ground_is_dark(tab: Browser, report: Any) -> None:
    tab.open(report, width=390, dark=True)
    assert tab.value("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"


def test_no_chart_is_cut_by_the_end_of_a_printed_page(tab: Browser, report: Any) -> None:
    tab.open(report, width=1100)
    assert tab.value("getComputedStyle(document.querySelector('figure')).breakInside") == "avoid"
    assert 4 <= n_pages(tab.pdf()) <= 6


def n_pages(pdf: bytes) -> int:
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    texts = [pdf, *(zlib.decompressobj().decompress(s) for s in streams if s.startswith(b"x"))]
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", text)) for text in texts)
