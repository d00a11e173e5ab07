"""Each view gives the rows that its .yml expects."""

import duckdb
import pytest
from oura_lake.query.duckdb_tables import TABLES
from oura_lake.query.views import load_views
from views.harness import Case, actual, agree, cases, declaration, from_trino, make


@pytest.mark.parametrize("case", cases())
def test_a_view_gives_the_expected_rows(case: Case) -> None:
    rows = actual(case)
    shown = [{c: r[c] for c in (case.expect[0] if case.expect else r)} for r in rows]
    assert agree(case.expect, rows), f"expected {case.expect}\n but got {shown}"


@pytest.mark.parametrize("view", load_views())
def test_declared_columns_are_the_real_ones(view: str) -> None:
    connection = duckdb.connect()
    make(connection, view, {})
    real = {r[0]: r[1] for r in connection.execute(f"DESCRIBE {view}").fetchall()}
    types = {c: from_trino(d["type"]) for c, d in declaration(view)["columns"].items()}
    columns = ", ".join(f'CAST(NULL AS {t}) AS "{c}"' for c, t in types.items())
    assert list(real.items()) == [(r[0], r[1]) for r in connection.execute(f"DESCRIBE SELECT {columns}").fetchall()]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_a_staging_view(table: str) -> None:
    assert table in load_views()[f"stg_{table}"].upstream
