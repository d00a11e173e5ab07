"""A backfill of years survives every interruption and lands each record once."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws
from oura_lake.aws import stack
from oura_lake.aws.job_queue import JobQueue
from oura_lake.bootstrap.ingestion import DeployedWorker
from oura_lake.cli.backfill import command
from oura_lake.errors import SourceRefused
from oura_lake.ingestion.backfill import Backfill
from oura_lake.ingestion.job import Job, parse_job
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.worker import Fetcher
from oura_lake.lake.parquet import read_table
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.request_log import read_request_log
from oura_lake.person import Person
from oura_lake.settings import IngestSettings
from oura_lake.simulator import FOR_EVER, Fault, GeneratedPerson, RunningApi, simulated_oura
from support.builders import NOON, FakeOura, a_score, a_table
from support.command_line import Exit, assert_one_sentence, for_api, run, start
from support.present import present

LAST = date(2026, 8, 20)
FIRST = LAST - timedelta(days=300)
NAMES = ("daily_sleep", "sleep", "workout")
ASKED = ("--from", FIRST, "--to", LAST, "--timezone", "UTC", *(part for name in NAMES for part in ("--endpoint", name)))
A_TOKEN = '{"access_token": "a", "refresh_token": "r", "expires_at": "2099-01-01T00:00:00+00:00"}'


@pytest.fixture(scope="module")
def person() -> GeneratedPerson:
    return GeneratedPerson(years=1, until=LAST)


def backfill(api: RunningApi, lake: Path, *options: object) -> Exit:
    done = run("backfill", "--lake", lake, *ASKED, *options, **for_api(api))
    return Exit(done.returncode, done.stdout, done.stderr)


def ids(lake: Path) -> dict[str, list[str]]:
    """Ids of each table's rows, sorted, with repetitions."""
    found = {}
    for name in NAMES:
        objects = sorted((lake / "lake" / name).rglob("*.parquet"))
        found[name] = sorted(i for o in objects for i in read_table(str(o), o.read_bytes())["id"].to_pylist())
    return found


def test_a_killed_backfill_goes_on_and_ends_with_every_record_once(person: GeneratedPerson, tmp_path: Path) -> None:
    with simulated_oura(person) as api:
        backfill(api, tmp_path / "whole")
        n_whole = len(api.requests)
        api.plant(Fault(collection="workout", delay_s=0.3, times=FOR_EVER))
        with start("backfill", "--lake", tmp_path / "lake", *ASKED, **for_api(api)) as process:
            note = tmp_path / "lake" / "ledger" / "person=me" / "backfill.json"
            deadline = time.monotonic() + 60
            while not note.exists() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            process.kill()
        assert note.exists()
        api.api.faults.clear()
        n_before = len(api.requests)
        result = backfill(api, tmp_path / "lake")
        assert result.code == 0
        assert any("Going on at" in line for line in result.lines)
        assert len(api.requests) - n_before < n_whole
    assert ids(tmp_path / "lake") == ids(tmp_path / "whole")
    assert all(len(set(found)) == len(found) > 0 for found in ids(tmp_path / "lake").values())


def test_an_error_that_may_pass_ends_it_and_the_next_try_begins_with_the_chunk_that_failed(
    person: GeneratedPerson, tmp_path: Path
) -> None:
    with simulated_oura(person) as api:
        api.plant(Fault(collection="sleep", kind="html", on_request=3, times=FOR_EVER))
        result = backfill(api, tmp_path)
        assert result.code == 1
        assert_one_sentence(result, "answered with a web page")
        api.api.faults.clear()
        assert backfill(api, tmp_path).code == 0
        n = len(api.requests)
        again = backfill(api, tmp_path)
        assert (again.code, len(api.requests)) == (0, n)
        assert "were fetched already; --again" in again.out
    assert len(ids(tmp_path)["daily_sleep"]) > 250


def test_a_collection_that_oura_refuses_is_told_and_keeps_no_other_from_being_fetched(
    person: GeneratedPerson, tmp_path: Path
) -> None:
    with simulated_oura(person) as api:
        api.plant(Fault(collection="sleep", status=422, on_request=3))
        result = backfill(api, tmp_path)
        assert result.code == 1
        assert [line for line in result.lines if "Oura refused the request for sleep (422" in line]
        assert len(ids(tmp_path)["daily_sleep"]) > 250
        n_before = len(ids(tmp_path)["sleep"])
        assert backfill(api, tmp_path, "--again").code == 0
    assert len(ids(tmp_path)["sleep"]) > n_before


def test_a_dry_run_says_how_many_requests_and_asks_nothing(tmp_path: Path) -> None:
    done = run("backfill", "--lake", tmp_path, "--from", "2016-01-01", "--to", "2025-12-31", "--dry-run")
    assert done.returncode == 0
    assert "40 chunks of three months, 2016-01-01 to 2025-12-31" in done.stdout
    assert "requests and about 3,652 more pages of heart rate" in done.stdout
    assert list(tmp_path.iterdir()) == []


def chain_in_aws(monkeypatch: pytest.MonkeyPatch, job: Job, fetched: Callable[..., list[Outcome]]) -> list[Any]:
    """Days of the jobs that follow one another; `fetched(job, person, now, seconds)` does each."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
        sqs = session.client("sqs")
        url = sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        settings = IngestSettings(
            bucket="lake",
            bus="bus",
            jobs_queue_url=url,
            token_secret_prefix="lake/",
            app_parameter="/lake/app",
            persons={"me": Person(name="me")},
        )
        fetcher = DeployedWorker(settings, session, lambda _: None)
        monkeypatch.setattr(fetcher._worker, "_fetched", fetched)
        seen = [job]
        for _ in range(9):
            fetcher.do(seen[-1], NOON, 60.0)
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            assert len(messages) <= 1
            if not messages:
                break
            sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
            seen.append(parse_job(messages[0]["Body"]))
        return [(str(j.first), str(j.last)) for j in seen]


A_YEAR = Backfill(person="me", first=date(2025, 1, 1), last=date(2025, 12, 31))
ITS_CHUNKS = [
    ("2025-10-01", "2025-12-31"),
    ("2025-07-01", "2025-09-30"),
    ("2025-03-31", "2025-06-30"),
    ("2025-01-01", "2025-03-30"),
]


def test_in_aws_a_chunk_that_is_done_brings_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chain_in_aws(monkeypatch, A_YEAR.job(), lambda *_: []) == ITS_CHUNKS


def test_in_aws_a_collection_that_oura_refuses_holds_up_neither_the_chunks_nor_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    oura, store = FakeOura(daily_sleep=[a_score(f"2025-{month:02}-15") for month in range(1, 13)]), MemoryStore()
    oura.errors["tag"] = SourceRefused("Oura refused the request for tag (422).")
    bus = SimpleNamespace(documents_landed=lambda *_: None)
    fetcher = Fetcher(store=store, bus=bus, log=lambda _: None)
    job = replace(A_YEAR, endpoints=("tag", "daily_sleep")).job()
    done = chain_in_aws(monkeypatch, job, lambda job, person, now, _: fetcher.do(job, person, oura, now))
    assert done == ITS_CHUNKS
    assert len(a_table(store).partition("2025").rows()) == 12
    requested = read_request_log(store, "me")
    assert [requested[name].on(A_YEAR.first) for name in ("tag", "daily_sleep")] == ["api_error", "answered"]
    assert present(requested["tag"].trouble).text == "Oura refused the request for tag (422)."


@pytest.mark.parametrize(("person", "sentence"), [
    ("adaa", "The stack knows no person adaa; "), ("ada", "ada is not connected to this lake; run `oura-lake connect "),
])  # fmt: skip
def test_in_aws_nothing_is_said_to_be_fetched_of_whom_nobody_can_fetch(
    monkeypatch: pytest.MonkeyPatch, person: str, sentence: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        url = boto3.client("sqs").create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        named = {"JobsQueueUrl": url, "TokenSecretPrefix": "oura-lake/", "Persons": '{"ada": {}, "me": {}}'}
        monkeypatch.setattr(stack, "outputs", lambda: named)
        boto3.client("secretsmanager").create_secret(Name="oura-lake/ada", SecretString="{}")
        boto3.client("secretsmanager").create_secret(Name="oura-lake/me", SecretString=A_TOKEN)
        options = ["--deployed", "--from", "2025-01-01", "--to", "2025-03-01", "--timezone", "UTC", "--person"]
        refused = CliRunner().invoke(command, [*options, person])
        assert str(refused.exception).startswith(sentence)
        assert JobQueue(url).n_waiting() == 0
        assert "are being fetched in AWS" in CliRunner().invoke(command, [*options, "me"]).output
        assert JobQueue(url).n_waiting() == 1


@pytest.mark.parametrize(("projected", "is_seen"), [("2025,2029", True), ("2026,2029", False), (None, True)])
def test_in_aws_a_year_at_which_athena_does_not_look_is_named_with_the_command(
    monkeypatch: pytest.MonkeyPatch, projected: str | None, is_seen: bool
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        url = boto3.client("sqs").create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        named = {"JobsQueueUrl": url, "TokenSecretPrefix": "oura-lake/", "Persons": '{"me": {}}'}
        monkeypatch.setattr(stack, "outputs", lambda: named | ({"ProjectedYears": projected} if projected else {}))
        boto3.client("secretsmanager").create_secret(Name="oura-lake/me", SecretString=A_TOKEN)
        options = ["--deployed", "--from", "2025-01-01", "--to", "2026-03-01", "--timezone", "UTC", "--person", "me"]
        answer = CliRunner().invoke(command, options, catch_exceptions=False).output
    assert ("Athena does not look at the years 2025 to 2025 yet: run `make deploy`" in answer) is not is_seen
