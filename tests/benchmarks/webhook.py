"""Benchmark of the receive function: webhooks a second, lost or doubled ones, and forgeries accepted.

python tests/benchmarks/webhook.py      # 200 a second for 30 s, 10,000 forgeries, a reply link, then the emulator

All of it on the loopback, bounded in number and time. Ends with 1 where a target is missed.
"""

import io
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "lambdas"), str(ROOT / "tests")]

import boto3  # noqa: E402
from measured import load  # noqa: E402
from oura_lake.local.emulator import Emulator, emulator, is_installed  # noqa: E402
from oura_lake.public_endpoint.reply_links import links  # noqa: E402
from support.fake_aws import fake_aws  # noqa: E402
from support.webhook_load import (  # noqa: E402
    ACCOUNTS,
    APP,
    PARAMETERS,
    SECRET,
    Answered,
    door_process,
    events,
    followed,
    forged,
    pressed,
    send,
)

RATE, SECONDS, N_FORGED, N_LINKED, N_EMULATED = 200, 30, 10_000, 1_000, 400
ANSWER_WITHIN_MS = 100


def main() -> int:
    """Print the measurements; return 1 where a target was missed."""
    missed = at_the_door()
    if is_installed():
        on_the_emulator()
    show(load())
    return int(missed)


def at_the_door() -> bool:
    """Measure the function itself: one process, the real boto3, a queue that deduplicates; True for a missed target."""
    with fake_aws(PARAMETERS) as (aws, address), door_process(address) as url:
        send(url, events(1))
        aws.bodies.clear()
        signed = events(RATE * SECONDS)[1:]
        taken = send(url, signed, per_s=len(signed) / SECONDS)
        documents = [json.loads(body)["document_id"] for body in aws.bodies]
        n_lost, n_double = RATE * SECONDS - len({*documents, "document-0"}), len(documents) - len(set(documents))
        show(
            f"events: {len(signed)} sent at {taken.rate:.0f} a second, answers {taken.statuses}, {n_lost} lost, "
            f"{n_double} double; of {aws.n_repeated} repetitions none was kept"
        )
        show(f"answered within {taken.at(0.5):.1f} ms (half), {taken.at(0.99):.1f} (99 %), {taken.at(1):.1f} (all)")
        before, n_before = len(aws.bodies), aws.n_asked
        strangers = send(url, forged(N_FORGED))
        n_in = len(aws.bodies) - before
        show(
            f"forgeries: {N_FORGED} sent, answers {strangers.statuses}, {n_in} on the queue, "
            f"{aws.n_asked - n_before} calls to AWS, {strangers.rate:.0f} a second, median {strangers.at(0.5):.1f} ms"
        )
        page, answer = at_a_link(url)
        show(
            f"a reply link, {N_LINKED} times: its page within {page.at(0.5):.1f} ms (half), {page.at(0.99):.1f} (99 %),"
            f" an answer within {answer.at(0.5):.1f}, {answer.at(0.99):.1f}; {len(aws.bodies) - before - n_in} jobs"
        )
    slowest = max(answers.at(0.99) for answers in (taken, page, answer))
    is_slow = taken.rate < 0.97 * len(signed) / SECONDS or slowest > ANSWER_WITHIN_MS
    return bool(n_lost or n_double or n_in or is_slow or set(strangers.statuses) != {403})


def at_a_link(url: str) -> tuple[Answered, Answered]:
    """Follow and press a link so many times, by eight clients who wait for their answers."""
    link = links(url, "ada", "illness-2026-03-01", SECRET, datetime.now(UTC))["ill"]
    return send(link, followed(N_LINKED)), send(link, pressed(N_LINKED))


def on_the_emulator() -> None:
    """Measure the emulator's own rate: the same function behind its Function URL and its queue."""
    with emulator(0) as running:
        url, queue = deployed(running)
        send(url, events(8))
        taken = send(url, events(N_EMULATED, every_repeated=N_EMULATED + 1)[8:])
        count = running_client(running, "sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])
        show(
            f"the emulator: {taken.rate:.0f} a second, answers {taken.statuses}, median {taken.at(0.5):.0f} ms, "
            f"{count['Attributes']['ApproximateNumberOfMessages']} on its queue"
        )


def deployed(running: Emulator) -> tuple[str, str]:
    """Addresses of the function and its queue on the emulator."""
    sqs, ssm, functions = (running_client(running, name) for name in ("sqs", "ssm", "lambda"))
    queue = sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for name, value in PARAMETERS.items():
        ssm.put_parameter(Name=name, Value=value, Type="String")
    variables = {
        "OURA_LAKE_JOBS_QUEUE_URL": queue,
        "OURA_LAKE_APP_PARAMETER": APP,
        "OURA_LAKE_ACCOUNTS_PREFIX": ACCOUNTS,
    }
    functions.create_function(
        FunctionName="receive",
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/receive",
        Timeout=8,
        Handler="oura_lake.handlers.receive.handler",
        Code={"ZipFile": zipped()},
        Environment={"Variables": variables},
    )
    made = functions.create_function_url_config(FunctionName="receive", AuthType="NONE")["FunctionUrl"]
    return f"{running.url_gateway}{made.partition('://')[2].partition('.')[0]}/", queue


def running_client(running: Emulator, service: str) -> Any:
    """Make a client of the emulator."""
    return boto3.client(service, **running.session)


def zipped() -> bytes:
    """Zip our sources, as the receive bundle contains them."""
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        for path in (ROOT / "lambdas" / "oura_lake").rglob("*.py"):
            archive.write(path, path.relative_to(ROOT / "lambdas"))
    return data.getvalue()


def show(line: str) -> None:
    """Print a line with the time of day."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
