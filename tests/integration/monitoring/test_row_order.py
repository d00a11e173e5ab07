"""Status, report, maintenance and export of a real lake do not depend on the order of an engine's rows."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from oura_lake.ledger.gaps import find_gaps
from oura_lake.local.folder_store import FolderStore
from oura_lake.monitoring.completeness import known_of
from oura_lake.monitoring.status import condition_of
from oura_lake.person import Person
from oura_lake.privacy.export import Export
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.model import Result
from oura_lake.query.parameters import Narrowing, of_view
from oura_lake.query.views import load_views
from oura_lake.report.reading import history_of
from oura_lake.simulator import simulated_oura
from oura_lake.simulator.scenarios import local_week
from oura_lake.sources.oura import ENDPOINTS
from support.command_line import Exit, for_api, run
from support.shuffling import Shuffled

WEEK = local_week()
ZONE = ZoneInfo(WEEK.timezone)
NOW = datetime(2026, 8, 21, 12, tzinfo=UTC)
DAYS = ("--from", WEEK.first, "--to", WEEK.last, "--timezone", WEEK.timezone)
SEEDS = (1, 2)


@pytest.fixture
def store(lake: Path, oura_lake: Callable[..., Exit]) -> FolderStore:
    assert oura_lake("sync", "--lake", lake, *DAYS).code == 0
    return FolderStore(lake)


class Once:
    """An engine that runs each query once: the last digit of a sum may differ from run to run, the rows may not."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self._engine = engine
        self._known: dict[str, Result] = {}

    def query(self, sql: str) -> Result:
        """See Engine."""
        if sql not in self._known:
            self._known[sql] = self._engine.query(sql)
        return self._known[sql]


def answers(store: FolderStore, engine: Once | Shuffled) -> list[object]:
    """Make the outputs from the rows of several queries."""
    known = known_of(engine, store, "me", NOW, ZONE)
    return [
        condition_of(engine, store, Person(name="me", timezone=WEEK.timezone), NOW, ZONE),
        list(find_gaps(known, ENDPOINTS)),
        history_of(engine, "me"),
    ]


def test_what_is_made_of_the_rows_is_the_same(store: FolderStore) -> None:
    engine = Once(DuckDBEngine(store))
    plain = answers(store, engine)
    for seed in SEEDS:
        assert answers(store, Shuffled(engine, seed)) == plain


@pytest.mark.parametrize("name", sorted(load_views()))
def test_a_view_by_its_name_leaves_no_two_rows_to_chance(week: Once, name: str) -> None:
    sql = of_view(name, Narrowing())
    one, two = (Shuffled(week, seed).query(sql).rows for seed in SEEDS)
    assert one == two


def test_an_export_of_views_has_the_same_bytes(store: FolderStore, tmp_path: Path) -> None:
    names, once = ["goals", "coverage", "gap_days", "metric_baseline"], Once(DuckDBEngine(store))
    for seed in SEEDS:
        export = Export(store=store, person="me", out=tmp_path / str(seed), form="csv", step=lambda name: None)
        export.write(names, partial(Shuffled, once, seed), NOW)
    one, two = ([(tmp_path / str(seed) / "views" / f"{name}.csv").read_bytes() for name in names] for seed in SEEDS)
    assert one == two


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Lake of the week that no test changes."""
    lake = tmp_path_factory.mktemp("week") / "lake"
    with simulated_oura(WEEK.source) as api:
        assert run("sync", "--lake", lake, *DAYS, **for_api(api)).returncode == 0
    return Once(DuckDBEngine(FolderStore(lake)))
