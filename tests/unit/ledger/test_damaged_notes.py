"""Every damaged small object of the ledger is one clear error, and stays unchanged."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from oura_lake.admin.dead_letters import names_in
from oura_lake.alerts.ledger import stored_entries
from oura_lake.errors import SettingsWrong, UnreadableObject
from oura_lake.ingestion.backfill import Backfill
from oura_lake.ingestion.backfill_progress import left, unfinished_last
from oura_lake.ingestion.job import parse_job
from oura_lake.lake import keys
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.account import accept_account
from oura_lake.ledger.document import read
from oura_lake.ledger.drift import read_drift
from oura_lake.ledger.home_zone import remembered_zone
from oura_lake.ledger.pending_analysis import pending_since
from oura_lake.ledger.refresh_lock import Claims
from oura_lake.ledger.request_log import read_request_log
from oura_lake.ledger.token_status import broken, note_broken
from oura_lake.maintenance.tasks.webhooks import NOTE
from oura_lake.monitoring.notices import delivered_at, is_open, open_notices
from support.builders import NOON

FIRST, LAST = date(2026, 1, 1), date(2026, 8, 20)
BACKFILL = Backfill(person="me", first=FIRST, last=LAST, endpoints=())
BEGUN = {"first": "2026-01-01", "last": "2026-08-20", "endpoints": []}
NOTICE = keys.notice_key("me", "token")
DEEP = [b"[" * 100_000, b'{"a":' * 100_000, b'{"a":' * 300 + b"1" + b"}" * 300]


def claimed(store: Any) -> None:
    with Claims(store=store, person="me", sleep=print).exclusive():
        pass


READERS: dict[str, Callable[[Any], object]] = {
    keys.ledger_key("me", "illness"): lambda store: stored_entries(store, "me", "illness"),
    NOTICE: lambda store: is_open(store, "me", "token"),
    keys.token_state_key("me"): lambda store: broken(store, "me"),
    keys.account_key("me"): lambda store: accept_account(store, "me", "u1", NOON),
    keys.request_log_key("me"): lambda store: read_request_log(store, "me"),
    keys.drift_key("me"): lambda store: read_drift(store, "me"),
    keys.backfill_key("me"): lambda store: left(store, BACKFILL),
    keys.pending_analysis_key("me"): lambda store: pending_since(store, "me"),
    keys.zone_key("me"): lambda store: remembered_zone(store, "me"),
    keys.claim_key("me"): claimed,
    keys.WEBHOOKS_KEY: lambda store: read(store, keys.WEBHOOKS_KEY, NOTE),
}


@pytest.mark.parametrize("key", READERS)
@pytest.mark.parametrize("data", [*DEEP, b"", b"{", b"[5]", b"\xff"], ids=lambda data: repr(data[:6]))
def test_an_object_that_cannot_be_read_is_named_and_stays(key: str, data: bytes) -> None:
    store = MemoryStore()
    store.objects[key] = data
    with pytest.raises(UnreadableObject, match="is damaged"):
        READERS[key](store)
    assert store.objects == {key: data}


@pytest.mark.parametrize(
    ("key", "note", "reader"),
    [
        (NOTICE, {"status": "sent"}, lambda store: delivered_at(store, "me", "token", "")),
        (NOTICE, {"status": 5, "claimed_at": NOON.isoformat()}, lambda store: open_notices(store, "me")),
        (NOTICE, {"status": "sending", "claimed_at": "2026-08-20T12:00:00"}, READERS[NOTICE]),
        (NOTICE, {"status": "sent", "claimed_at": NOON.isoformat(), "episode": 5}, READERS[NOTICE]),
        (keys.backfill_key("me"), BEGUN, lambda store: left(store, BACKFILL)),
        (keys.backfill_key("me"), BEGUN, lambda store: unfinished_last(store, "me", FIRST, ())),
        (keys.token_state_key("me"), {"broken_version": "1"}, READERS[keys.token_state_key("me")]),
        (
            keys.token_state_key("me"),
            {"broken_version": "1"},
            lambda store: note_broken(store, "me", "1", NOON, is_app=True),
        ),
        (keys.drift_key("me"), {"sleep.x: field": 5}, READERS[keys.drift_key("me")]),
        (keys.request_log_key("me"), {"sleep": 5}, READERS[keys.request_log_key("me")]),
    ],
)
def test_a_note_that_lacks_a_field_or_has_an_odd_one_is_named_and_stays(
    key: str, note: dict[str, Any], reader: Callable[..., object]
) -> None:
    store = MemoryStore()
    store.objects[key] = json.dumps(note).encode()
    before = dict(store.objects)
    with pytest.raises(UnreadableObject, match=key):
        reader(store)
    assert store.objects == before


@pytest.mark.parametrize("data", DEEP, ids=lambda data: repr(data[:6]))
def test_a_message_that_is_nested_too_deeply_is_no_job(data: bytes) -> None:
    with pytest.raises(SettingsWrong, match="is no job"):
        parse_job(data.decode())


def test_a_person_is_found_in_a_letter_beside_what_is_nested_too_deeply() -> None:
    assert "me" in names_in('{"x": ' + "[" * 100_000 + "]" * 100_000 + ', "person": "me"}')
    assert names_in("[" * 100_000) == {"[" * 100_000}
