"""Can years be fetched, ended in any way, and gone on with, with every record there in the end and none twice?"""

import time
from datetime import date, timedelta
from types import SimpleNamespace

import boto3
import pytest
from command_line import Said, assert_one_sentence, for_api, run, start
from moto import mock_aws
from oura_lake.aws.deployed import DeployedFetcher
from oura_lake.backfill import Backfill
from oura_lake.job import parse_job
from oura_lake.lake.objects import read_table
from oura_lake.local.simulator import FOR_EVER, Fault, GeneratedPerson, simulated_oura
from oura_lake.settings import IngestSettings, Person

LAST = date(2026, 8, 20)
FIRST = LAST - timedelta(days=300)
NAMES = ("daily_sleep", "sleep", "workout")
ASKED = ("--from", FIRST, "--to", LAST, "--timezone", "UTC", *(part for name in NAMES for part in ("--endpoint", name)))


@pytest.fixture(scope="module")
def person() -> GeneratedPerson:
    return GeneratedPerson(years=1, until=LAST)


def backfill(api, lake, *options: object) -> Said:
    done = run("backfill", "--lake", lake, *ASKED, *options, **for_api(api))
    return Said(done.returncode, done.stdout, done.stderr)


def ids(lake) -> dict[str, list[str]]:
    """The ids of each table's rows, sorted, repeated where a row is there twice."""
    found = {}
    for name in NAMES:
        objects = sorted((lake / "lake" / name).rglob("*.parquet"))
        found[name] = sorted(i for o in objects for i in read_table(str(o), o.read_bytes())["id"].to_pylist())
    return found


def test_a_killed_backfill_goes_on_and_ends_with_every_record_once(person, tmp_path):
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
        said = backfill(api, tmp_path / "lake")
        assert said.code == 0
        assert any("Going on at" in line for line in said.lines)
        assert len(api.requests) - n_before < n_whole
    assert ids(tmp_path / "lake") == ids(tmp_path / "whole")
    assert all(len(set(found)) == len(found) > 0 for found in ids(tmp_path / "lake").values())


def test_an_error_ends_it_and_the_next_try_begins_with_the_chunk_that_failed(person, tmp_path):
    with simulated_oura(person) as api:
        api.plant(Fault(collection="sleep", status=422, on_request=3, times=FOR_EVER))
        said = backfill(api, tmp_path)
        assert said.code == 1
        assert_one_sentence(said, "Oura refused the request for sleep")
        api.api.faults.clear()
        assert backfill(api, tmp_path).code == 0
        n = len(api.requests)
        again = backfill(api, tmp_path)
        assert (again.code, len(api.requests)) == (0, n)
        assert "were fetched already; --again" in again.out
    assert len(ids(tmp_path)["daily_sleep"]) > 250


def test_a_dry_run_says_how_many_requests_and_asks_nothing(tmp_path):
    done = run("backfill", "--lake", tmp_path, "--from", "2016-01-01", "--to", "2025-12-31", "--dry-run")
    assert done.returncode == 0
    assert "40 chunks of three months, 2016-01-01 to 2025-12-31" in done.stdout
    assert "requests and about 3,652 more pages of heart rate" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_in_aws_a_chunk_that_is_done_brings_the_next_one(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
        sqs = session.client("sqs")
        url = sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        settings = IngestSettings(
            bucket="lake", bus="bus", jobs_queue_url=url, token_secret_prefix="lake/", app_parameter="/lake/app",
            persons={"me": Person(name="me")},
        )
        fetcher = DeployedFetcher(settings, session, lambda _: None)
        fetcher._fetched = lambda *_: []
        now = SimpleNamespace()
        job = Backfill(person="me", first=date(2025, 1, 1), last=date(2025, 12, 31)).job()
        seen = [job]
        for _ in range(9):
            fetcher.do(seen[-1], now, 60.0)
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            assert len(messages) <= 1
            if not messages:
                break
            sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
            seen.append(parse_job(messages[0]["Body"]))
        assert [(str(j.first), str(j.last)) for j in seen] == [
            ("2025-10-01", "2025-12-31"), ("2025-07-01", "2025-09-30"), ("2025-03-31", "2025-06-30"),
            ("2025-01-01", "2025-03-30"),
        ]
