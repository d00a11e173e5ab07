"""Engine: Athena by awswrangler, one SELECT at a time.

Athena gives results as text: a list arrives as `[a, b]` and is split again (numbers if all are numbers), a record
stays text, and an empty text is taken for NULL. JSON arrives whole. Tried against a simulated Athena that serves
prepared answers; never yet against Athena itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from oura_lake.aws.session import session
from oura_lake.errors import QueryFailed
from oura_lake.lake.changes import Change
from oura_lake.lake.store import Store
from oura_lake.query.model import Result
from oura_lake.query.plain_values import json_value, plain_value

POLL_S = 0.3


class AthenaEngine:
    """Athena over the lake of one database, under the scan limit of one workgroup."""

    def __init__(self, *, database: str, workgroup: str, store: Store | None = None) -> None:
        self.database = database
        self.workgroup = workgroup
        self._store = store

    def query(self, sql: str) -> Result:
        """Run one SELECT; raises QueryFailed with Athena's reason."""
        import awswrangler as wr  # a second of import that only this needs
        from botocore.exceptions import BotoCoreError, ClientError

        refusals = (wr.exceptions.QueryFailed, wr.exceptions.QueryCancelled, BotoCoreError, ClientError)
        here = session()
        try:
            frame = wr.athena.read_sql_query(
                sql,
                database=self.database,
                workgroup=self.workgroup,
                ctas_approach=False,
                unload_approach=False,
                athena_query_wait_polling_delay=POLL_S,
                boto3_session=here,
            )
            execution = frame.query_metadata
            types = wr.athena.get_query_columns_types(execution["QueryExecutionId"], boto3_session=here)
        except refusals as error:
            raise QueryFailed(f"Athena refused in workgroup {self.workgroup}: {_reason(error)}") from error
        return Result(
            columns=tuple(types),
            rows=_rows(frame, types),
            bytes_scanned=execution.get("Statistics", {}).get("DataScannedInBytes"),
        )

    def plan(self, sql: str) -> None:
        """Make Athena plan one SELECT to its last stage; it reads nothing and is free. Raises QueryFailed."""
        import awswrangler as wr  # as above
        from botocore.exceptions import BotoCoreError, ClientError

        here, refusals = (
            session(),
            (wr.exceptions.QueryFailed, wr.exceptions.QueryCancelled, BotoCoreError, ClientError),
        )
        try:
            started = wr.athena.start_query_execution(
                f"EXPLAIN (TYPE DISTRIBUTED) {sql}", self.database, workgroup=self.workgroup, boto3_session=here
            )
            wr.athena.wait_query(started, boto3_session=here, athena_query_wait_polling_delay=POLL_S)
        except refusals as error:
            raise QueryFailed(f"Athena refused in workgroup {self.workgroup}: {_reason(error)}") from error

    def refresh(self, person: str, changes: Sequence[Change] | None = None) -> bool:
        """Bring a person's stored views up to date, which Athena only reads: DuckDB makes them from the store.

        Without a store nothing is written. Raises as DuckDBEngine.refresh does.
        """
        if self._store is None:
            return False
        from oura_lake.query.duckdb import DuckDBEngine  # the command's own questions need no second engine

        return DuckDBEngine(self._store, person=person).refresh(person, changes)


def _rows(frame: Any, types: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """Cells as plain Python values, None where there is nothing."""
    readers = [READERS.get(kind, plain_value) for kind in types.values()]
    cells = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return [tuple(None if v is None else read(v) for v, read in zip(row, readers, strict=True)) for row in cells]


def _list(text: str) -> list[Any]:
    """Athena's text of a list: `[a, b]`."""
    items = [None if item == "null" else item for item in text[1:-1].split(", ")] if text != "[]" else []
    try:
        return [None if item is None else plain_value(float(item)) for item in items]
    except ValueError:
        return list(items)


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()).removeprefix("Query error: ")
    if "scanned limit" in text:  # Athena's words: Query exhausted / Bytes scanned limit was exceeded
        return "the query reads more than the workgroup allows; name fewer columns, or narrow it by person and year."
    return text if text.endswith((".", "!", "?")) else f"{text}."


READERS: Mapping[str, Callable[[Any], Any]] = {
    "array": _list,
    "json": json_value,
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int),
}
