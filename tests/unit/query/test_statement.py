"""The check of a statement: the allowed statements, the names that they read, the advice on an unknown name."""

import pytest
from oura_lake.errors import QueryFailed
from oura_lake.query.statement import (
    as_athena_types,
    local_columns,
    local_names,
    no_column,
    of_any_depth,
    read_only,
    suggestion,
)
from sqlglot import exp

TABLES = {"nights": {"day": "DATE", "n": "INTEGER", "sleep_h": "DOUBLE"}}


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT 1; SELECT 2", "this is 2 statements"),
        ("", "There is no SQL to run"),
        (";", "There is no SQL to run"),
        ("DROP TABLE nights", "DROP is refused"),
        ("SHOW TABLES", "SHOW is refused"),
        ("WITH x AS (DELETE FROM nights) SELECT 1", "DELETE is refused"),
        ("SELECT day FROM WHERE", r"Expected table name but got WHERE \(line 1, column 21\); mend it"),
        ("SELECT 'open", "cannot be read: .*; mend it"),
    ],
)
def test_what_is_no_single_select_is_refused(sql: str, sentence: str) -> None:
    with pytest.raises(QueryFailed, match=sentence):
        read_only(sql)


def test_one_select_is_read_with_its_last_semicolon() -> None:
    assert read_only("SELECT day FROM nights;").sql() == "SELECT day FROM nights"


def test_a_statement_that_is_nested_too_deeply_is_one_sentence() -> None:
    with pytest.raises(QueryFailed, match="nested too deeply"), of_any_depth():
        raise RecursionError


def test_database_names_are_dropped_from_known_tables() -> None:
    statement = read_only("WITH a AS (SELECT * FROM c.oura.Nights) SELECT * FROM a")
    local_names(statement, {"nights"})
    assert statement.sql() == "WITH a AS (SELECT * FROM Nights) SELECT * FROM a"


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT * FROM nihgts", "no table or view 'nihgts'; did you mean nights?"),
        ("SELECT * FROM 'a file'", "no table or view 'a file'"),
        ("SELECT * FROM nights CROSS JOIN LATERAL read_csv('f')", "no table or view 'READ_CSV"),
    ],
)
def test_a_table_that_nobody_has_is_refused(sql: str, sentence: str) -> None:
    with pytest.raises(QueryFailed) as error:
        local_names(read_only(sql), {"nights"})
    assert sentence in str(error.value)


@pytest.mark.parametrize("sql", ["SELECT slep_h FROM nights", "SELECT n.slep_h FROM nights AS n"])
def test_a_column_that_nobody_has_is_named_with_what_may_be_meant(sql: str) -> None:
    with pytest.raises(QueryFailed) as error:
        local_columns(read_only(sql), TABLES | {"other": {"slep": "DATE"}})
    assert str(error.value) == "There is no column 'slep_h' in nights; did you mean sleep_h?"


def test_columns_that_are_there_pass() -> None:
    local_columns(read_only("SELECT day, n.sleep_h FROM nights AS n"), TABLES)


def test_a_query_without_tables_is_called_this_query() -> None:
    assert str(no_column("x", {})) == "There is no column 'x' in this query."
    assert str(no_column("x", {"b": ["z"], "a": ["y"]})) == "There is no column 'x' in a, b."


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("sleep_hh", "did you mean sleep_h?"),
        ("pct", "did you mean battery_pct or efficiency_pct?"),
        ("DAY", "did you mean day or last_day?"),
        ("colour", None),
    ],
)
def test_a_word_may_mean_a_name_that_is_near_or_has_it_as_a_part(word: str, advice: str | None) -> None:
    assert suggestion(word, ["sleep_h", "efficiency_pct", "battery_pct", "day", "last_day"]) == advice


def test_at_most_three_names_are_said() -> None:
    assert str(suggestion("sleep", ["sleep_a", "sleep_b", "sleep_c", "sleep_d"])).count(" or ") == 2


def test_columns_without_a_name_are_named_as_in_athena_and_integers_divide_to_integers() -> None:
    typed = as_athena_types(read_only("SELECT n / 2, day AS d FROM nights"), TABLES)
    assert isinstance(typed, exp.Query)
    assert [column.alias for column in typed.selects] == ["_col0", "d"]
    assert "CAST" in typed.sql(dialect="duckdb") or "//" in typed.sql(dialect="duckdb")


def test_a_statement_that_cannot_be_resolved_is_left_as_it_is() -> None:
    statement = read_only("SELECT nothing FROM nights")
    assert as_athena_types(statement, TABLES) is statement
