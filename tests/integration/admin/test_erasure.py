"""An erasure removes a person from a deployed lake, every version of every object, and no byte of another person."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from click.testing import CliRunner
from moto import mock_aws
from oura_lake.admin import dead_letters, erasure
from oura_lake.admin.dead_letters import Letters
from oura_lake.admin.erasure import Footprint
from oura_lake.aws.s3 import S3Store
from oura_lake.cli import forget
from oura_lake.errors import StoreUnavailable
from oura_lake.ledger.refresh_lock import Claims
from oura_lake.privacy.erasure import erase, survey

REGION = {"region_name": "us-east-1"}
KEYS = (
    "raw/oura/sleep/person={}/2026/11/x.jsonl.gz",
    "lake/sleep/person={}/year=2026/data.parquet",
    "lake/gone_table/person={}/data.parquet",
    "rejected/oura/sleep/person={}/x.json.gz",
    "ledger/person={}/illness.json",
    "ledger/person={}/notices/stale.json",
)
TOKEN = json.dumps({"access_token": "a", "refresh_token": "r", "expires_at": "2099-01-01T00:00:00+00:00"})
RENEWED = TOKEN.replace('"r"', '"renewed"')


class Account:
    """A deployed lake of two persons; the process dies before the nth call that changes data."""

    def __init__(self) -> None:
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", **REGION)
        self._session = session
        self._made: dict[str, Any] = {}
        self.calls, self.dies_at = 0, -1
        self.revoked: list[str] = []
        self.outputs = {
            "Bucket": "lake",
            "TokenSecretPrefix": "oura-lake/",
            "AppParameter": "/oura-lake/app",
            "Persons": json.dumps({"ada": {}, "ada-2": {}}),
            "DeadLetters": "{}",
        }
        self._fill()

    def client(self, service: str) -> Any:
        """Return the client of one service; moto's CloudFormation knows no schedule, so their list is made here."""
        if service == "cloudformation":
            names = [*(f"{name}-{p}" for p in PERSONS for name in ("S", "daily")), SHARED]
            made = [{"ResourceType": "AWS::Scheduler::Schedule", "PhysicalResourceId": name} for name in names]
            pages = SimpleNamespace(paginate=lambda **_: [{"StackResourceSummaries": made}])
            return SimpleNamespace(get_paginator=lambda _: pages)
        if service not in self._made:
            made = self._session.client(service, config=Config(retries={"total_max_attempts": 1}))
            made.meta.events.register("before-call", self._count)
            self._made[service] = made
        return self._made[service]

    def footprint(self) -> Footprint:
        return Footprint(
            person="ada",
            stack="OuraLake",
            outputs=self.outputs,
            client=self.client,
            revoke=self._revoke,
            go_on=lambda _: False,
        )

    def left_of(self, person: str) -> set[tuple[str, str]]:
        pages = self.client("s3").get_paginator("list_object_versions").paginate(Bucket="lake")
        return {
            (v["Key"], v["VersionId"])
            for page in pages
            for kind in ("Versions", "DeleteMarkers")
            for v in page.get(kind, [])
            if f"person={person}/" in v["Key"]
        }

    def _count(self, model: Any, **_: object) -> None:
        self.calls += model.name.startswith(("Delete", "Receive", "Change", "Update"))
        if 0 < self.dies_at <= self.calls:
            raise KeyboardInterrupt

    def _revoke(self, app: Any, token: Any) -> None:
        self.revoked.append(token.refresh_token)

    def _fill(self) -> None:
        s3, sqs = self.client("s3"), self.client("sqs")
        s3.create_bucket(Bucket="lake")
        s3.put_bucket_versioning(Bucket="lake", VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket="lake", Key="athena-results/q.csv", Body=b"rows")
        dead = sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        self.outputs["JobsQueueUrl"] = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        self.outputs["DeadLetters"] = json.dumps({"jobs": dead})
        self.client("ssm").put_parameter(Name="/oura-lake/app", Type="SecureString", Value='{"client_id": "app"}')
        for person in PERSONS:
            self._fill_person(person, s3, dead)
        self._schedule(SHARED, {"detail": {"persons": list(PERSONS), "kind": "weekly"}})

    def _fill_person(self, person: str, s3: Any, dead: str) -> None:
        for key in (key.format(person) for key in KEYS):
            s3.put_object(Bucket="lake", Key=key, Body=b"old")
            s3.put_object(Bucket="lake", Key=key, Body=b"new")
        s3.delete_object(Bucket="lake", Key=KEYS[0].format(person))
        self.client("secretsmanager").create_secret(Name=f"oura-lake/{person}", SecretString=TOKEN)
        self.client("secretsmanager").create_secret(Name=f"oura-lake/webhook/{person}", SecretString="key")
        self.client("ssm").put_parameter(Name=f"/oura-lake/accounts/{person}-id", Type="String", Value=person)
        self.client("sqs").send_message(
            QueueUrl=dead,
            MessageGroupId=person,
            MessageDeduplicationId=person,
            MessageBody=json.dumps({"person": person}),
        )
        self._schedule(f"S-{person}", {"person": person})
        self._schedule(f"daily-{person}", {"detail": {"person": person, "kind": "daily"}})

    def _schedule(self, name: str, listed: dict[str, object]) -> None:
        self.client("scheduler").create_schedule(
            Name=name,
            ScheduleExpression="rate(1 hour)",
            FlexibleTimeWindow={"Mode": "OFF"},
            ScheduleExpressionTimezone="Europe/Berlin",
            Description="Why.",
            State="DISABLED",
            Target={
                "Arn": "arn:aws:sqs:us-east-1:1:q",
                "RoleArn": "arn:aws:iam::1:role/r",
                "Input": json.dumps(listed),
            },
        )


PERSONS = ("ada", "ada-2")
SHARED = "Monday-ada"  # one schedule for all of a zone


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the waits of each erasure for an analysis, without any wait."""
    waited: list[float] = []
    monkeypatch.setattr(erasure, "sleep", waited.append)
    return waited


def secrets_of(account: Account) -> list[str]:
    """Names of the secrets, also of those that could be restored."""
    listed = account.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)
    return sorted(secret["Name"] for secret in listed["SecretList"])


def others(account: Account) -> dict[str, object]:
    """Collect the data of the other person."""
    return {
        "versions": account.left_of("ada-2"),
        "secret": account.client("secretsmanager").get_secret_value(SecretId="oura-lake/ada-2")["SecretString"],
        "key": account.client("secretsmanager").get_secret_value(SecretId="oura-lake/webhook/ada-2")["SecretString"],
        "account": account.client("ssm").get_parameter(Name="/oura-lake/accounts/ada-2-id")["Parameter"]["Value"],
        "letters": Letters(json.loads(account.outputs["DeadLetters"])["jobs"], account.client("sqs")).count("ada-2"),
        "schedule": account.client("scheduler").get_schedule(Name="S-ada-2")["Target"]["Input"],
    }


EXPECTED = {
    "schedules": 3,
    "tokens": 1,
    "webhook keys": 1,
    "object versions": 13,
    "versions of query results": 1,
    "dead letters (jobs)": 1,
    "accounts": 1,
}


def test_a_survey_counts_each_kind_of_the_person_alone(account: Account) -> None:
    assert survey(account.footprint().holdings()) == EXPECTED


def test_nothing_of_the_person_is_left_and_the_other_keeps_everything(account: Account) -> None:
    before = others(account)
    remaining = erase(account.footprint().holdings(), lambda *_: None)
    assert remaining == dict.fromkeys(EXPECTED, 0)
    assert account.left_of("ada") == set()
    assert others(account) == before
    assert account.revoked == ["r"]
    assert secrets_of(account) == ["oura-lake/ada-2", "oura-lake/webhook/ada-2"]


def test_what_a_judgement_of_the_last_landing_writes_goes_too(
    account: Account, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    def judged(seconds: float) -> None:
        waits.append(seconds)
        for key in ("lake/findings/person=ada/year=2026/data.parquet", "ledger/person=ada/alerts.json"):
            account.client("s3").put_object(Bucket="lake", Key=key, Body=b"late")

    monkeypatch.setattr(erasure, "sleep", judged)
    erase(account.footprint().holdings(), lambda *_: None)
    assert account.left_of("ada") == set()
    (waited,) = waits
    assert 0 < waited <= dead_letters.JOB_ENDS_S  # from the moment that the newest object was written


def test_nobody_waits_for_a_judgement_of_what_landed_long_ago(
    account: Account, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    monkeypatch.setattr(erasure, "JOB_ENDS_S", 0)
    erase(account.footprint().holdings(), lambda *_: None)
    assert waits == [0]


def test_what_only_the_next_deploy_takes_away_is_named_and_not_called_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account.outputs |= {
        "Topics": json.dumps({"ada": "arn:aws:sns:us-east-1:1:Lake-ada-7", "ada-2": "arn:aws:sns:us-east-1:1:Lake-b"}),
        "PersonsIn": "/oura-lake/persons-0",
        "SettingsIn": "/oura-lake/settings-0,/oura-lake/settings-1",
    }
    monkeypatch.setattr(forget, "_outputs", lambda _stack: account.outputs)
    monkeypatch.setattr(forget, "deployed_holdings", lambda *_: account.footprint().holdings())
    arguments = ["ada", "--deployed", "--yes", "--config", str(tmp_path / "config.toml")]
    for _ in range(2):
        printed = CliRunner().invoke(forget.command, arguments).output
        assert "Nothing of ada is left but what the next deploy takes away: 0 schedules, " in printed
        assert (
            "Left until the deploy: the topic Lake-ada-7 with its subscriptions, /oura-lake/settings-0, "
            "/oura-lake/settings-1 with the addresses, /oura-lake/persons-0.\n" in printed
        )
        assert "make deploy REMOVE=ada" in printed
    account.outputs["Persons"] = json.dumps({"ada-2": {}})  # after that deploy
    printed = CliRunner().invoke(forget.command, arguments).output
    assert "Nothing of ada is left: 0 schedules, " in printed
    assert "Left until" not in printed


def test_a_permission_that_a_job_renews_meanwhile_is_taken_back_as_it_is_then(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewal = ExitStack()
    renewal.enter_context(
        Claims(store=S3Store("lake", account.client("s3")), person="ada", sleep=time.sleep).exclusive()
    )

    def renewed(_seconds: float) -> None:
        account.client("secretsmanager").put_secret_value(SecretId="oura-lake/ada", SecretString=RENEWED)
        renewal.close()

    monkeypatch.setattr("oura_lake.admin.erasure.time.sleep", renewed)
    erase(account.footprint().holdings(), lambda *_: None)
    assert account.revoked == ["renewed"]


def test_while_a_job_is_under_way_no_permission_is_taken_back(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oura_lake.admin.erasure.is_idle", lambda *_: False)
    with pytest.raises(StoreUnavailable, match="A job is still under way"):
        erase(account.footprint().holdings(), lambda *_: None)
    assert (account.revoked, "oura-lake/ada" in secrets_of(account)) == ([], True)


def test_a_schedule_that_serves_others_too_goes_on_without_the_person(account: Account) -> None:
    listed = account.client("scheduler").get_schedule(Name=SHARED)
    erase(account.footprint().holdings(), lambda *_: None)
    remaining = account.client("scheduler").get_schedule(Name=SHARED)
    assert json.loads(remaining["Target"]["Input"]) == {"detail": {"persons": ["ada-2"], "kind": "weekly"}}
    same = ("ScheduleExpression", "ScheduleExpressionTimezone", "Description", "State", "FlexibleTimeWindow")
    assert {part: remaining[part] for part in same} == {part: listed[part] for part in same}


def test_a_kill_before_any_change_is_finished_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies at each call that changes data; the last round dies nowhere."""
    monkeypatch.setattr(dead_letters, "HIDDEN_S", 1)
    monkeypatch.setattr(dead_letters, "PAUSE_S", 0.05)
    monkeypatch.setattr(
        "oura_lake.ledger.refresh_lock.CLAIM_LASTS", timedelta()
    )  # else each claim of a dead run is waited for
    dies_at = died = 1
    while died:
        with mock_aws():
            account = Account()
            before = others(account)
            died = killed_at(account, dies_at)
            assert set(erase(account.footprint().holdings(), lambda *_: None).values()) == {0}
            assert (account.left_of("ada"), others(account)) == (set(), before)
        dies_at += 1
    assert dies_at > 10


def killed_at(account: Account, dies_at: int) -> bool:
    account.calls, account.dies_at = 0, dies_at
    try:
        erase(account.footprint().holdings(), lambda *_: None)
    except KeyboardInterrupt:
        return True
    finally:
        account.dies_at = -1
    return False


def test_webhooks_go_with_the_last_person_alone(account: Account) -> None:
    account.outputs["WebhookUrl"] = "https://x.example"
    assert "webhooks" not in {h.kind for h in account.footprint().holdings()}
    account.outputs["Persons"] = json.dumps({"ada": {}})
    assert "webhooks" in {h.kind for h in account.footprint().holdings()}


def test_what_aws_refuses_is_told_in_a_sentence(account: Account) -> None:
    account.outputs["Bucket"] = "another"
    with pytest.raises(StoreUnavailable, match=r"NoSuchBucket\); check your permissions and run it again"):
        survey(account.footprint().holdings())
