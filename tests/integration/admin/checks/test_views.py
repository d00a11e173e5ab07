"""What `verify` asks the engine costs at most a tenth of a cent a person, and a lake answers it."""

from datetime import date
from typing import Any

import pytest
from oura_lake.admin.checks import views
from oura_lake.admin.checks.model import State
from oura_lake.lake.keys import FIRST_YEAR
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.duckdb_tables import columns_by_name
from oura_lake.query.explain import price_usd, scans
from oura_lake.query.model import Result
from oura_lake.query.views import load_views
from sqlglot import exp, parse_one
from support.verify_account import Services

from infra.years import Years

TODAY = date(2026, 11, 30)
LIST_USD = 5 / 1_000_000
LISTS = 2  # an empty partition is looked at twice
N_YEARS = Years().last - FIRST_YEAR + 1
MOST_USD = 0.001
N_MONTHS = (TODAY.year - FIRST_YEAR) * 12 + TODAY.month + 1  # to the next month
EACH = {"year": N_YEARS, "month": N_MONTHS}


class Recording:
    """Engine that keeps each query, and answers the same."""

    def __init__(self, *rows: tuple[Any, ...]) -> None:
        self.queries: list[str] = []
        self._rows = list(rows)

    def query(self, sql: str) -> Result:
        self.queries.append(sql)
        return Result(columns=("newest", "n"), rows=self._rows)


@pytest.fixture
def query_engine(monkeypatch: pytest.MonkeyPatch) -> Any:
    def of(engine: Any) -> views.QueryEngine:
        made = views.QueryEngine(Services().account())
        monkeypatch.setattr(made, "engine", lambda: engine)
        return made

    return of


def n_partitions(sql: str) -> int:
    """Projected partitions of one person that Athena looks at for a query."""
    columns = columns_by_name()
    own = {table.name: table.parent_select for table in parse_one(sql, dialect="athena").find_all(exp.Table)}
    found = 0
    for (table, _), n in scans(sql, load_views()).items():
        key = columns[table][-1].name if table in columns else "person"  # the last names the period where there is one
        found += n * (_chosen(own[table], key) if table in own else EACH.get(key, 1))
    return found


def _chosen(select: Any, key: str) -> int:
    """Partitions that the WHERE of a SELECT over a table itself leaves."""
    where = select.args.get("where")
    for found in where.find_all(exp.EQ, exp.Between) if where else ():
        if found.this.name == key:
            is_one = isinstance(found, exp.EQ)
            return 1 if is_one else int(found.args["high"].name) - int(found.args["low"].name) + 1
    return EACH.get(key, 1)


def test_verify_costs_at_most_a_tenth_of_a_cent_a_person(query_engine: Any) -> None:
    recording = Recording((TODAY, 3))
    views.rows(query_engine(recording), "me", TODAY)
    views.newest(query_engine(recording), "me", TODAY)
    counted = {sql: n_partitions(sql) for sql in recording.queries}
    reads = len(counted) * price_usd(0)  # each query costs the least that is charged
    assert 0 < sum(counted.values()) * LISTS * LIST_USD + reads <= MOST_USD, counted
    assert [n for sql, n in counted.items() if "person_day" in sql] == [1]  # the object with its rows


def test_one_query_over_all_views_would_cost_many_times_that() -> None:
    total = sum(
        n_partitions(f"SELECT * FROM {name}") for name in load_views() if name not in ("document_history", "revisions")
    )
    assert total * LIST_USD > 10 * MOST_USD


def test_rows_are_counted_by_what_was_read(query_engine: Any) -> None:
    state, sentence = views.rows(query_engine(Recording((TODAY, 1), (TODAY, 2))), "me", TODAY)
    assert (state, "person_day 2, sleep 2, heartrate 2" in sentence) == (State.OK, True)


@pytest.mark.parametrize(
    ("newest", "state", "words"),
    [
        (None, State.WARNING, "Nothing of 2025 or 2026 is in the lake"),
        (TODAY, State.OK, "3 records of nights and days since 2025, the newest of 2026-11-30."),
        (date(2026, 11, 26), State.WARNING, "The newest record is 4 days old"),
    ],
)
def test_the_age_of_the_newest_record_is_told(query_engine: Any, newest: Any, state: State, words: str) -> None:
    found = views.newest(query_engine(Recording((newest, 3))), "me", TODAY)
    assert (found[0], words in found[1]) == (state, True)


def test_a_real_engine_answers_both(tmp_path: Any, query_engine: Any) -> None:
    engine = DuckDBEngine(FolderStore(tmp_path))
    assert views.rows(query_engine(engine), "me", TODAY)[0] is State.OK
    assert views.newest(query_engine(engine), "me", TODAY)[0] is State.WARNING
