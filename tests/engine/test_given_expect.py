"""Every view's own given/expect test passes on Trino as it does on DuckDB."""

import pytest
from engine.client import TrinoEngine, TrinoRefused
from engine.literals import statement
from engine.server import Running
from views.harness import Case, agree, cases


@pytest.fixture(scope="module")
def engine(running: Running) -> TrinoEngine:
    return TrinoEngine(running, "none")


@pytest.mark.parametrize("case", cases())
def test_a_view_gives_what_its_test_expects(case: Case, engine: TrinoEngine) -> None:
    rows = engine.query(statement(case)).dicts()
    assert agree(case.expect, rows), f"{case.expect} is not what came: {rows}"


@pytest.mark.parametrize(("expression", "number"), {"7 / 2": 3, "25000 / 3600.0": "6.9", "7 / 2e0": 3.5}.items())
def test_this_is_the_engine_whose_numbers_the_lint_warns_of(
    expression: str, number: object, engine: TrinoEngine
) -> None:
    assert engine.query(f"SELECT {expression}").rows == [(number,)]


def test_a_refusal_says_why(engine: TrinoEngine) -> None:
    with pytest.raises(TrinoRefused, match="DIVISION_BY_ZERO"):
        engine.query("SELECT n / 0 FROM (VALUES 1) AS a (n)")
