"""A schedule becomes a message to the person, and a second one writes nothing."""

import io
import json
from datetime import timedelta
from typing import Any

import httpx
import pyarrow.parquet as pq
from oura_lake.aws.s3 import S3Store
from oura_lake.ingestion.backfill import Backfill
from oura_lake.lake.keys import ledger_key
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.simulator import GeneratedPerson
from support.webhook_receiver import is_genuine, violations

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
    before, n_requests = deployed.versions(), len(deployed.oura.requests)
    until(lambda: len(deployed.oura.requests) >= n_requests + N_COLLECTIONS, 100, "the next firing")
    until(lambda: deployed.jobs.n_waiting() == 0, 60, "the end of the next job")
    assert deployed.versions() == before
    assert inbox.messages() == []


def test_a_revised_night_that_ends_an_episode_sends_exactly_one_all_clear(deployed: Deployed, until: Until) -> None:
    until(lambda: "sent" in statuses(deployed), 100, "the alert")
    inbox, cloud = deployed.inbox(), deployed.oura.api.cloud
    inbox.messages()
    [sent] = [entry for entry in ledger(deployed) if entry["status"] == "sent"]
    ill, last = cloud.source, deployed.person.last
    cloud.source = GeneratedPerson(years=0.25, until=last, now=deployed.person.now, illness_nights=0)
    try:
        deployed.oura.sync()  # the same nights after Oura's revision: the ill ones as calm as the others
        [clear] = until(inbox.messages, 100, "the all-clear after the revision")
        n_requests = len(deployed.oura.requests)
        until(lambda: len(deployed.oura.requests) >= n_requests + 2 * N_COLLECTIONS, 150, "two more firings")
        until(lambda: deployed.jobs.n_waiting() == 0, 60, "the end of the job")
        assert inbox.messages() == []
    finally:
        cloud.source = ill
    assert (clear["step"], clear["episode"]) == ("cleared", sent["id"])
    assert clear["subject"].startswith("Back in your usual range")
    [over] = [entry for entry in ledger(deployed) if entry["id"] == sent["id"]]
    assert (over["level"], over["cleared_because"]) == (sent["level"], "revised")


def test_programs_heard_of_each_step_signed_and_in_the_published_form(deployed: Deployed, until: Until) -> None:
    """The webhook arrives over real HTTP, and the event through a rule of the owner's own, for both messages above."""
    events: list[dict[str, Any]] = []

    def is_cleared() -> bool:
        events.extend(deployed.bus_events())
        return "cleared" in [e["step"] for e in events]

    until(is_cleared, 60, "both events")
    posts = [taken for taken in deployed.program.taken if taken.event["step"] != "test"]
    sent = [{name: value for name, value in post.event.items() if name != "reply"} for post in posts]
    assert sent == sorted(events, key=lambda event: event["step"], reverse=True)
    assert [post.event.keys() - events[0].keys() for post in posts] == [{"reply"}] * 2  # the webhook alone has links
    assert [event["step"] for event in events] == ["opened", "cleared"]
    secrets = deployed.client("secretsmanager")
    key = secrets.get_secret_value(SecretId="oura-lake/webhook/me")["SecretString"]
    assert len(key) == 64
    for post in posts:
        assert violations(post.event) == []
        assert is_genuine()(key, post.headers, post.body, float(post.headers["x-oura-lake-timestamp"]))


def test_a_link_of_the_webhook_becomes_a_label_and_following_it_does_not(deployed: Deployed, until: Until) -> None:
    event = next(taken.event for taken in deployed.program.taken if taken.event["step"] == "opened")
    page = httpx.get(event["reply"]["ill"])
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; form-action 'self'")
    assert page.text.count("<button>") == 2
    assert httpx.post(event["reply"]["ill"] + "A").status_code == 403
    assert httpx.post(event["reply"]["not_ill"]).status_code == 200
    until(lambda: labels(deployed) == [(event["episode"], False)], 60, "the label")
    assert len({key for key, _ in deployed.versions() if key.startswith("raw/lake/feedback/")}) == 1


def labels(deployed: Deployed) -> list[tuple[str, bool]]:
    """Query the lake for the episodes that the person answered."""
    engine = DuckDBEngine(S3Store(deployed.outputs["Bucket"], deployed.client("s3")))
    rows = engine.query("SELECT alert_id, is_ill FROM stg_feedback").rows
    return [(str(episode), bool(is_ill)) for episode, is_ill in rows]


def ledger(deployed: Deployed) -> list[dict[str, Any]]:
    """Entries of the ledger on the illness warning."""
    got = deployed.client("s3").get_object(Bucket=deployed.outputs["Bucket"], Key=ledger_key("me", "illness"))
    entries: list[dict[str, Any]] = json.loads(got["Body"].read())
    return entries


def statuses(deployed: Deployed) -> list[str]:
    """Statuses of the lake's alerts; `sent` is the last status that an analysis writes."""
    [key] = {key for key, _ in deployed.versions() if key.startswith("lake/alerts/")} or {""}
    body = key and deployed.client("s3").get_object(Bucket=deployed.outputs["Bucket"], Key=key)["Body"].read()
    return pq.ParquetFile(io.BytesIO(body)).read(use_threads=False)["status"].to_pylist() if body else []


def backfill(deployed: Deployed, until: Until) -> None:
    """Fetch the whole history, as connecting does; it sends nothing."""
    first, last = deployed.person.first, deployed.person.last - timedelta(days=2)
    deployed.jobs.send_history(Backfill(person="me", first=first, last=last), slot="rehearsal")
    until(lambda: any(key.startswith("lake/findings/") for key, _ in deployed.versions()), 100, "the first finding")
    until(lambda: deployed.jobs.n_waiting() == 0, 60, "the end of the backfill")
