"""Trino sees the lake's past as it was, and a query about one collection reads that one alone."""

from datetime import timedelta

from engine.comparing import difference
from engine.conftest import Lake
from engine.lakes import NOON
from oura_lake.lake.snapshot import PastStore
from oura_lake.query.duckdb import DuckDBEngine

AS_OF = """
    SELECT CAST(JSON_EXTRACT_SCALAR(document_json, '$.id') AS varchar) AS id, day
    FROM document_history
    WHERE person = 'me' AND source = 'oura' AND collection = 'daily_sleep' AND NOT is_deleted
        AND believed_from <= TIMESTAMP '{0}' AND (believed_until IS NULL OR believed_until > TIMESTAMP '{0}')"""


def test_a_table_as_of_a_moment_is_the_lake_of_then_and_reads_one_collection(recorded_lake: Lake) -> None:
    moment = NOON + timedelta(days=1)
    answer = recorded_lake.trino.query(AS_OF.format(f"{moment:%Y-%m-%d %H:%M:%S}"))
    then = DuckDBEngine(PastStore(recorded_lake.store, moment))
    assert len(answer.rows) > 2_000
    assert difference(answer, then.query("SELECT id, day FROM daily_sleep WHERE NOT is_deleted")) is None
    assert recorded_lake.trino.taken().n_partitions == 1
