"""Table of the signals: the only one, true to the views, and read by whatever a person reads."""

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from oura_lake.alerts.wording.evidence import unusual_lines
from oura_lake.analyses import signals
from oura_lake.analyses.model import COLUMNS
from oura_lake.analyses.signal_description import Place, SignalDescription, plain, unread
from oura_lake.analyses.signals import OF_ILLNESS, SIGNALS, charted, described, listed, of_a_week
from oura_lake.analyses.weekly_comparison import compared
from oura_lake.maintenance.comparison_wording import lines
from oura_lake.report.page import page
from oura_lake.report.reading import history_of
from support.illness_days import FIRST, a_driver, a_finding, calm_days
from support.report_lake import TODAY, FakeEngine, a_row

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "lambdas" / "oura_lake"
# what may name columns in a literal of its own: a list of what a person may share, and a generator of Oura's documents
MAY_NAME = ("lake/consents.py", "simulator/")
NEW = SignalDescription(
    column="met_min", title="Exertion", unit="MET min", direction=-1, lowest=0.0, highest=1000.0, report=Place.CHART,
    week_floor=50.0, read=plain("met_min"), floor=20.0,
)  # fmt: skip


def of_person_day():
    return yaml.safe_load((ROOT / "athena" / "core" / "person_day.yml").read_text("utf-8"))["columns"]


def literals(tree):
    """The elements of each list, tuple and set, and the keys of each dict, that are literal text."""
    for node in ast.walk(tree):
        held = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
        yield from ((node.lineno, k.value) for k in held if isinstance(k, ast.Constant) and isinstance(k.value, str))


def second_tables(text):
    columns = {s.column for s in SIGNALS}
    return [(line, name) for line, name in literals(ast.parse(text)) if name in columns]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_other_module_has_a_table_of_signals(path) -> None:
    if not str(path.relative_to(PACKAGE)).startswith(MAY_NAME):
        assert second_tables(path.read_text("utf-8")) == []


def test_a_second_table_would_be_found() -> None:
    assert second_tables('FLOORS = {"steps": 1000.0}\nFALLING = ("sleep_h",)') == [(1, "steps"), (2, "sleep_h")]


def test_each_column_stands_once() -> None:
    assert len({s.column for s in SIGNALS}) == len(SIGNALS)


def test_a_unit_is_that_of_the_view() -> None:
    columns = of_person_day()
    known = [s for s in SIGNALS if s.column in columns]
    assert {s.column: s.unit for s in known} == {s.column: columns[s.column].get("unit", "") for s in known}
    assert {s.column for s in SIGNALS} - set(columns) == {"bedtime_h", "load_pct"}  # made by their analyses


def test_what_an_analysis_reads_is_a_column_of_its_days() -> None:
    assert {s.column for s in SIGNALS if s.read is not unread} - set(COLUMNS) == {"bedtime_h"}


def test_what_an_illness_moves_most_surely_stands_first() -> None:
    assert [s.column for s in OF_ILLNESS[:2]] == ["temperature_deviation_c", "resting_heart_rate_bpm"]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda s: s.column)
def test_a_range_is_inside_what_can_be_measured(signal) -> None:
    assert signal.lowest < signal.highest
    assert signal.floor >= 0
    assert (signal.floor > 0) == (signal.report is not None or signal.read is not unread)


def test_a_signal_that_the_table_lacks_is_its_own_title() -> None:
    assert (described("cold_feet_c").title, described("cold_feet_c").digits) == ("Cold feet c", 1)


def test_a_new_row_of_the_table_is_in_report_alert_and_weekly_mail(monkeypatch) -> None:
    monkeypatch.setattr(signals, "SIGNALS", (*SIGNALS, NEW))
    assert NEW in charted()
    assert NEW in of_a_week()
    assert NEW not in listed()
    assert "Exertion" in report_of_a_month()
    night = a_finding(drivers=(a_driver("met_min", 100.0, -2.4, low=300.0, high=1200.0),))
    assert unusual_lines(night, numbers=True) == [
        "Exertion below your usual range: 100 MET min, usually 300 to 1,000",
    ]
    days = [replace(d, met_min=400.0) for d in calm_days(14 * 7)]
    week = compared(days, FIRST + timedelta(weeks=13))
    assert "- Exertion: as before (7 of 7 nights; mean 400 MET min, before 350 to 450)" in lines(week, has_numbers=True)


def report_of_a_month():
    rows = [a_row(TODAY - timedelta(days=n), sleep_h=7.0, met_min=400.0 + n % 3) for n in range(30)]
    return page(history_of(FakeEngine(rows), "anna"), TODAY)
