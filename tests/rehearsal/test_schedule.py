"""Does a schedule become a message to the person, and does a second one write nothing?"""

import io
from datetime import timedelta
from typing import Any

import pyarrow.parquet as pq
from oura_lake.backfill import Backfill

Deployed = Any  # the fixture's class, in conftest.py
Until = Any
N_COLLECTIONS = 19


def test_a_schedule_becomes_a_message_and_the_next_one_writes_nothing(deployed: Deployed, until: Until) -> None:
    inbox = deployed.inbox()
    backfill(deployed, until)
    assert inbox.messages() == []
    deployed.oura.sync()
    [message] = until(inbox.messages, 100, "the alert after the schedule")
    assert message["subject"]
    until(lambda: "sent" in statuses(deployed), 60, "the alert's entry as sent")
    before, asked = deployed.versions(), len(deployed.oura.requests)
    until(lambda: len(deployed.oura.requests) >= asked + N_COLLECTIONS, 100, "the next firing")
    until(lambda: deployed.jobs.n_waiting() == 0, 60, "the end of the next job")
    assert deployed.versions() == before
    assert inbox.messages() == []


def statuses(deployed: Deployed) -> list[str]:
    """What the lake holds of its alerts; `sent` is the last word that an analysis writes."""
    [key] = {key for key, _ in deployed.versions() if key.startswith("lake/alerts/")} or {""}
    body = key and deployed.client("s3").get_object(Bucket=deployed.outputs["Bucket"], Key=key)["Body"].read()
    return pq.read_table(io.BytesIO(body), use_threads=False)["status"].to_pylist() if body else []


def backfill(deployed: Deployed, until: Until) -> None:
    """Fetch the whole history, as connecting does; it tells nobody."""
    first, last = deployed.person.first, deployed.person.last - timedelta(days=2)
    deployed.jobs.send_history(Backfill(person="me", first=first, last=last), slot="rehearsal")
    until(lambda: any(key.startswith("lake/findings/") for key, _ in deployed.versions()), 100, "the first finding")
    until(lambda: deployed.jobs.n_waiting() == 0, 60, "the end of the backfill")
