"""Count of what each event costs in AWS: calls, bytes, processor seconds (`make bench-events`).

The real handlers run one event each in a process of its own against an AWS on the loopback that counts every call that
arrives. A lake of one generated person is brought to rest by the handlers and then copied under other names, so that
fifty persons of ten years are as quick to make as one. PERSONS=1,10 and YEARS=1 for less;
DOCUMENT=docs/reference/costs.md writes the tables there.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "lambdas"), str(ROOT / "tests")]

import boto3  # noqa: E402
from measured import load  # noqa: E402
from month import Cost, Size, event_table, month_table, persons, years  # noqa: E402
from oura_lake.aws.secrets import SecretTokens  # noqa: E402
from oura_lake.contract import Env  # noqa: E402
from oura_lake.ingestion.job import Job  # noqa: E402
from oura_lake.oura.tokens import Token  # noqa: E402
from oura_lake.simulator import App, GeneratedPerson, RunningApi, simulated_oura  # noqa: E402
from support.aws_over_http import Aws  # noqa: E402
from support.counted_aws import CountedAws, counted_aws  # noqa: E402
from support.function_url import event_of  # noqa: E402
from support.generated_lake import fetched, of_many  # noqa: E402
from support.webhook_load import signed  # noqa: E402

PERSONS = [int(n) for n in os.environ.get("PERSONS", "1,5,10,50").split(",")]
YEARS = [int(n) for n in os.environ.get("YEARS", "1,10").split(",")]
DOCUMENT = os.environ.get("DOCUMENT", "")
MONDAY = date(2026, 11, 23)
REST, NIGHT, SECOND_NIGHT = (datetime(2026, 11, day, 8, tzinfo=UTC) for day in (21, 22, 23))
HOUR = timedelta(hours=1)
DAILY, WEEKLY = datetime(2026, 11, 22, 10, 40, tzinfo=UTC), datetime(2026, 11, 23, 10, 40, tzinfo=UTC)
APP = App()
PROCESS = Path(__file__).with_name("event_process.py")
WITHIN_S = 1800


@dataclass(frozen=True, kw_only=True)
class World:
    """Lake of some persons, its provider and its account; the events are those of the first person."""

    counted: CountedAws
    oura: RunningApi
    environment: dict[str, str]
    person: str

    def call(self, handler: str, event: dict[str, Any], now: datetime) -> Cost:
        """Call a function in a process of its own; raises an error where it fails."""
        self.counted.taken()
        given = json.dumps({"handler": handler, "event": event, "now": now.isoformat()})
        done = subprocess.run(
            [sys.executable, str(PROCESS)], input=given, env=self.environment, text=True, check=True,
            stdout=subprocess.PIPE, timeout=WITHIN_S,
        )  # fmt: skip
        found = json.loads(done.stdout.splitlines()[-1])
        return Cost(counts=self.counted.taken(), start_s=found["start_s"], work_s=found["work_s"])

    def job(self, now: datetime, **more: Any) -> Cost:
        """Do a job of the person."""
        record = {"messageId": "1", "receiptHandle": "1", "body": Job(person=self.person, **more).body()}
        return self.call("ingest", {"Records": [record | {"attributes": {}}]}, now)

    def judge(self, now: datetime) -> Cost:
        """Judge the person after documents landed, by the event that the last job put on the bus."""
        return self.call("analyse", {"detail": self.counted.events[-1]}, now)

    def wake(self, now: datetime) -> Cost:
        """Judge the person when quiet hours end."""
        return self.call("analyse", {"detail": {"persons": [self.person], "reason": "morning"}}, now)

    def look_after(self, now: datetime, *chores: str) -> Cost:
        """Do the daily round, or some of it."""
        return self.call("maintain", {"detail": {"person": self.person, "kind": "daily", "chores": chores}}, now)

    def webhook(self, now: datetime, document: str) -> Iterator[tuple[str, Cost]]:
        """Take an event, fetch its document, judge."""
        body, headers = signed(document, "1234", secret=APP.client_secret)
        yield "receive", self.call("receive", event_of("POST", "/", headers, body), datetime.now(UTC))
        yield "ingest", self.job(now, endpoints=("sleep",), document_id=document, event="update", reason="webhook")
        yield "analyse", self.judge(now)


def main() -> int:
    """Print both tables, and write them into the document that is named."""
    print(f"{load()}; each row is one event of one person, in a new process", flush=True)
    sizes: list[Size] = []
    for n_years in YEARS:
        at_rest = settled(n_years)
        stored = sum(map(len, at_rest.values()))
        print(f"{years(n_years)}: {len(at_rest)} objects a person, {stored / 1e6:.1f} MB; {load()}", flush=True)
        for n in PERSONS:
            names = [f"p{number:02d}" for number in range(n)]
            with world(n_years, names, of_many(at_rest, "p00", names)) as made:
                sizes.append(Size(n=n, years=n_years, stored_bytes=stored, costs=dict(costs(made))))
            print(f"{persons(n)} counted", flush=True)
    tables = {"events": event_table(sizes), "month": month_table(sizes)}
    print("\n\n".join(tables.values()), load(), sep="\n\n")
    if DOCUMENT:
        write(Path(DOCUMENT), tables)
    return 0


def write(document: Path, tables: dict[str, str]) -> None:
    """Write each table between the two marks of its name."""
    text = document.read_text(encoding="utf-8")
    for name, table in tables.items():
        before, begin, rest = text.partition(f"<!-- {name} -->")
        _, end, after = rest.partition(f"<!-- /{name} -->")
        if not end:
            raise SystemExit(
                f"{document} has no marks for the table {name}: write <!-- {name} --> and <!-- /{name} -->."
            )
        text = f"{before}{begin}\n\n{table}\n\n{end}{after}"
    document.write_text(text, encoding="utf-8")


def settled(years: int) -> dict[str, bytes]:
    """Objects of one person whose history was fetched, judged and looked after: the next hour is a quiet one."""
    with world(years, ["p00"], {}) as made:
        first = REST.date() - timedelta(days=round(365.25 * years) - 1)
        made.counted.s3.objects |= {f"{key}": data for key, data in fetched(made.oura, "p00", first, REST).items()}
        made.job(REST)
        made.wake(REST)
        made.look_after(REST)
        made.wake(REST + timedelta(minutes=10))
        return dict(made.counted.s3.objects)


def costs(made: World) -> Iterator[tuple[str, Cost]]:
    """Cost of each function in each event."""
    yield "quiet hour: ingest", made.job(REST + HOUR)
    made.oura.sync(0)  # revises recent days, as when the app is opened by day
    yield "changed hour: ingest", made.job(REST + 2 * HOUR)
    yield "changed hour: analyse", made.judge(REST + 2 * HOUR)
    yield "morning: analyse", made.wake(REST + 3 * HOUR)
    made.oura.sync(1)
    yield "changed night: ingest", made.job(NIGHT)
    yield "changed night: analyse", made.judge(NIGHT)
    yield "daily round: maintain", made.look_after(DAILY)
    events = made.oura.sync(1)
    document = next(e.object_id for e in reversed(events) if e.data_type == "sleep")
    for function, cost in made.webhook(SECOND_NIGHT, document):
        yield f"webhook: {function}", cost
    yield "weekly mail: maintain", made.look_after(WEEKLY, "weekly")
    yield "Monday again: maintain", made.look_after(WEEKLY + 3 * HOUR, "weekly")


@contextmanager
def world(years: int, names: Sequence[str], objects: dict[str, bytes]) -> Iterator[World]:
    """World of these persons with these objects, until the block ends."""
    person = GeneratedPerson(seed=3, years=years + 0.1, until=MONDAY, timezone="UTC", illness_nights=0)
    with (
        simulated_oura(person, app=APP, hold_back_days=2) as oura,
        counted_aws() as (counted, aws),
        patch.dict(os.environ, aws.environment),
    ):
        counted.s3.objects |= objects
        yield World(counted=counted, oura=oura, environment=deployed(aws, oura, names), person=names[0])


def deployed(aws: Aws, oura: RunningApi, names: Sequence[str]) -> dict[str, str]:
    """Make what the stack and `connect` make; return the environment of every function."""
    ssm, sqs = boto3.client("ssm"), boto3.client("sqs")
    queue = sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    topics = {name: boto3.client("sns").create_topic(Name=name)["TopicArn"] for name in names}
    boto3.client("events").create_event_bus(Name="bus")
    settings = {name: {"timezone": "UTC", "n_email": 1, "topic": topics[name]} for name in names}
    credentials = {"client_id": APP.client_id, "client_secret": APP.client_secret}
    texts = {"/lake/app": credentials} | {
        f"/lake/persons-{n}": {name: own} for n, (name, own) in enumerate(settings.items())
    }
    for name, text in texts.items():
        ssm.put_parameter(Name=name, Value=json.dumps(text), Type="String")
    ssm.put_parameter(Name="/lake/accounts/1234", Value=names[0], Type="String")
    connect(oura, f"lake/{names[0]}")
    return os.environ | aws.environment | {
        "PYTHONPATH": str(ROOT / "lambdas"),
        Env.BUCKET: "lake",
        Env.BUS_NAME: "bus",
        Env.JOBS_QUEUE_URL: queue,
        Env.TOKEN_SECRET_PREFIX: "lake/",
        Env.APP_PARAMETER: "/lake/app",
        Env.ACCOUNTS_PREFIX: "/lake/accounts/",
        Env.PERSONS_IN: ",".join(name for name in texts if "persons" in name),
        Env.ENGINE: "duckdb",
        Env.API_BASE_URL: oura.base_url,
        Env.TOKEN_URL: oura.token_urls[0],
    }  # fmt: skip


def connect(oura: RunningApi, secret: str) -> None:
    """Store a token that lasts."""
    given = oura.grant()
    boto3.client("secretsmanager").create_secret(Name=secret, SecretString="{}")
    SecretTokens(secret).connect(Token(
        access_token=given["access_token"], refresh_token=given["refresh_token"],
        expires_at=datetime(2099, 1, 1, tzinfo=UTC), token_url=oura.token_urls[0],
    ))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
