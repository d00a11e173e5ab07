"""No answer depends on the order in which an engine gives the rows of a query without an order."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.analyses.model import QUESTIONS, Analysis
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.findings import verdicts
from oura_lake.monitoring.run import days_of, watch
from oura_lake.person import Person
from oura_lake.query.model import Engine
from oura_lake.registry import plugins
from support.illness_days import NOW, FakeEngine, calm_days
from support.shuffling import Shuffled

EVERY_KIND = sorted(plugins(QUESTIONS, Analysis))
BATTERY = [70.0, 20.0, 55.0, 90.0, 25.0]


def history() -> list[Any]:
    """Four months with an illness, a late week, and a battery that goes up and down."""
    days = calm_days(120, ill=range(100, 105))
    return [
        replace(
            d,
            last_battery_pct=BATTERY[n % 5],
            readiness_score=80.0 - 30 * (90 < n < 100),
            met_min=300.0 + n,
            stress_high_min=60.0,
            sleep_h=7.5 - 2 * (60 < n < 75),
        )
        for n, d in enumerate(days)
    ]


def shuffled(items: Any, seed: int) -> list[Any]:
    """Shuffle the rows."""
    return Random(seed).sample(items, len(items))


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("seed", range(3))
def test_every_analysis_says_the_same_of_days_in_any_order(kind: str, seed: int) -> None:
    analysis, days = plugins(QUESTIONS, Analysis)[kind], history()
    assert analysis.analyse(shuffled(days, seed)) == analysis.analyse(days)
    findings = analysis.analyse(days)
    assert [f.day for f in findings] == sorted(f.day for f in findings)


@pytest.mark.parametrize("seed", range(3))
def test_the_verdicts_of_all_kinds_are_the_same_for_days_in_any_order(seed: int) -> None:
    assert verdicts(shuffled(history(), seed), 0.5, ()) == verdicts(history(), 0.5, ())


@pytest.mark.parametrize("seed", range(3))
def test_the_days_of_a_person_come_oldest_first_and_a_run_over_them_writes_the_same_bytes(seed: int) -> None:
    days = days_of(Shuffled(FakeEngine(history()), seed), "me")
    assert days == history()
    stores = MemoryStore(), MemoryStore()
    person = Person(name="me", alerts=tuple(plugins(ALERT_KINDS, AlertKind)))
    engines: tuple[Engine, Engine] = FakeEngine(history()), Shuffled(FakeEngine(history()), seed)
    for store, engine in zip(stores, engines, strict=True):
        watch(engine, store, person, "schedule", NOW, None)
    assert stores[0].objects == stores[1].objects
