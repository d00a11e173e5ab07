"""A link of an alert to a webhook becomes a label in the lake, by a program's POST or by a press.

The real parts of the way: the channel over HTTP, the receive function behind an address, the FIFO queue, the ingest
function's own worker, the bucket, the view.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Never

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from oura_lake.alerts.model import Message
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import AppParameter
from oura_lake.bootstrap.ingestion import DeployedWorker
from oura_lake.bootstrap.public_endpoint import deployed_endpoint
from oura_lake.channels import webhook
from oura_lake.errors import MessageNotSent
from oura_lake.lake.keys import ledger_key
from oura_lake.monitoring.run import watch
from oura_lake.oura.tokens import App
from oura_lake.oura.webhook_event import Call, call_of
from oura_lake.person import Person, Webhook, _way
from oura_lake.public_endpoint.reply_links import QUERY
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.settings import AnalyseSettings, IngestSettings, ReceiveSettings
from support import chromium
from support.function_url import function_url
from support.illness_days import FIRST, NOW, TODAY, FakeEngine, Outbox, calm_days
from support.webhook_receiver import Receiver, receiver, violations

APP, SECRET = "/lake/app", "the app's secret"
N_DAYS = (TODAY - FIRST).days + 1
ILL = calm_days(N_DAYS, ill=range(N_DAYS - 2, N_DAYS))
LIVES_S = 300.0


class World:
    """A deployed lake of one person with a webhook, whose illness of today is told when a test says so."""

    def __init__(self, program: Receiver) -> None:
        aws = boto3.Session()
        aws.client("s3").create_bucket(Bucket="lake")
        aws.client("events").create_event_bus(Name="bus")
        aws.client("secretsmanager").create_secret(Name="key", SecretString="the key of the owner")
        self.sqs, fifo = aws.client("sqs"), {"FifoQueue": "true"}
        self.queue = self.sqs.create_queue(QueueName="jobs.fifo", Attributes=fifo)["QueueUrl"]
        AppParameter(APP).save(App(client_id="app", client_secret=SECRET))
        self.store, self.logged = S3Store("lake"), list[dict[str, object]]()
        ways = tuple(_way(name, "minor") for name in ("email", "webhook"))
        self.me = Person(name="me", ways=ways, webhook=Webhook(url=program.url, key="key"))
        self.program, self.door, self.url = program, deployed_endpoint(receiving(self.queue), aws), ""
        self.fetcher = self.fetching("me")

    def fetching(self, person: str) -> DeployedWorker:
        """Ingest function's worker, of a stack that knows this person."""
        settings = IngestSettings(
            bucket="lake",
            bus="bus",
            jobs_queue_url=self.queue,
            token_secret_prefix="lake/",
            app_parameter=APP,
            persons={person: Person(name=person)},
        )
        return DeployedWorker(settings, boto3.Session(), self.logged.append)

    def handle(self, event: Any, _context: Any) -> dict[str, object]:
        """Receive function."""
        return self.door.answer(call_of(event), datetime.now(UTC)).as_event()

    def send_alert(self, door: str | None = None) -> dict[str, Any]:
        """Judge the days and tell: the event that the program took."""
        settings = AnalyseSettings(
            bucket="lake", persons={}, app_parameter=APP, webhook_url=self.url if door is None else door
        )
        ways: dict[str, Callable[[Message], None]] = {"email": Outbox(), **webhook.ways(settings, self.me)}
        watch(FakeEngine(ILL), self.store, self.me, "schedule", NOW, ways)
        return self.program.taken[-1].event

    def work(self) -> int:
        """Do the jobs of the queue as Lambda's mapping hands them out; how many there were."""
        n_done = 0
        while found := self.sqs.receive_message(QueueUrl=self.queue, AttributeNames=["All"]).get("Messages"):
            for message in found:
                record = {
                    "receiptHandle": message["ReceiptHandle"],
                    "body": message["Body"],
                    "attributes": message["Attributes"],
                }
                self.fetcher.take(record, datetime.now(UTC), LIVES_S)
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                n_done += 1
        return n_done

    def labels(self) -> list[tuple[str, bool]]:
        """Query the feedback on the episodes from the view."""
        rows = DuckDBEngine(self.store).query("SELECT alert_id, is_ill FROM stg_feedback").rows
        return [(str(episode), bool(is_ill)) for episode, is_ill in rows]

    def objects(self) -> dict[str, str]:
        """Everything in the bucket, by its mark."""
        return {o["Key"]: o["ETag"] for o in boto3.client("s3").list_objects_v2(Bucket="lake")["Contents"]}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for cached in (webhook._client, webhook._ssm):
        cached.cache_clear()
    with mock_aws(), receiver() as program:
        made = World(program)
        with function_url(made.handle) as made.url:
            yield made


def test_a_programs_post_becomes_a_label_and_another_one_corrects_it(world: World) -> None:
    event = world.send_alert()
    assert violations(event) == []
    for name, is_ill in (("ill", True), ("not_ill", False)):
        assert httpx.post(event["reply"][name], json={"from": "a lamp"}).status_code == 200
        world.work()
        assert world.labels() == [(event["episode"], is_ill)]


def test_the_same_answer_another_time_is_a_job_that_writes_nothing(world: World) -> None:
    link = world.send_alert()["reply"]["ill"]
    call = Call(method="POST", query={QUERY: link.partition("=")[2]}, headers={}, body=b"")
    now = datetime.now(UTC)
    for minutes in (0, 1, 60):
        world.door.answer(call, now + timedelta(minutes=minutes))
    world.work()
    assert [line["n_new"] for line in world.logged] == [1, 0, 0]
    assert len([key for key in world.objects() if key.startswith("raw/lake/feedback/")]) == 1


def test_following_the_links_puts_nothing_on_the_queue(world: World) -> None:
    event = world.send_alert()
    for name in ("ill", "not_ill", "ill"):
        page = httpx.get(event["reply"][name])
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert world.work() == 0
    assert not [key for key in world.objects() if "/feedback/" in key]


def test_a_forged_link_is_refused_as_everything_else_is_and_puts_nothing_on_the_queue(world: World) -> None:
    event = world.send_alert()
    httpx.post(f"{world.url}?{QUERY}={'A' * 128}")
    altered = event["reply"]["ill"][:-1] + ("A" if event["reply"]["ill"][-1] != "A" else "B")
    for url in (altered, f"{world.url}?{QUERY}={'A' * 128}", f"{world.url}?{QUERY}=", f"{event['reply']['ill']}A"):
        for answer in (httpx.get(url), httpx.post(url), httpx.post(world.url, content=b"{}")):
            assert (answer.status_code, answer.text) == (403, '{"Message":"Forbidden"}')
    assert world.work() == 0


def test_a_word_about_what_is_gone_is_dropped_with_a_line_that_names_no_episode(world: World) -> None:
    event = world.send_alert()
    httpx.post(event["reply"]["ill"])
    boto3.client("s3").delete_object(Bucket="lake", Key=ledger_key("me", "illness"))
    world.work()
    world.fetcher = world.fetching("ada")  # and then the person is gone, too
    httpx.post(event["reply"]["not_ill"])
    world.work()
    why = "The lake no longer holds what this answers."
    assert world.logged == [{"person": "me", "reason": "reply", "waiting": why}] * 2
    assert not [key for key in world.objects() if "/feedback/" in key]


def test_without_a_public_door_or_an_app_an_alert_has_no_links(world: World) -> None:
    assert "reply" not in world.send_alert(door="")
    boto3.client("s3").delete_object(Bucket="lake", Key=ledger_key("me", "illness"))
    boto3.client("ssm").delete_parameter(Name=APP)
    assert "reply" not in world.send_alert()
    assert len(world.program.taken) == 2


def test_a_secret_that_cannot_be_read_is_a_failed_telling_that_the_next_run_makes_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Down:
        def get_parameter(self, **_: object) -> Never:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")

    with monkeypatch.context() as during:
        during.setattr(webhook, "_ssm", Down)
        with pytest.raises(MessageNotSent, match=r"reply links could not be signed: .* the next run sends the alert"):
            world.send_alert()
    assert world.program.taken == []
    assert world.send_alert()["reply"]


def test_who_looks_at_the_page_and_presses_a_button_says_so(world: World, tmp_path: Path) -> None:
    if (program := chromium.binary()) is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    event = world.send_alert()
    with chromium.browser(program, tmp_path) as tab:
        tab.visit(event["reply"]["not_ill"])
        assert tab.value("[...document.querySelectorAll('button')].map(b => b.textContent)") == [
            "I was not ill",
            "I was ill",
        ]
        assert tab.value("document.title") == "Oura Lake: how was it?"
        assert world.work() == 0
        for title, is_ill in (("Taken: no illness", False), ("Taken: an illness", True)):
            tab.events.clear()
            tab.value("document.querySelector('button').click()")
            tab.loaded()
            assert tab.value("document.querySelector('h1').textContent") == title
            world.work()
            assert world.labels() == [(event["episode"], is_ill)]
        requested = {url.partition("?")[0] for url in tab.requests()}
        assert requested <= {world.url, f"{world.url}favicon.ico"}


def receiving(queue: str) -> ReceiveSettings:
    """Make the settings of the receive function."""
    return ReceiveSettings(jobs_queue_url=queue, app_parameter=APP, accounts_prefix="/lake/accounts/")
