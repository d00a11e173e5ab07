"""Checks of the views: each can be planned, those that all else stands on give rows, and the data is fresh.

Athena lists every projected partition of what a query reads, so rows of all views would cost $0.04 a person (computed).
"""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Protocol, runtime_checkable

from oura_lake.admin.checks.model import Account, Check, Finding, State
from oura_lake.aws.s3 import S3Store
from oura_lake.contract import Output
from oura_lake.lake.keys import checked_person
from oura_lake.query.model import Engine
from oura_lake.query.views import load_views

STALE_DAYS = 3
HERE = "DuckDB over the bucket, for the emulator's Athena has no views"

NARROWED = {"document_history": " WHERE collection = 'personal_info'"}  # else DuckDB reads all of raw
DAYS = timedelta(days=7)
# A view whose rows are stored, and a table of years and one of months, by their partitions' own columns.
ROWS = {
    "person_day": "SELECT day FROM person_day WHERE person = '{person}' AND day >= DATE '{first}'",
    "sleep": "SELECT day FROM sleep WHERE person = '{person}' AND year = {today.year}",
    "heartrate": "SELECT bpm FROM heartrate WHERE person = '{person}' AND month = '{today:%Y-%m}' LIMIT 1",
}
FRESH = ("sleep", "daily_sleep", "daily_readiness", "daily_activity")  # of which a worn ring brings some each day


class QueryEngine:
    """The engine of people's queries: Athena, or on the emulator DuckDB."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._engine: Engine | None = None
        self.name = ""

    def engine(self) -> Engine:
        """Engine, made at the first query, since either is slow to load."""
        if self._engine is None:
            outputs = self._account.outputs
            if self._account.is_emulator:
                from oura_lake.query.duckdb import DuckDBEngine

                self._engine, self.name = (
                    DuckDBEngine(S3Store(outputs[Output.BUCKET], self._account.client("s3"))),
                    HERE,
                )
            else:
                from oura_lake.query.athena import AthenaEngine

                self._engine = AthenaEngine(database=outputs[Output.DATABASE], workgroup=outputs[Output.WORKGROUP])
                self.name = "Athena"
        return self._engine

    def plan(self, view: str) -> None:
        """Plan a view without reading it; DuckDB, which has no price, reads a row. Raises QueryFailed."""
        engine = self.engine()
        if isinstance(engine, Planner):
            engine.plan(f"SELECT * FROM {view}")
        else:
            engine.query(f"SELECT * FROM {view}{NARROWED.get(view, '')} LIMIT 1")


@runtime_checkable
class Planner(Protocol):
    """Engine that plans a query without reading anything."""

    def plan(self, sql: str) -> None:
        """Plan one SELECT; raises QueryFailed."""
        ...


def every_view(account: Account, query_engine: QueryEngine) -> Iterator[Check]:
    """Check all views: one result for each reason why some do not answer, then one for all."""
    names, began = list(load_views()), time.monotonic()
    failures: dict[str, list[str]] = {}
    for name in names:
        check = account.checked(f"view {name}", partial(_answers, query_engine, name))
        if check.state is not State.OK:
            failures.setdefault(check.sentence, []).append(name)
    for reason, views in failures.items():
        yield Check(name="view", state=State.FAILED, sentence=f"{', '.join(views)}: {reason}")
    n_failed, seconds = sum(map(len, failures.values())), time.monotonic() - began
    yield account.checked("views", lambda: _all(len(names), n_failed, query_engine, seconds))


def rows(query_engine: QueryEngine, person: str, today: date) -> Finding:
    """Check that the engine reads a few days of one person: of a view whose rows are stored, and of two tables."""
    first = today - DAYS
    counted = {
        name: len(query_engine.engine().query(sql.format(person=checked_person(person), first=first, today=today)).rows)
        for name, sql in ROWS.items()
    }
    found = ", ".join(f"{name} {n:,}" for name, n in counted.items())
    return State.OK, f"Rows of {person} in {today.year}, read by {query_engine.name}: {found}."


def fresh_sql(person: str, today: date) -> str:
    """SELECT of the newest day and the number of records of this year and the last, which reads two partitions each."""
    of_person = f"person = '{checked_person(person)}'"
    where = f"{of_person} AND year BETWEEN {today.year - 1} AND {today.year} AND NOT COALESCE(is_deleted, FALSE)"
    parts = " UNION ALL ".join(f"SELECT day FROM {table} WHERE {where}" for table in FRESH)
    return f"SELECT MAX(day) AS newest, COUNT(*) AS n FROM ({parts}) AS days"


def newest(query_engine: QueryEngine, person: str, today: date) -> Finding:
    """Check the age of a person's newest day of sleep, readiness or activity."""
    [(day, n_records)] = query_engine.engine().query(fresh_sql(person, today)).rows
    if day is None:
        return State.WARNING, (
            f"Nothing of {today.year - 1} or {today.year} is in the lake; once connected, the next firing brings the "
            "last week."
        )
    age = (today - day).days
    if age >= STALE_DAYS:
        return State.WARNING, f"The newest record is {age} days old; open the Oura app near the ring, so that it syncs."
    return State.OK, f"{int(n_records):,} records of nights and days since {today.year - 1}, the newest of {day}."


def _answers(query_engine: QueryEngine, view: str) -> Finding:
    query_engine.plan(view)
    return State.OK, "It answers."


def _all(n_views: int, n_failed: int, query_engine: QueryEngine, seconds: float) -> Finding:
    if n_failed:
        mend = "mend the errors above, or make the views again: `make deploy`"
        return State.FAILED, f"{n_views - n_failed} of {n_views} views can be asked; {mend}."
    return State.OK, f"All {n_views} views can be asked, in {seconds:.1f} s ({query_engine.name})."
