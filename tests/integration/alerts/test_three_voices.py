"""The alert mail, the report and the weekly mail agree about one lake on one morning."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from oura_lake.analyses.signals import charted, listed
from oura_lake.lake.documents import Table, land
from oura_lake.lake.store import MemoryStore
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.tasks import weekly
from oura_lake.monitoring.run import watch
from oura_lake.person import Person
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.report.build import report_text
from oura_lake.report.figures import figure
from oura_lake.report.reading import history_of
from oura_lake.report.words import driver_lines
from oura_lake.sources.oura import SOURCE
from support.illness_days import FIRST, Outbox, calm_days, documents
from support.mail_runs import SETTINGS
from support.present import present

SUNDAY = date(2026, 5, 10)
MORNING = datetime(2026, 5, 10, 7, tzinfo=UTC)
ILL = [(SUNDAY - FIRST).days - n for n in (1, 0)]
EARLIER = [(date(2026, 3, 20) - FIRST).days + n for n in range(3)]
ME = Person(name="me", timezone="Europe/Berlin", numbers_in_messages=True)
SIGNALS = {s.title: s for s in (*charted(), *listed())}


@pytest.fixture(scope="module")
def alerted_lake() -> tuple[MemoryStore, str]:
    """Lake with two illnesses, judged on the second morning of the newer one, and the message about it."""
    store = MemoryStore()
    days = calm_days((SUNDAY - FIRST).days + 1, ill=[*EARLIER, *ILL])
    for name, found in documents(days).items():
        land(Table(store=store, source="oura", endpoint=SOURCE.endpoint(name), person="me"), found, MORNING, "test")
    [message] = watch(DuckDBEngine(store), store, ME, "schedule", MORNING, None).messages
    return store, message.body


def lines_of(body: str) -> list[Any]:
    """Lines of a message that name the unusual signals."""
    block = body.partition("WHAT IS UNUSUAL")[2].partition("\n\n")[0]
    return [line.removeprefix("- ") for line in block.splitlines() if line.startswith("- ")]


def test_mail_and_report_name_the_same_signals_with_the_same_numbers(alerted_lake: tuple[MemoryStore, str]) -> None:
    store, body = alerted_lake
    alert = history_of(DuckDBEngine(store), "me").alerts[0]
    assert driver_lines(alert) == lines_of(body)
    assert len(lines_of(body)) >= 4
    page = report_text(DuckDBEngine(store), "me", lambda name: SUNDAY)
    for line in lines_of(body):
        assert f"<li>{line}</li>" in page


def test_a_tile_shows_the_range_of_the_mail(alerted_lake: tuple[MemoryStore, str]) -> None:
    store, body = alerted_lake
    history = history_of(DuckDBEngine(store), "me")
    shown = 0
    for line in lines_of(body):
        if signal := SIGNALS.get(re.split(" (?:above|below|on the)", line)[0]):
            tile = figure(history, signal, present(history.alerts[0].worst).day)
            assert tile.usual_text == f"usually {line.partition('usually ')[2]} {signal.unit}".strip()
            shown += 1
    assert shown >= 3


def test_mail_and_report_count_the_same_episodes(alerted_lake: tuple[MemoryStore, str]) -> None:
    store, body = alerted_lake
    text = present(re.search(r"In all .* it found 2 episodes", body))[0]
    assert f"{text}." in report_text(DuckDBEngine(store), "me", lambda name: SUNDAY)
    assert [a.kind for a in history_of(DuckDBEngine(store), "me").alerts].count("illness") == 2


def test_the_weekly_mail_names_the_alert_and_counts_the_nights_that_the_report_marks(
    alerted_lake: tuple[MemoryStore, str],
) -> None:
    store, outbox = alerted_lake[0], Outbox()
    monday = MORNING + timedelta(days=1, hours=2)
    weekly.run(Upkeep(store=store, engine=DuckDBEngine(store), person=ME, now=monday, send=outbox, settings=SETTINGS))
    text = outbox.messages[0].body
    assert "ALERTS OF THE WEEK\n- Your body may be fighting something since Saturday, 9 May (illness warning)" in text
    assert "Nothing stands out" not in text
    history = history_of(DuckDBEngine(store), "me")
    for title in ("Skin temperature", "Resting heart rate"):
        week = [figure(history, SIGNALS[title], SUNDAY - timedelta(days=n)) for n in range(7)]
        n_above = sum("higher" in f.verdict.value for f in week)
        assert n_above == 2
        assert re.search(rf"- {title}: .*, {n_above} above your usual range", text)
