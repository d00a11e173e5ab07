"""The Athena engine returns plain values and the bytes read, and one sentence where Athena refuses."""

from datetime import date, datetime
from typing import Any

import awswrangler as wr
import pytest
from moto.athena.models import QueryResults, athena_backends
from moto.core.models import DEFAULT_ACCOUNT_ID
from oura_lake.errors import QueryFailed
from oura_lake.query.athena import AthenaEngine

COLUMNS = {
    "person": "varchar",
    "day": "date",
    "steps": "integer",
    "sleep_h": "double",
    "bedtime_start_local": "timestamp",
    "is_rest_mode": "boolean",
    "tags": "array",
    "heart_rate_bpm": "array",
}


def answer(*rows: list[str | None]) -> None:
    """Let the simulated Athena give these rows next; the first line of its answers is the header."""
    cells: list[list[Any]] = [list(COLUMNS), *rows]
    data: list[dict[str, Any]] = [{"Data": [{} if v is None else {"VarCharValue": v} for v in row]} for row in cells]
    info = [{"Name": name, "Type": kind} for name, kind in COLUMNS.items()]
    queue = athena_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].query_results_queue
    queue.append(QueryResults(rows=data, column_info=info))


def test_cells_become_plain_values(athena: AthenaEngine) -> None:
    answer(
        ["me", "2026-01-01", "9000", "7.25", "2026-01-01 07:00:00.000", "true", "[alcohol, late meal]", "[52.0, null]"]
    )
    [row] = athena.query("SELECT 1").rows
    morning = datetime.fromisoformat("2026-01-01 07:00:00")
    assert row == ("me", date(2026, 1, 1), 9000, 7.25, morning, True, ["alcohol", "late meal"], [52.0, None])
    assert [type(value) for value in row[1:5]] == [date, int, float, datetime]


def test_nothing_is_none_in_every_type(athena: AthenaEngine) -> None:
    answer(["me", *[None] * 7], ["you", "2026-01-01", "1", "1.0", "2026-01-01 00:00:00.000", "false", "[]", "[]"])
    rows = athena.query("SELECT 1").rows
    assert rows[0] == ("me", *[None] * 7)
    assert rows[1][5:] == (False, [], [])


def test_an_answer_without_rows_keeps_its_columns(athena: AthenaEngine) -> None:
    answer()
    result = athena.query("SELECT 1")
    assert (result.columns, result.rows, result.bytes_scanned) == (tuple(COLUMNS), [], 0)


def test_a_refusal_is_one_sentence(athena: AthenaEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise wr.exceptions.QueryFailed("Query error: COLUMN_NOT_FOUND: line 1:8: Column 'x'\n cannot be resolved")

    monkeypatch.setattr(wr.athena, "read_sql_query", refuse)
    with pytest.raises(QueryFailed) as error:
        athena.query("SELECT x")
    assert str(error.value) == (
        "Athena refused in workgroup lake: COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved."
    )


def test_a_plan_asks_for_the_whole_plan_and_no_row(athena: AthenaEngine) -> None:
    athena.plan("SELECT * FROM nights")
    [execution] = athena_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].executions.values()
    assert execution.query == "EXPLAIN (TYPE DISTRIBUTED) SELECT * FROM nights"


def test_a_plan_that_athena_refuses_is_one_sentence(athena: AthenaEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise wr.exceptions.QueryFailed("VIEW_IS_STALE: View 'nights' is stale")

    monkeypatch.setattr(wr.athena, "wait_query", refuse)
    with pytest.raises(QueryFailed, match="Athena refused in workgroup lake: VIEW_IS_STALE: View 'nights' is stale"):
        athena.plan("SELECT * FROM nights")
