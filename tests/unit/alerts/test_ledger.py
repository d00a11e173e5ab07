"""Ledger of alerts: a claim that was stored though its answer was lost is ours, a lost race is another's."""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pytest
from oura_lake.alerts.ledger import LEDGER, change, document, stored_entries
from oura_lake.alerts.model import HISTORY, SENDING, SENT, SHOWN, Delivery, Entry
from oura_lake.errors import WriteConflict
from oura_lake.lake.store import MemoryStore
from support.illness_days import NOW, an_alert, an_entry
from support.noting import noting

CLAIM = an_entry(an_alert(), SENDING, NOW)


class LosesTheAnswer(MemoryStore):
    """Store that stores the first write and answers that another writer was first."""

    n_lost = 0

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        tag = super().put(key, data, replacing=replacing)
        if not self.n_lost:
            self.n_lost = 1
            raise WriteConflict("Another writer was first.")
        return tag


def once(before: Sequence[Entry]) -> list[Any]:
    """Claim the episode where nobody has."""
    return [] if before else [CLAIM]


def test_a_claim_that_was_stored_though_its_answer_was_lost_is_ours() -> None:
    store = LosesTheAnswer()
    assert change(store, "me", "illness", once) == [CLAIM]
    assert stored_entries(store, "me", "illness") == [CLAIM]


def test_a_claim_that_another_run_was_first_with_is_not_ours() -> None:
    class Overtaken(MemoryStore):
        def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
            if replacing is None and not self.objects:
                other = MemoryStore()
                other.objects = self.objects
                change(other, "me", "illness", lambda before: [an_entry(an_alert(level="major"), SENDING, NOW)])
            return super().put(key, data, replacing=replacing)

    store = Overtaken()
    assert change(store, "me", "illness", once) == []
    assert [e.alert.level for e in stored_entries(store, "me", "illness")] == ["major"]


def test_a_ledger_that_never_stands_still_is_an_error_after_eight_tries() -> None:
    class Busy(MemoryStore):
        def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
            raise WriteConflict("Another writer was first.")

    calls: list[Any] = []
    with pytest.raises(WriteConflict, match="run it again"):
        change(Busy(), "me", "illness", lambda before: noting(calls, before, [CLAIM]))
    assert len(calls) == 8


@pytest.mark.parametrize(("status", "n_deliveries"), [(SENT, 2), (SHOWN, 1), (HISTORY, 0)])
def test_an_entry_of_an_older_version_is_written_whole(status: str, n_deliveries: int) -> None:
    """Its document lacks fields, which once were missing from the new one too: the upgraded analysis died of that."""
    moment = "2025-10-04T08:00:00+00:00"
    older = {
        **{"id": "illness-2025-10-02", "kind": "illness", "level": "major", "method_version": "illness-1"},
        **dict.fromkeys(("onset_day", "first_alert_day", "last_alert_day"), "2025-10-02"),
        **{"status": status, "claimed_at": moment, "sent_at": moment, "subject": "s", "message": "m"},
    }
    entries = LEDGER.decode("key", json.dumps([older]).encode())
    [written] = json.loads(LEDGER.encode(entries))
    assert {"untold", "cleared_on", "cleared_because", "peak_day"} <= set(written)
    assert [set(delivery) for delivery in written["tellings"]] == [{f.name for f in fields(Delivery)}] * n_deliveries
    assert all("level" not in delivery for delivery in document(entries[older["id"]])["tellings"])
    assert LEDGER.decode("key", LEDGER.encode(entries)) == entries
