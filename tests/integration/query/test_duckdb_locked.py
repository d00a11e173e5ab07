"""A query reads this lake and nothing else of the machine, and comes to an end."""

import tempfile
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from oura_lake.cli.query import command
from oura_lake.errors import QueryFailed, SettingsWrong
from oura_lake.lake.documents import land
from oura_lake.lake.store import MemoryStore
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.model import Limits
from support.builders import a_score, a_table, at

N_DAYS = 5
MANY = (
    "SELECT COUNT(*) FROM UNNEST(SEQUENCE(1, 9000)) AS a (x) CROSS JOIN UNNEST(SEQUENCE(1, 9000)) AS b (y) "
    "CROSS JOIN UNNEST(SEQUENCE(1, 9000)) AS c (z) WHERE SIN(x * y) > z"
)
LARGE = (
    "SELECT COUNT(*) FROM (SELECT x, ROW_NUMBER() OVER (ORDER BY x DESC) AS n FROM UNNEST(SEQUENCE(1, 3000000)) "
    "AS a (x)) WHERE n > 5"
)
BEYOND = [
    "SELECT content FROM LATERAL read_text('{file}')",
    "SELECT * FROM daily_sleep CROSS JOIN LATERAL read_csv('{file}')",
    "SELECT * FROM daily_sleep CROSS JOIN LATERAL query('SELECT 1')",
    "SELECT * FROM query_table('daily_sleep')",
    "SELECT * FROM duckdb_settings()",
    'WITH "{file}" AS (SELECT * FROM "{file}") SELECT * FROM "{file}"',
    'SELECT * FROM (WITH x AS (SELECT 1 AS a) SELECT * FROM x) AS y CROSS JOIN "x"',
    "WITH x AS (DELETE FROM daily_sleep) SELECT 1",
    "WITH x AS (UPDATE daily_sleep SET score = 1) SELECT 1",
    "WITH x AS (INSERT INTO daily_sleep SELECT 1) SELECT 1",
    "SELECT day INTO other FROM daily_sleep",
]


@pytest.fixture(params=["folder", "copies"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> DuckDBEngine:
    """Engine over a folder, and over another store, whose objects are copied."""
    store = FolderStore(tmp_path / "it's [a] lake") if request.param == "folder" else MemoryStore()
    land(a_table(store), [a_score(f"2026-08-{n:02}", n) for n in range(1, N_DAYS + 1)], at(0), "r")
    return DuckDBEngine(store)


@pytest.mark.parametrize("sql", BEYOND)
def test_what_reads_beyond_the_lake_or_writes_is_refused(tmp_path: Path, sql: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a\n1\n")
    with pytest.raises(QueryFailed, match=r"The lake has no table or view|is refused: the lake is only read here"):
        DuckDBEngine(MemoryStore()).query(sql.format(file=file))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_text('{file}')",
        "COPY (SELECT 1) TO '{file}'",
        "SET threads = 1",
        "ATTACH '{file}'",
        "INSTALL httpfs",
        "SELECT * FROM frame",
    ],
)
def test_the_engine_itself_has_no_right_to_it(engine: DuckDBEngine, tmp_path: Path, text: str) -> None:
    frame = {"a": [1]}
    file = tmp_path / "other.txt"
    file.write_text("x")
    with pytest.raises(duckdb.Error, match=r"disabled by configuration|locked|does not exist"):
        engine._run(text.format(file=file)) if frame else None
    assert file.read_text() == "x"


DEEP = {
    "parentheses": f"SELECT {'(' * 3_000}1{')' * 3_000}",
    "not": f"SELECT {'NOT ' * 400}TRUE",
    "subqueries": f"SELECT * FROM {'(SELECT * FROM ' * 400}calendar{')' * 400}",
    "readable": f"SELECT * FROM {'(SELECT * FROM ' * 110}calendar{')' * 110}",  # by the parser, not by what follows
}


@pytest.mark.parametrize(
    ("name", "option"),
    [*((name, ()) for name in DEEP), *((name, ("--explain",)) for name in DEEP if name != "readable")],
)
def test_a_statement_that_is_nested_too_deeply_is_one_sentence(
    tmp_path: Path, name: str, option: tuple[str, ...]
) -> None:
    done = CliRunner().invoke(command, ["--lake", str(tmp_path), DEEP[name], *option])
    assert isinstance(done.exception, QueryFailed), done.exception
    assert "nested too deeply" in str(done.exception)


def test_the_lake_is_read_whatever_its_folder_is_called(engine: DuckDBEngine) -> None:
    assert engine.query("SELECT COUNT(*) FROM daily_sleep").rows == [(N_DAYS,)]
    assert engine.query("SELECT COUNT(*) FROM raw_lines").rows == [(N_DAYS,)]


@pytest.mark.parametrize(
    "sql",
    [
        "WITH daily_sleep AS (SELECT * FROM daily_sleep) SELECT COUNT(*) FROM daily_sleep",
        "WITH a AS (SELECT * FROM daily_sleep), b AS (SELECT * FROM a) SELECT COUNT(*) FROM b",
        "SELECT COUNT(*) FROM daily_sleep AS d CROSS JOIN LATERAL (SELECT d.day AS e) AS x",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT COUNT(*) FROM n",
    ],
)
def test_a_name_of_a_with_holds_where_the_with_reaches(engine: DuckDBEngine, sql: str) -> None:
    assert engine.query(sql).rows == [(N_DAYS,)]


@pytest.mark.parametrize(
    ("limits", "sql", "words"),
    [
        (Limits(seconds=0.05), MANY, r"ended after 0.05 s; .* --max-seconds"),
        (Limits(rows=2), "SELECT x FROM UNNEST(SEQUENCE(1, 3)) AS a (x)", r"more than 2 rows; add .*--max-rows"),
        (Limits(gigabytes=0.02), LARGE, r"more memory than 0.02 GB; .*--max-gb"),
    ],
    ids=["time", "rows", "memory"],
)
def test_an_answer_is_whole_or_says_which_limit_it_passed(limits: Limits, sql: str, words: str) -> None:
    with pytest.raises(QueryFailed, match=words):
        DuckDBEngine(MemoryStore(), limits=limits).query(sql)


def test_an_answer_within_its_limits_is_given() -> None:
    engine = DuckDBEngine(MemoryStore(), limits=Limits(seconds=60, rows=3, gigabytes=1))
    assert engine.query("SELECT x FROM UNNEST(SEQUENCE(1, 3)) AS a (x) ORDER BY x DESC").rows == [(3,), (2,), (1,)]


def test_a_query_of_the_command_has_three_limits_unless_others_are_named() -> None:
    defaults = {option.name: option.default for option in command.params if option.name.startswith("max_")}
    assert defaults == {"max_seconds": 5 * 60, "max_gb": 4, "max_rows": 1_000_000}


def test_the_command_takes_a_limit(tmp_path: Path) -> None:
    FolderStore(tmp_path / "lake").put("ledger/x", b"", replacing=None)
    words = ["--lake", str(tmp_path / "lake"), "--max-rows", "1", "SELECT x FROM UNNEST(SEQUENCE(1, 3)) AS a (x)"]
    with pytest.raises((QueryFailed, SettingsWrong), match="more than 1 rows"):
        CliRunner().invoke(command, words, catch_exceptions=False)


def test_a_query_beyond_its_memory_spills_to_a_folder_of_the_owner_alone_and_not_to_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    temporary.mkdir()
    work.mkdir()
    (work / ".tmp").touch()  # DuckDB's own choice of a folder is taken, as in Lambda, where it may not make it
    work.chmod(0o500)
    monkeypatch.chdir(work)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with pytest.raises(QueryFailed, match=r"needs more memory than 0\.05 GB"):
        DuckDBEngine(MemoryStore(), limits=Limits(gigabytes=0.05)).query(LARGE)
    engine = DuckDBEngine(MemoryStore(), limits=Limits(gigabytes=0.05, may_spill=True))
    assert engine.query(LARGE).rows == [(2_999_995,)]
    [folder] = temporary.glob("oura-lake-spill-*")
    assert folder.stat().st_mode & 0o777 == 0o700
    del engine
    assert list(temporary.glob("oura-lake-spill-*")) == []
