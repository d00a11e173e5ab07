"""A deploy over the previous release keeps what stores data, and sends nothing twice.

The previous release is the commit in the file `previous-release`, taken from this clone's own history and run with
the packages of today: the test deploys our code over our code. `make upgrade` runs it.
"""

import io
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from oura_lake.admin.inbox import Inbox
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.stack import outputs
from oura_lake.ingestion.job import Job
from oura_lake.lake.keys import stored_view_key
from oura_lake.local.emulator import Emulator, emulator, is_installed
from oura_lake.local.toolchain import ROOT, cdk_command, cdk_environment
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.views import load_views
from oura_lake.simulator import GeneratedPerson, RunningApi, simulated_oura
from support.deployed_lake import Deployed, awaited

from infra.bundling import ANALYSE, HOST, INGEST, packages_zip

NAMED = Path(__file__).with_name("previous-release")
COMMIT = NAMED.read_text(encoding="utf-8").strip()
PARTS = ("infra", "lambdas", "athena", "cdk.json")
ZONE = "Europe/Berlin"
NEVER = "rate(365 days)"  # the emulator kills a job under way when its function changes; the next waits half an hour
CONFIG = f'[persons.me]\ntimezone = "{ZONE}"\nemail = "me@example.com"\nsms = ["+447700900123"]\n'
HOLDS_DATA = {
    "AWS::Events::EventBus",
    "AWS::Glue::Database",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}
DAYS = "SELECT person, day, sleep_h, steps, n_tags, is_rest_mode FROM person_day ORDER BY day"
LETTER = '{"person": "me", "reason": "an old letter"}'


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Contents of the account at a moment: resources by logical id, object versions, the token, dead letters."""

    ids: dict[str, tuple[str, str]]
    versions: set[tuple[str, str]]
    token: str
    n_dead: int

    @classmethod
    def by(cls, lake: Deployed) -> "Contents":
        """Take the contents now."""
        found = lake.client("cloudformation").describe_stack_resources(StackName="OuraLake")["StackResources"]
        dead = json.loads(lake.outputs["DeadLetters"])["jobs"]
        count = "ApproximateNumberOfMessages"
        letters = lake.client("sqs").get_queue_attributes(QueueUrl=dead, AttributeNames=[count])["Attributes"][count]
        return cls(
            ids={r["LogicalResourceId"]: (r["ResourceType"], r["PhysicalResourceId"]) for r in found},
            versions=lake.versions(),
            token=lake.client("secretsmanager").get_secret_value(SecretId="oura-lake/me")["SecretString"],
            n_dead=int(letters),
        )


@dataclass(frozen=True, kw_only=True)
class Upgraded:
    """Lake before and after the deploy of this code over the previous release, and the changes the CDK predicted."""

    lake: Deployed
    inbox: Inbox
    n_sent_before: int
    predicted: str
    before: Contents
    after: Contents


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """Lake of the previous release that fetched, judged and sent, then a deploy of this code."""
    if not is_installed():
        pytest.skip("the emulator is not installed; run make setup-emulator")
    folder = tmp_path_factory.mktemp("upgrade")
    (folder / "config.toml").write_text(CONFIG)
    now = datetime.now(ZoneInfo(ZONE))
    person = GeneratedPerson(years=0.25, until=now.date(), timezone=ZONE, now=now)
    with simulated_oura(person, hold_back_days=2) as oura, emulator(0) as running:
        lake = deployed_before(running, oura, person, folder)
        # the older code does not name the way of a message, so the inbox takes all
        inbox = Inbox(json.loads(lake.outputs["Topics"])["me"], lake, is_all=True)
        n_sent = len(lived(lake, inbox))
        (folder / "config.toml").write_text(f'{CONFIG}quiet_hours = ""\n')  # it would be sent at night too
        # by the template: the emulator knows replacements in a change set for some kinds alone, and a bucket is none
        before, predicted = Contents.by(lake), lake.cdk("diff", "--method=template")
        lake.cdk("deploy")
        lake.outputs.update(outputs(client=partial(boto3.client, **running.session)))
        after = Contents.by(lake)
        yield Upgraded(lake=lake, inbox=inbox, n_sent_before=n_sent, predicted=predicted, before=before, after=after)


def test_the_cdk_foretells_that_nothing_which_holds_data_is_replaced_or_removed(upgraded: Upgraded) -> None:
    blocks = upgraded.predicted.split("\n[")
    lost = [block for block in blocks if block.startswith("-") or "replace" in block]
    assert [block for block in lost if any(kind in block for kind in HOLDS_DATA)] == []
    assert "AWS::Lambda::Function" in upgraded.predicted  # proof that it compared with the older release


def test_whatever_holds_data_is_the_same_thing_after_the_deploy(upgraded: Upgraded) -> None:
    data_resources = {logical: found for logical, found in upgraded.before.ids.items() if found[0] in HOLDS_DATA}
    assert {kind for kind, _ in data_resources.values()} == HOLDS_DATA
    assert {logical: upgraded.after.ids.get(logical) for logical in data_resources} == data_resources
    sys.stdout.write(f"{counts(upgraded.before.ids, upgraded.after.ids)}\n")  # pytest -rP shows it


def test_every_object_the_token_and_a_dead_letter_are_as_they_were(upgraded: Upgraded) -> None:
    assert upgraded.before.versions <= upgraded.after.versions
    assert upgraded.after.token == upgraded.before.token
    assert (upgraded.before.n_dead, upgraded.after.n_dead) == (1, 1)


def test_all_views_answer_over_what_the_previous_release_wrote(upgraded: Upgraded) -> None:
    lake = upgraded.lake
    engine = DuckDBEngine(S3Store(lake.outputs["Bucket"], lake.client("s3")))
    rows = {view: engine.query(f"SELECT COUNT(*) FROM {view}").rows[0][0] for view in load_views()}
    assert (rows["person_day"] > 80, rows["stg_alerts"] > 0) == (True, True)
    pages = lake.client("glue").get_paginator("get_tables").paginate(DatabaseName=lake.outputs["Database"])
    assert rows.keys() <= {table["Name"] for page in pages for table in page["TableList"]}


def test_the_first_round_stores_the_rows_of_person_day_by_itself(upgraded: Upgraded) -> None:
    lake, store = upgraded.lake, S3Store(upgraded.lake.outputs["Bucket"], upgraded.lake.client("s3"))
    key = stored_view_key("person_day", "me")
    assert key not in {name for name, _ in upgraded.before.versions}
    looked_after(lake)
    assert store.get(key)
    rows = [DuckDBEngine(store, person="me", uses_stored=stored).query(DAYS).rows for stored in (True, False)]
    assert rows[0] == rows[1]


def test_nothing_is_sent_again_and_nothing_fetched_is_news(upgraded: Upgraded) -> None:
    lake = upgraded.lake
    assert upgraded.n_sent_before == 1
    worked(lake, Job(person="me"), slot="after the upgrade")
    judged(lake)  # a program may get it now: that release put no event on the bus
    assert judged(lake)["n_sent"] == 0
    looked_after(lake)
    assert {message["kind"] for message in upgraded.inbox.messages()} <= {"weekly"}  # new since then
    looked_after(lake)
    assert upgraded.inbox.messages() == []
    written = lake.versions() - upgraded.before.versions
    assert [key for key, _ in written if key.startswith("raw/oura/")] == []


@pytest.mark.parametrize(
    ("n_commits", "depth", "ends"),
    [
        (0, 0, pytest.skip.Exception),
        (1, 0, pytest.skip.Exception),
        (3, 1, pytest.skip.Exception),
        (3, 2, pytest.skip.Exception),
        (3, 0, pytest.fail.Exception),
    ],
)
def test_a_clone_that_lacks_the_previous_release_skips_only_where_it_has_no_history(
    tmp_path: Path, n_commits: int, depth: int, ends: type[BaseException]
) -> None:
    if n_commits:
        git(tmp_path, "init", "-q")
    for n in range(n_commits):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        git(tmp_path, *who, "commit", "-q", "--allow-empty", "-m", f"{n}")
    clone = tmp_path / "clone" if depth else tmp_path
    if depth:
        git(tmp_path, "clone", "-q", "--depth", f"{depth}", f"file://{tmp_path}", str(clone))
    with pytest.raises((pytest.skip.Exception, pytest.fail.Exception), match="previous release is absent") as ended:
        archived(clone)
    assert ended.type is ends


def counts(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> dict[str, int]:
    """Count the resources before, the new ones, the removed ones, and those replaced under the same name."""
    both = before.keys() & after.keys()
    return {
        "before": len(before),
        "new": len(after.keys() - both),
        "gone": len(before.keys() - both),
        "other": sum(before[logical] != after[logical] for logical in both),
    }


def deployed_before(running: Emulator, oura: RunningApi, person: GeneratedPerson, folder: Path) -> Deployed:
    """Lake of the previous release, connected."""
    old = previous_release(folder / "previous")
    context = {
        "config": str(folder / "config.toml"),
        "oura_api_base_url": oura.base_url,
        "oura_token_url": ",".join(oura.token_urls),
        "schedule": NEVER,
    }
    running.bootstrap()
    pairs = [part for name, value in (context | {"target": "emulator"}).items() for part in ("-c", f"{name}={value}")]
    done = subprocess.run(
        cdk_command("deploy", *pairs, "--output", str(folder / "cdk.out")),
        cwd=old,
        text=True,
        check=False,
        env=cdk_environment(running.environment) | {"PYTHONPATH": f"{old / 'lambdas'}:{old}"},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    named = outputs(client=partial(boto3.client, **running.session))
    lake = Deployed(
        emulator=running, oura=oura, person=person, outputs=named, context=context, calls=folder / "calls.jsonl"
    )
    lake.connect()
    return lake


def previous_release(folder: Path) -> Path:
    """Check out the sources of the previous release, with the packages of today under its locks."""
    with tarfile.open(fileobj=io.BytesIO(archived(ROOT))) as archive:
        archive.extractall(folder, filter="data")
    (folder / ".cache" / "bundles").mkdir(parents=True)
    for bundle in (INGEST, ANALYSE):
        shutil.copy(bundle.lock, folder / "lambdas")
        shutil.copy(packages_zip(bundle, HOST), folder / ".cache" / "bundles")
    return folder


def archived(clone: Path) -> bytes:
    """Archive the previous release as a tar; skip in a clone without history, fail in one with it."""
    done = git(clone, "archive", COMMIT, *PARTS)
    if done.returncode == 0:
        return done.stdout
    lacks = f"the previous release is absent: this clone lacks {COMMIT}; `git fetch --depth 1 origin {COMMIT}` gets it"
    if has_history(clone):
        pytest.fail(f"{lacks}, if there is such a commit; else write the last release's into {NAMED.relative_to(ROOT)}")
    pytest.skip(lacks)


def has_history(clone: Path) -> bool:
    """Whether this clone knows the commits before its own: it is not shallow, and has more than one."""
    is_shallow = git(clone, "rev-parse", "--is-shallow-repository").stdout.strip()
    return is_shallow == b"false" and int(git(clone, "rev-list", "--count", "HEAD").stdout) > 1


def git(clone: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Output of git for a clone."""
    command = ["git", "-c", "safe.directory=*", "-C", str(clone), *arguments]
    return subprocess.run(command, capture_output=True, check=False)


def lived(lake: Deployed, inbox: Inbox) -> list[dict[str, str]]:
    """Fetch the history, report an illness, and leave a dead letter; return the messages."""
    first, last = lake.person.first, lake.person.last - timedelta(days=2)
    worked(lake, Job(person="me", first=first, last=last, reason="backfill"), slot="history")
    awaited(lambda: n_judgements(lake), 100, "the judgement of the history")
    lake.oura.sync()
    worked(lake, Job(person="me"), slot="illness")
    messages: list[dict[str, str]] = awaited(inbox.messages, 100, "the message of the previous release")
    judged(lake)
    lake.client("sqs").send_message(
        QueueUrl=json.loads(lake.outputs["DeadLetters"])["jobs"],
        MessageBody=LETTER,
        MessageGroupId="me",
        MessageDeduplicationId="letter",
    )
    return messages + inbox.messages()


def worked(lake: Deployed, job: Job, slot: str) -> None:
    """Do a job."""
    n_requests = len(lake.oura.requests)
    lake.jobs.send(job, slot)
    awaited(lambda: len(lake.oura.requests) > n_requests, 100, "the job")
    awaited(lambda: lake.jobs.n_waiting() == 0, 100, "the end of the job")


def n_judgements(lake: Deployed) -> int:
    """Count the ended analyses: the emulator reports each call of a function, and stores no line of its own."""
    [group] = [name for logical, (_, name) in Contents.by(lake).ids.items() if logical.startswith("AnalysisAnalyseLog")]
    events = lake.client("logs").filter_log_events(logGroupName=group)["events"]
    return sum(event["message"].startswith("REPORT") for event in events)


def judged(lake: Deployed, reason: str = "schedule") -> dict[str, int]:
    """Judge, as the bus requests it; return the counts."""
    counts: dict[str, int] = invoked(lake, "AnalyseFunction", {"person": "me", "reason": reason})
    return counts


def looked_after(lake: Deployed) -> None:
    """Run a daily round."""
    invoked(lake, "MaintainFunction", {"person": "me", "kind": "daily"})


def invoked(lake: Deployed, output: str, detail: dict[str, str]) -> Any:
    """Answer of a function."""
    event = json.dumps({"detail": detail})
    answer = lake.client("lambda").invoke(FunctionName=lake.outputs[output], Payload=event)
    payload = answer["Payload"].read()
    assert "FunctionError" not in answer, payload
    return json.loads(payload)
