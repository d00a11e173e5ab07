"""Each function's zip in AWS's own runtime: a read-only folder, JSON logs, and its own role's rights alone.

The functions hand on to each other as deployed: ingest fetches, analyse judges, maintain looks after, receive takes
Oura's events. Their account is moto's, which enforces the roles of the template.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from zipfile import ZipFile

import aws_cdk as cdk
import boto3
import pytest
from moto.iam.access_control import IAMRequestBase
from oura_lake.aws.secrets import SecretTokens
from oura_lake.ingestion.job import Job
from oura_lake.oura.tokens import Token
from oura_lake.simulator import App, GeneratedPerson, RunningApi, simulated_oura
from support.aws_over_http import Aws, aws_over_http
from support.enforced_roles import Account, enforced
from support.function_url import event_of
from support.lambda_runtime import RunningFunction, absent, running_function
from support.stack_rights import filled
from support.templates import of_type
from support.webhook_load import signed

from infra import config, target
from infra.bundling import ANALYSE, HOST, INGEST, RECEIVE, build

BUNDLES = {"ingest": INGEST, "analyse": ANALYSE, "maintain": ANALYSE, "receive": RECEIVE}
DAYS = 60
READ_ONLY = "Read-only file system"
APP = App()
DOOR = "http://127.0.0.1:9/"  # nobody listens: this lake has no address that Oura reaches
ROUND = ("addresses", "drift", "gaps", "staleness", "tokens")  # all of the daily ones but the webhooks' subscriptions


@dataclass(frozen=True, kw_only=True)
class Lake:
    """Account with its functions' environments, and the provider."""

    account: Account
    aws: Aws
    oura: RunningApi
    folder: Path

    def environment(self, who: str) -> dict[str, str]:
        """Environment of a function as the template gives it, with its role's session, in this account."""
        [own] = [
            f for f in of_type(self.account.template, "AWS::Lambda::Function").values() if f".{who}." in f["Handler"]
        ]
        given, named = own["Environment"]["Variables"], self.account.place.named(self.account.template)
        session = self.account.sessions[who].get_credentials().get_frozen_credentials()
        return self.aws.environment | {
            **{name: DOOR if name.endswith("WEBHOOK_URL") else filled(value, named) for name, value in given.items()},
            "AWS_ACCESS_KEY_ID": session.access_key,
            "AWS_SECRET_ACCESS_KEY": session.secret_key,
            "AWS_SESSION_TOKEN": session.token,
            "AWS_LAMBDA_FUNCTION_NAME": who,
        }

    @contextmanager
    def running(self, who: str) -> Iterator[RunningFunction]:
        """Run a function in its runtime, with the rights of its role."""
        folder = self.folder / BUNDLES[who].name
        if not folder.exists():
            with ZipFile(build(BUNDLES[who], HOST)) as archive:
                archive.extractall(folder)
        handler = f"oura_lake.handlers.{who}.handler"
        with (
            running_function(folder, handler, self.environment(who), self.folder / f"{who}.log") as function,
            self.account.enforcing(),
        ):
            yield function

    def connect(self) -> None:
        """Store what `oura-lake connect` stores."""
        credentials = json.dumps({"client_id": APP.client_id, "client_secret": APP.client_secret})
        boto3.client("ssm").put_parameter(Name="/oura-lake/app", Value=credentials, Overwrite=True)
        boto3.client("ssm").put_parameter(Name="/oura-lake/accounts/1234", Value="me", Overwrite=True)
        given = self.oura.grant()
        SecretTokens("oura-lake/me").connect(Token(
            access_token=given["access_token"], refresh_token=given["refresh_token"],
            expires_at=datetime.now(UTC) + timedelta(days=1), token_url=self.oura.token_urls[0],
        ))  # fmt: skip


@pytest.fixture(scope="module")
def lake(app_of: Callable[..., cdk.App], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """Lake of one person, connected and empty."""
    if reason := absent():
        pytest.skip(reason)
    person = GeneratedPerson(years=0.25, until=datetime.now(UTC).date())
    persons = config.parsed({"persons": {"me": {"timezone": "UTC"}}}).persons
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="oura-lake-runtime-")))
        oura = stack.enter_context(simulated_oura(person, app=APP))
        where = target.emulator(api_base_url=oura.base_url, token_url=oura.token_urls[0])
        app = app_of(where, tmp_path_factory.mktemp("runtime"), webhooks=True, persons=persons)
        aws = stack.enter_context(aws_over_http())
        account = stack.enter_context(enforced(app.synth().get_stack_by_name("OuraLake").template))
        # The loopback has another address than the one that a signature is made for.
        stack.enter_context(patch.object(IAMRequestBase, "check_signature", lambda _: None))
        made = Lake(account=account, aws=aws, oura=oura, folder=folder)
        made.connect()
        yield made


def test_ingest_fetches_the_recent_days(lake: Lake) -> None:
    today = datetime.now(UTC).date()
    job = Job(person="me", first=today - timedelta(days=DAYS), last=today)
    queue = lake.account.named("IngestionJobs")
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=job.body(), MessageGroupId="me")
    [message] = boto3.client("sqs").receive_message(QueueUrl=queue, AttributeNames=["All"])["Messages"]
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
    }
    with lake.running("ingest") as function:
        answer, log = function.invoke({"Records": [record]}), function.log()
    assert answer == {"batchItemFailures": []}
    assert [line["problems"] for line in log if line["message"] == "run"] == [{}]


def test_analyse_judges_what_landed_without_a_folder_to_write_to(lake: Lake) -> None:
    with lake.running("analyse") as function:
        counts = function.invoke({"detail": {"person": "me", "reason": "schedule"}})
        again, log = function.invoke({"detail": {"person": "me", "reason": "schedule"}}), function.log()
    assert counts["n_days"] == DAYS + 1
    assert counts["n_findings_written"] > again["n_findings_written"] == 0
    assert [line["n_days"] for line in log if line["message"] == "judged"] == [DAYS + 1] * 2


def test_maintain_looks_after_the_lake(lake: Lake) -> None:
    with lake.running("maintain") as function:
        done = function.invoke({"detail": {"person": "me", "kind": "daily", "chores": ROUND}})
        log = function.log()
    assert sorted(done) == sorted(ROUND)
    assert {line["chore"] for line in log if line["message"] == "chore"} == set(ROUND)


def test_receive_takes_an_event_that_oura_signed_and_no_other(lake: Lake) -> None:
    body, headers = signed("document-1", "1234", secret=APP.client_secret)
    with lake.running("receive") as function:
        taken = function.invoke(event_of("POST", "/", headers, body))
        forged = function.invoke(event_of("POST", "/", headers, body + b" "))
    assert (taken["statusCode"], forged["statusCode"]) == (200, 403)


def test_a_function_of_another_role_is_refused_and_its_error_is_a_line_of_json(lake: Lake) -> None:
    lake.account.sessions["analyse"], own = lake.account.sessions["receive"], lake.account.sessions["analyse"]
    with lake.running("analyse") as function:
        answer, log = function.invoke({"detail": {"person": "me", "reason": "schedule"}}), function.log()
    lake.account.sessions["analyse"] = own
    assert answer["errorType"] == "StoreUnavailable"
    assert [line["errorType"] for line in log if line.get("level") == "ERROR"] == ["StoreUnavailable"]


def test_nothing_but_tmp_is_writable(lake: Lake) -> None:
    folder = lake.folder / "probe"
    folder.mkdir()
    probe = (
        "import pathlib, os\n"
        "def handler(event, context):\n"
        "    def is_writable(name):\n"
        "        try: pathlib.Path(name, 'x').write_text('1')\n"
        "        except OSError as error: return error.strerror\n"
        "        return 'writable'\n"
        "    return {'at': os.getcwd()} | {name: is_writable(name) for name in event}\n"
    )
    (folder / "probe.py").write_text(probe)
    places = (str(folder), str(Path.home()), "/tmp")
    with running_function(folder, "probe.handler", {}, lake.folder / "probe.log") as function:
        found = function.invoke(dict.fromkeys(places))
    assert found == {"at": str(folder), str(folder): READ_ONLY, str(Path.home()): READ_ONLY, "/tmp": "writable"}
