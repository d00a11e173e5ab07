"""A lake continues at another account where it stopped at the first, and leaving ends the first for good."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cache, partial
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from oura_lake.admin import migration
from oura_lake.admin.migration import End
from oura_lake.aws import stack
from oura_lake.aws.job_queue import JobQueue
from oura_lake.cli import leave, move
from oura_lake.ingestion.backfill import Backfill
from oura_lake.lake.replication import rows_of
from oura_lake.local import toolchain
from oura_lake.local.emulator import Emulator, emulator

Deployed = Any  # the fixture's class, in conftest.py
Until = Callable[[Callable[[], Any], float, str], Any]


@pytest.fixture
def other(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """Second account, to which `--to-region eu-central-1` leads; commands run in the first one."""
    provider = {"OURA_API_BASE_URL": deployed.oura.base_url, "OURA_TOKEN_URL": ",".join(deployed.oura.token_urls)}
    for name, value in (deployed.emulator.credentials | provider).items():
        monkeypatch.setenv(name, value)
    with emulator(0) as there:

        def run_cdk(arguments: Sequence[str], environment: dict[str, str], app: str = toolchain.LAKE) -> int:
            if app != toolchain.LAKE:
                return 0  # the emulator makes no budget
            where = there if environment["AWS_REGION"] == "eu-central-1" else deployed.emulator
            if arguments[0] == "bootstrap":
                where.bootstrap()
            else:
                where.cdk(*arguments, context={name: v for name, v in deployed.context.items() if name != "config"})
            return 0

        monkeypatch.setattr(toolchain, "run_cdk", run_cdk)
        monkeypatch.setattr(stack, "clients_of", lambda *_: cache(partial(boto3.client, **there.session)))
        monkeypatch.setattr(migration, "require_another_place", lambda *_: None)  # both emulators name one account
        yield there


def connected(deployed: Deployed) -> End:
    """Connect a deployed lake with a token of the person, also where an earlier test erased them."""
    token = json.dumps({"access_token": deployed.oura.token, "expires_at": "2099-01-01T00:00:00+00:00"})
    secrets, app = deployed.client("secretsmanager"), deployed.oura.api.oauth.app
    if not any(secret["Name"] == "oura-lake/me" for secret in secrets.list_secrets()["SecretList"]):
        secrets.create_secret(Name="oura-lake/me", SecretString="{}")
    secrets.put_secret_value(SecretId="oura-lake/me", SecretString=token)
    deployed.client("ssm").put_parameter(
        Name="/oura-lake/app",
        Type="SecureString",
        Overwrite=True,
        Value=json.dumps({"client_id": app.client_id, "client_secret": app.client_secret}),
    )
    return End(stack="OuraLake", outputs=stack.outputs(client=deployed.client), client=deployed.client)


def fetch(lake: End, deployed: Deployed, days_ago: int) -> None:
    """Put the job of a week on the queue."""
    last = deployed.person.last - timedelta(days=days_ago)
    week = Backfill(person="me", first=last - timedelta(days=6), last=last, endpoints=("daily_sleep",))
    JobQueue(lake.outputs["JobsQueueUrl"], lake.client("sqs")).send_history(week, slot=f"{days_ago}")


def n_scores(lake: End) -> int:
    return rows_of(lake.store)["me", "daily_sleep"]


def test_a_lake_moves_to_another_account_and_leaving_ends_the_old_one_after_the_destroys(
    deployed: Deployed, other: Emulator, until: Until
) -> None:
    """Runs after all else, on whatever lake remains."""
    old = connected(deployed)
    before = n_scores(old)
    fetch(old, deployed, days_ago=30)
    until(lambda: n_scores(old) > before, 60, "a week at the old lake")
    printed = CliRunner().invoke(move.command, ["--to-region", "eu-central-1", "--yes"], catch_exceptions=False).output
    named = stack.outputs(client=partial(boto3.client, **other.session))
    new = End(stack="OuraLake", outputs=named, client=partial(boto3.client, **other.session))
    assert "as many as here" in printed
    assert (old.is_still(), old.is_connected("me")) == (True, False)
    assert (new.is_still(), new.is_connected("me")) == (False, True)
    n_moved = n_scores(new)
    fetch(new, deployed, days_ago=60)
    until(lambda: n_scores(new) > n_moved, 60, "another week at the new lake")
    assert n_scores(old) == n_moved
    leave_the_old_one(deployed, old.outputs["Bucket"])
    assert new.is_connected("me")


def leave_the_old_one(deployed: Deployed, bucket: str) -> None:
    """Remove everything, and the bucket once its name is typed; Oura revokes no permission, since none is here."""
    options = ["--config", deployed.context["config"]]
    printed = CliRunner().invoke(leave.command, options, input=f"OuraLake\n{bucket}\n", catch_exceptions=False).output
    assert f"Bucket {bucket} is deleted." in printed
    buckets = [b["Name"] for b in deployed.client("s3").list_buckets()["Buckets"]]
    assert [name for name in buckets if not name.startswith("cdk-")] == []
    assert deployed.client("ssm").get_parameters_by_path(Path="/oura-lake/", Recursive=True)["Parameters"] == []
    assert deployed.client("scheduler").list_schedules()["Schedules"] == []
    assert "CDKToolkit" in printed
