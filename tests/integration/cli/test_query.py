"""`oura-lake query` reads views by name, fills in values, estimates Athena's charge and writes answers to files."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws
from oura_lake.aws.s3 import S3Store
from oura_lake.cli.query import command
from oura_lake.errors import OuraLakeError, QueryFailed, SettingsWrong, UnreadableObject
from oura_lake.lake.documents import Table, add_tombstones, land
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.athena import AthenaEngine
from oura_lake.query.explain import LEAST_BYTES, price_usd, reading
from oura_lake.query.views import DIALECT, View, load_views
from oura_lake.sources.oura import ENDPOINTS
from support.builders import a_beat, a_score
from support.command_line import run

NOW = datetime(2026, 8, 22, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=9)
THEN = "2026-08-22T12:00"
DAYS = ("2026-08-19", "2026-08-20", "2026-08-21")
Ask = Callable[..., Result]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Fill a store with three scored days of two persons, and two rows of heart rate."""
    store = FolderStore(tmp_path / "lake")
    by_name = {e.name: e for e in ENDPOINTS}
    for person in ("ada", "ben"):
        table = Table(store=store, source="oura", endpoint=by_name["daily_sleep"], person=person)
        land(table, [a_score(day, 80 + i, id=f"{person}-{day}") for i, day in enumerate(DAYS)], NOW, "page")
    beats = Table(store=store, source="oura", endpoint=by_name["heartrate"], person="ada")
    land_series(beats, [SeriesPage(rows=[a_beat(), a_beat("2026-08-20T10:05:00.000Z")], fetched_at=NOW, request="p")])
    return store


@pytest.fixture
def ask(store: FolderStore) -> Ask:
    def run_query(*arguments: Any) -> Result:
        return CliRunner().invoke(command, ["--lake", str(store.path), *map(str, arguments)], catch_exceptions=False)

    return run_query


def lines(result: Result) -> list[list[str]]:
    return [line.split("\t") for line in result.stdout.splitlines()]


def test_a_view_by_its_name_is_a_person_s_days_newest_first(ask: Ask) -> None:
    head, *rows = lines(ask("stg_daily_sleep", "--person", "ada", "--from", "2026-08-20", "--to", "2026-08-21"))
    assert [(row[head.index("person")], row[head.index("day")]) for row in rows] == [
        ("ada", "2026-08-21"),
        ("ada", "2026-08-20"),
    ]


def test_a_value_takes_its_place_as_a_day_a_number_or_a_text(ask: Ask) -> None:
    sql = "SELECT day FROM stg_daily_sleep WHERE day >= :since AND sleep_score < :most AND person = :who"
    assert lines(ask(sql, "--set", "since=2026-08-20", "--set", "most=82", "--set", "who=ben")) == [
        ["day"],
        ["2026-08-20"],
    ]


@pytest.mark.parametrize("comment", ["-- my days", "--my days", "--", "-- a = b", "--days\n-- and nights"])
def test_a_comment_may_stand_before_the_sql(ask: Ask, comment: str) -> None:
    assert lines(ask(f"{comment}\nSELECT COUNT(*) AS n FROM stg_daily_sleep")) == [["n"], ["6"]]


def test_what_is_no_option_and_no_comment_is_refused_as_before(ask: Ask) -> None:
    assert "No such option" in ask("nights", "--jsn").stderr


@pytest.mark.parametrize("divided", ["sleep_score / 0", "sleep_score % 0", "day_n / (day_n - day_n)"])
def test_a_division_by_zero_is_called_that(ask: Ask, divided: str) -> None:
    sql = f"SELECT {divided} FROM (SELECT sleep_score, DAY(day) AS day_n FROM stg_daily_sleep)"
    with pytest.raises(QueryFailed, match=r"divides by zero, or .* write x / NULLIF\(y, 0\)\.$"):
        ask(sql)


@pytest.mark.parametrize("value", ["o'hara", "x' OR '1' = '1", "ada'; DROP TABLE sleep; --"])
def test_a_value_is_never_more_than_a_value(ask: Ask, value: str) -> None:
    assert lines(ask("SELECT :who AS who", "--set", f"who={value}")) == [["who"], [value]]


@pytest.mark.parametrize("name", ["answer.csv", "answer.parquet"])
def test_an_answer_in_a_file_is_the_answer(ask: Ask, tmp_path: Path, name: str) -> None:
    sql = "SELECT person, day, sleep_score, CAST(NULL AS VARCHAR) AS nothing FROM stg_daily_sleep ORDER BY person, day"
    assert "6 rows are in" in ask(sql, "--output", tmp_path / name).output
    assert (tmp_path / name).stat().st_mode & 0o077 == 0
    expected = [(p, date.fromisoformat(day), 80 + i) for p in ("ada", "ben") for i, day in enumerate(DAYS)]
    if name.endswith(".parquet"):
        written = pq.read_table(tmp_path / name).to_pylist()
        assert [(r["person"], r["day"], r["sleep_score"]) for r in written] == expected
    else:
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            written = list(csv.DictReader(file))
        assert [(r["person"], date.fromisoformat(r["day"]), int(r["sleep_score"])) for r in written] == expected
    assert {row["nothing"] or None for row in written} == {None}


def test_what_athena_would_read_is_told_by_table_and_nothing_is_run(ask: Ask, store: FolderStore) -> None:
    answer = ask("SELECT day FROM daily_sleep", "--explain")
    [head, row] = lines(answer)
    assert (head, row[:3]) == (["table", "scans", "objects", "columns", "bytes"], ["daily_sleep", "1", "2"])
    assert "Athena would charge $0.00005" in answer.stderr


def test_each_name_of_a_part_is_a_reading_of_it(store: FolderStore) -> None:
    once = "SELECT day FROM daily_sleep"
    twice = f"WITH a AS ({once}) SELECT x.day FROM a AS x JOIN a AS y ON x.day = y.day"
    [one], [two] = reading(once, store, {}), reading(twice, store, {})
    assert (one.n_scans, two.n_scans, two.n_bytes) == (1, 2, 2 * one.n_bytes)
    [union] = reading(f"{once} UNION ALL {once} WHERE day = (SELECT MAX(day) FROM daily_sleep)", store, {})
    assert union.n_scans == 3


def test_a_column_that_a_view_has_and_nobody_asks_for_is_not_read(store: FolderStore) -> None:
    view = View("both", "-- One row.\nSELECT day, id, contributors FROM daily_sleep")
    [narrow], [wide] = (reading(f"SELECT {columns} FROM both", store, {"both": view}) for columns in ("day", "*"))
    assert (narrow.n_columns, wide.n_columns) == (1, 3)
    assert 0 < narrow.n_bytes < wide.n_bytes


def test_every_view_can_be_told_beforehand(store: FolderStore) -> None:
    views = load_views()
    assert all(reading(f"SELECT * FROM {name}", store, views) for name, view in views.items() if view.upstream)
    assert all(reading(view.tree.sql(dialect=DIALECT), store, views) for view in views.values() if view.upstream)


def test_raw_lines_are_a_table_that_is_described_read_and_counted_whole(ask: Ask, store: FolderStore) -> None:
    described = lines(ask("--describe", "raw_lines"))
    assert [row[0] for row in described[1:]][-4:] == ["source", "collection", "person", "fetched"]
    rows = json.loads(ask("--json", "raw_lines", "--person", "ben").stdout)
    assert {(r["source"], r["collection"], r["person"], r["fetched"]) for r in rows} == {
        ("oura", "daily_sleep", "ben", "2026/08")
    }
    assert sorted(json.loads(row["document"])["day"] for row in rows) == list(DAYS)
    [[_, *row]] = [line for line in lines(ask("document_history", "--explain")) if line[0] == "raw_lines"]
    assert row == ["1", "3", "7", str(sum(file.stat().st_size for file in store.path.rglob("*.jsonl.gz")))]


def test_a_damaged_raw_object_is_named(ask: Ask, store: FolderStore) -> None:
    broken = next(store.path.rglob("*.jsonl.gz"))
    broken.write_bytes(broken.read_bytes()[:-12])
    with pytest.raises(UnreadableObject, match=f"{broken.name} is damaged"):
        ask("document_history")


@pytest.fixture
def deployed(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Copy the lake to a bucket, with one later revision and one later deletion."""
    [sleep] = [endpoint for endpoint in ENDPOINTS if endpoint.name == "daily_sleep"]
    score = Table(store=store, source="oura", endpoint=sleep, person="ada")
    land(score, [a_score(DAYS[0], 99, id=f"ada-{DAYS[0]}")], LATER, "page")
    add_tombstones(score, [{"id": f"ada-{DAYS[1]}", "day": DAYS[1]}], LATER, "page")
    monkeypatch.setattr("oura_lake.aws.stack.outputs", lambda *_: {"Bucket": "lake"})
    with mock_aws():
        boto3.client("s3", "us-east-1").create_bucket(Bucket="lake")
        bucket = S3Store("lake")
        for key in store.keys(""):
            bucket.put(key, (store.path / key).read_bytes(), replacing=None)
        yield lambda *words: CliRunner().invoke(command, ["--deployed", *words], catch_exceptions=False)


def test_the_deployed_lake_says_what_it_believed_then(deployed: Ask) -> None:
    mine = ("stg_daily_sleep", "--person", "ada", "--json", "--as-of")
    then, since = (json.loads(deployed(*mine, moment).stdout) for moment in (THEN, "2026-08-23"))
    assert [(r["day"], r["sleep_score"]) for r in then] == [(DAYS[2], 82), (DAYS[1], 81), (DAYS[0], 80)]
    assert [(r["day"], r["sleep_score"]) for r in since] == [(DAYS[2], 82), (DAYS[0], 99)]


def test_the_query_that_the_page_on_replay_shows_says_the_same_of_that_moment(deployed: Ask, ask: Ask) -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "replay.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```sql\n(.+?)```", page, re.DOTALL)
    then = deployed(
        "SELECT day, sleep_score AS score FROM stg_daily_sleep WHERE person = 'ada' ORDER BY day", "--as-of", THEN
    )
    assert ask(shown).stdout == then.stdout
    assert len(lines(then)) == 4


def test_athena_charges_for_ten_megabytes_at_least() -> None:
    assert price_usd(0) == price_usd(LEAST_BYTES) == pytest.approx(5e-5)
    assert price_usd(10**12) == pytest.approx(5)


@pytest.mark.parametrize(
    ("arguments", "kind", "sentence"),
    [
        (("nihgts",), QueryFailed, "did you mean nights"),
        (("nights", "--person", "anna"), SettingsWrong, "holds nothing of anna; it has ada, ben"),
        (("SELECT 1", "--person", "ada"), SettingsWrong, "belong to a view by its name"),
        (("stg_personal_info", "--from", "2026-01-01"), QueryFailed, "has no day to choose by"),
        (("published_values", "--person", "ada"), QueryFailed, "is nobody's own; leave out --person"),
        (("SELECT :a AS a",), QueryFailed, "add --set a=VALUE"),
        (("SELECT 1", "--set", "a=1"), QueryFailed, "has no :a to set"),
        (("SELECT :a AS a", "--set", "a"), SettingsWrong, "is no NAME=VALUE"),
        (("nights", "--output", "answer.xls"), SettingsWrong, "end it with .csv or .parquet"),
        (("nights", "--output", "/no/folder/answer.csv"), SettingsWrong, "there is no folder /no/folder"),
        (("DROP TABLE sleep", "--explain"), QueryFailed, "DROP is refused"),
        (("SELECT x FROM nowhere", "--explain"), QueryFailed, "no table or view 'nowhere'"),
        (("SELECT slep_h FROM nights", "--explain"), QueryFailed, "no column 'slep_h' in nights; did you mean sleep_h"),
        (("SELECT n.day FROM nights AS n WHERE n.dya = n.day", "--explain"), QueryFailed, "no column 'dya' in nights"),
        (("SELECT day FROM daily_sleep ORDER BY scoer", "--explain"), QueryFailed, "no column 'scoer' in daily_sleep"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    ask: Ask, arguments: tuple[str, ...], kind: type[OuraLakeError], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        ask(*arguments)


def test_an_empty_lake_says_so_beside_its_empty_answer(tmp_path: Path) -> None:
    answer = CliRunner().invoke(command, ["--lake", str(tmp_path), "--json", "nights"], catch_exceptions=False)
    assert answer.stdout.split() == ["[", "]"]
    assert "The lake is empty" in answer.stderr


def test_backslash_d_lists_and_explains(ask: Ask) -> None:
    assert ask(r"\d").stdout == ask("--views").stdout
    assert ask(r"\d nights").stdout == ask("--describe", "nights").stdout


def test_a_query_over_the_scan_limit_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import awswrangler as wr

    def refuse(*_: object, **__: object) -> None:
        raise wr.exceptions.QueryCancelled("Query cancelled! : Bytes scanned limit was exceeded")

    monkeypatch.setattr(wr.athena, "read_sql_query", refuse)
    with pytest.raises(QueryFailed, match="reads more than the workgroup allows; name fewer columns"):
        AthenaEngine(database="oura", workgroup="lake").query("SELECT 1")


def test_an_answer_leaves_the_error_stream_empty(store: FolderStore) -> None:
    """It once ended with what DuckDB took for leaks, since the garbage collector had been told to skip them."""
    done = run("query", "--lake", store.path, "nights", "--json")
    assert (done.returncode, done.stderr) == (0, "")
