"""The bytes of every record that the lake writes of itself, as released versions wrote and read them."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from oura_lake.alerts.ledger import LEDGER, change
from oura_lake.alerts.model import CLEARED, OPENED, SENT, SHOWN, Alert, Delivery, Entry, Message
from oura_lake.contract import Reason
from oura_lake.errors import CollectionAbsent, MessageNotSent, ScopeMissing
from oura_lake.ingestion import backfill_progress
from oura_lake.ingestion.backfill import Backfill, chunks
from oura_lake.ingestion.backfill_progress import note_done
from oura_lake.ingestion.job import Job, Word, parse_job
from oura_lake.lake import keys
from oura_lake.lake.request_plan import Days
from oura_lake.lake.rows import typed
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger import account, drift, home_zone, pending_analysis, request_log, token_status
from oura_lake.ledger.account import accept_account
from oura_lake.ledger.document import Codec
from oura_lake.ledger.drift import mark_notice, mark_reported, note_drift, read_drift
from oura_lake.ledger.home_zone import remember_zone
from oura_lake.ledger.pending_analysis import note_pending, pending_since, settle
from oura_lake.ledger.refresh_lock import CLAIM, Claims
from oura_lake.ledger.request_log import note_requests
from oura_lake.ledger.token_status import mend, note_broken
from oura_lake.monitoring.notices import NOTICE as NOTICES
from oura_lake.monitoring.notices import send_once
from oura_lake.monitoring.notices import settle as close
from oura_lake.oura.token_json import parse_token, token_json
from oura_lake.oura.tokens import Token
from oura_lake.sources.oura import SOURCE
from support.builders import NOON, at

GOLDEN = Path(__file__).parents[2] / "fixtures" / "ledger"
FIRST, LAST = date(2026, 1, 1), date(2026, 8, 20)
BACKFILL = Backfill(person="me", first=FIRST, last=LAST, endpoints=("sleep", "heartrate"))
SPLIT_SECOND = NOON.replace(microsecond=250)
CHUNK, OF_ALL = next(chunks(FIRST, LAST)), replace(BACKFILL, endpoints=())
SLEEP, TAG = SOURCE.endpoint("sleep"), SOURCE.endpoint("tag")
WEEKLY = "weekly-2026-08-17"
NOTICE = Message(kind="token", level="minor", subject="Verbinde den Ring für me", body="Run it.", sms="Run it.")


def days(now: datetime, first: date = LAST) -> Days:
    return Days(first=first, last=now.date(), zone=UTC, now=now, is_trailing=True)


def claimed(store: MemoryStore) -> None:
    """Take the claim as a process does that dies with it."""
    with Claims(store=store, person="me", clock=lambda: SPLIT_SECOND, sleep=print).exclusive():
        left_behind = dict(store.objects)
    store.objects = left_behind


def released(store: MemoryStore) -> None:
    with Claims(store=store, person="me", clock=lambda: NOON, sleep=print).exclusive():
        pass


def requested(store: MemoryStore) -> None:
    note_requests(store, "me", days(at(0)), {SLEEP: None, TAG: CollectionAbsent("Oura has no tag – any more.")})
    note_requests(store, "me", days(at(60 * 24 * 3), date(2026, 8, 23)), {SLEEP: ScopeMissing('No "daily".')})
    note_requests(store, "me", days(at(60 * 24 * 4), date(2026, 8, 25)), {SLEEP: None})


def drifted(store: MemoryStore) -> None:
    document = {"id": "a", "aura": 1, "type": "siësta", "readiness": {"mood": 2}, "average_hrv": 1.5, "efficiency": "x"}
    _, found = typed(SLEEP, document | {"latency": "bad", "day": LAST.isoformat()})
    note_drift(store, "me", days(at(0)), {"sleep": found})
    note_drift(store, "me", days(at(60 * 24)), {"sleep": typed(SLEEP, {"id": "a", "aura": 1})[1]})
    first, *others = read_drift(store, "me")
    mark_notice(store, "me", [first], "drift-0")
    mark_reported(store, "me", [first, others[0]])


def alerted(store: MemoryStore) -> None:
    """Write an episode that two ways reported and that is over, and one that was found in history."""
    alert = Alert(
        kind="illness",
        level="major",
        onset_day=date(2026, 8, 17),
        first_alert_day=date(2026, 8, 18),
        last_alert_day=date(2026, 8, 20),
        method_version="illness-4",
        peak_day=date(2026, 8, 19),
    )
    tellings = (
        Delivery(step=OPENED, way="email", status=SENT, claimed_at=NOON, sent_at=SPLIT_SECOND, level="minor"),
        Delivery(step=CLEARED, way="bus", status=SHOWN, claimed_at=NOON),
    )
    entry = Entry(
        id=alert.id,
        alert=alert,
        tellings=tellings,
        subject="Du wirst krank – vielleicht",
        message="Zwei\nZeilen",
        cleared_on=date(2026, 8, 21),
        cleared_because="back_in_range",
    )
    past = replace(alert, first_alert_day=FIRST, peak_day=None, level="minor")
    history = Entry(id=past.id, alert=past, untold="found_in_history")
    change(store, "me", "illness", lambda _: [entry, history])


def refused(_: Message) -> None:
    raise MessageNotSent("SNS took no message.")


def failed(store: MemoryStore) -> None:
    with pytest.raises(MessageNotSent):
        send_once(store, "me", NOTICE, refused, SPLIT_SECOND)


def settled(store: MemoryStore) -> None:
    send_once(store, "me", NOTICE, lambda _: None, NOON)
    close(store, "me", "token", at(5))


def other_account(store: MemoryStore) -> None:
    accept_account(store, "me", "u1", NOON)
    accept_account(store, "me", "u2", at(1))


def mended(store: MemoryStore) -> None:
    note_broken(store, "me", "v1", NOON)
    mend(store, "me")


def analysed(store: MemoryStore) -> None:
    note_pending(store, "me", NOON)
    settle(store, "me", pending_since(store, "me"))


RECORDS: Mapping[str, tuple[Callable[[MemoryStore], object], str]] = {
    "zone": (lambda store: remember_zone(store, "me", "Europe/Berlin"), keys.zone_key("me")),
    "account": (lambda store: accept_account(store, "me", "u1", NOON), keys.account_key("me")),
    "account-changed": (other_account, keys.account_key("me")),
    "owed": (lambda store: note_pending(store, "me", SPLIT_SECOND), keys.pending_analysis_key("me")),
    "owed-settled": (analysed, keys.pending_analysis_key("me")),
    "backfill": (lambda store: note_done(store, BACKFILL, CHUNK), keys.backfill_key("me")),
    "backfill-of-all": (lambda store: note_done(store, OF_ALL, CHUNK), keys.backfill_key("me")),
    "token-broken": (lambda store: note_broken(store, "me", "v1", SPLIT_SECOND), keys.token_state_key("me")),
    "token-app": (lambda store: note_broken(store, "me", "v1", NOON, is_app=True), keys.token_state_key("me")),
    "token-mended": (mended, keys.token_state_key("me")),
    "requests": (requested, keys.request_log_key("me")),
    "drift": (drifted, keys.drift_key("me")),
    "alerts": (alerted, keys.ledger_key("me", "illness")),
    "notice-failed": (failed, keys.notice_key("me", "token")),
    "notice-settled": (settled, keys.notice_key("me", "token")),
    "notice-weekly": (
        lambda store: send_once(store, "me", replace(NOTICE, episode=WEEKLY), lambda _: None, NOON),
        keys.notice_key("me", "token"),
    ),
    "claim": (claimed, keys.claim_key("me")),
    "claim-ended": (released, keys.claim_key("me")),
}
JOBS = {
    "schedule": Job(person="me"),
    "chunk": Job(
        person="me",
        endpoints=("sleep", "tag"),
        first=FIRST,
        last=LAST,
        until=FIRST,
        reason=Reason.BACKFILL,
        n_received=3,
    ),
    "webhook": Job(person="me", endpoints=("sleep",), document_id="a-1", event="update", reason=Reason.WEBHOOK),
    "word": Job(person="me", word=Word(episode="illness-2026-08-18", is_ill=False, at=SPLIT_SECOND)),
}
TOKENS = {
    "first": Token(
        access_token="a", refresh_token="r", expires_at=NOON, scopes=("daily", "email"), token_url="https://x"
    ),
    "renewed": Token(access_token="a", expires_at=NOON, renewed_at=SPLIT_SECOND),
}


CODECS: Mapping[str, Codec[Any]] = {
    "zone": home_zone.NOTE,
    "account": account.NOTE,
    "owed": pending_analysis.NOTE,
    "backfill": backfill_progress.NOTE,
    "token": token_status.NOTE,
    "requests": request_log.NOTE,
    "drift": drift.NOTE,
    "alerts": LEDGER,
    "notice": NOTICES,
    "claim": CLAIM,
}


def golden(name: str) -> bytes:
    """Bytes of a record as the version before this test wrote them."""
    return (GOLDEN / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_written_in_the_same_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=7))
    store, (write, key) = MemoryStore(), RECORDS[name]
    write(store)
    assert store.objects == {key: golden(name)}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_read_and_written_again_in_the_same_bytes(name: str) -> None:
    codec = CODECS[name.partition("-")[0]]
    assert codec.encode(codec.decode(name, golden(name))) == golden(name)


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_sent_in_the_same_bytes_and_read_again(name: str) -> None:
    assert JOBS[name].body().encode() == golden(f"job-{name}")
    assert parse_job(golden(f"job-{name}").decode()) == replace(JOBS[name], n_received=1)


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_is_stored_in_the_same_bytes_and_read_again(name: str) -> None:
    assert json.dumps(token_json(TOKENS[name])).encode() == golden(f"token-{name}")
    assert parse_token(json.loads(golden(f"token-{name}"))) == TOKENS[name]
