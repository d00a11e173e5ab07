"""Checks of the views, that each answers and that the data is fresh."""

import time
from collections.abc import Iterator
from datetime import date
from functools import partial

from oura_lake.admin.checks.model import Account, Check, Finding, State
from oura_lake.aws.s3 import S3Store
from oura_lake.contract import Output
from oura_lake.lake.keys import checked_person
from oura_lake.query.model import Engine
from oura_lake.query.views import load_views

STALE_DAYS = 3
HERE = "DuckDB over the bucket, for the emulator's Athena has no views"

NARROWED = {"document_history": " WHERE collection = 'personal_info'"}  # else it reads all of raw


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


def newest(account: Account, query_engine: QueryEngine, person: str, today: date) -> Finding:
    """Check the age of a person's newest record."""
    sql = f"SELECT MAX(last_day) AS newest, SUM(n_records) AS n FROM coverage WHERE person = '{checked_person(person)}'"
    [(day, n_records)] = query_engine.engine().query(sql).rows
    if day is None:
        return State.WARNING, "Nothing is in the lake yet; once connected, the next firing brings the last week."
    age = (today - day).days
    if age >= STALE_DAYS:
        return State.WARNING, f"The newest record is {age} days old; open the Oura app near the ring, so that it syncs."
    return State.OK, f"{int(n_records):,} records, the newest of {day}."


def _answers(query_engine: QueryEngine, view: str) -> Finding:
    query_engine.engine().query(f"SELECT * FROM {view}{NARROWED.get(view, '')} LIMIT 1")
    return State.OK, "It answers."


def _all(n_views: int, n_failed: int, query_engine: QueryEngine, seconds: float) -> Finding:
    if n_failed:
        mend = "mend the errors above, or make the views again: `make deploy`"
        return State.FAILED, f"{n_views - n_failed} of {n_views} views answer; {mend}."
    return State.OK, f"All {n_views} views answer, in {seconds:.1f} s ({query_engine.name})."
