"""Every episode is sent once, whatever crashes, races or is run again."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any, Never

import pytest
from oura_lake.alerts.ledger import stored_entries
from oura_lake.analyses.model import PersonDay
from oura_lake.errors import MessageNotSent, UnreadableObject, WriteConflict
from oura_lake.lake.documents import Table
from oura_lake.lake.keys import judged_key, ledger_key
from oura_lake.lake.store import MemoryStore, Stored
from oura_lake.monitoring.run import Watched, each_of, watch
from oura_lake.person import Person
from oura_lake.sources.lake import SOURCE
from support.illness_days import NOW, TODAY, FakeEngine, Outbox, calm_days

ME = Person(name="me", timezone="UTC")
N_DAYS = (TODAY - calm_days(1)[0].day).days + 1
ILL_NOW = range(N_DAYS - 2, N_DAYS)
FIVE_YEARS = 5 * 365


def run(store: MemoryStore, days: list[PersonDay], send: Any, reason: str = "schedule", now: datetime = NOW) -> Watched:
    return watch(FakeEngine(days), store, ME, reason, now, {"email": send} if send else None)


def ill_now() -> list[PersonDay]:
    return calm_days(N_DAYS, ill=ILL_NOW)


def statuses(store: MemoryStore) -> list[Any]:
    return [e.status for e in stored_entries(store, "me", "illness")]


def test_an_illness_of_today_is_told_once() -> None:
    store, outbox = MemoryStore(), Outbox()
    assert run(store, ill_now(), outbox).n_sent == 1
    assert (len(outbox.messages), statuses(store)) == (1, ["sent"])


def test_a_second_run_writes_and_sends_nothing() -> None:
    store, outbox = MemoryStore(), Outbox()
    run(store, ill_now(), outbox)
    before = dict(store.objects)
    again = run(store, ill_now(), outbox, now=NOW + timedelta(hours=1))
    assert (store.objects, len(outbox.messages)) == (before, 1)
    assert (again.n_findings_written, again.n_alerts_changed, again.n_sent) == (0, 0, 0)


@pytest.mark.parametrize("reason", ["backfill", "schedule"])
def test_five_years_with_twelve_illnesses_send_nothing(reason: str) -> None:
    ill = [n + k for n in range(60, FIVE_YEARS - 60, 145) for k in range(5)]
    store, outbox = MemoryStore(), Outbox()
    later = NOW + timedelta(days=FIVE_YEARS - N_DAYS)
    run(store, calm_days(FIVE_YEARS, ill=ill), outbox, reason, later)
    assert (len(outbox.messages), statuses(store)) == (0, ["found_in_history"] * 12)


def test_what_a_backfill_left_alone_is_told_by_the_next_scheduled_run() -> None:
    store, outbox = MemoryStore(), Outbox()
    run(store, ill_now(), outbox, "backfill")
    assert (outbox.messages, statuses(store)) == ([], [])
    run(store, ill_now(), outbox)
    assert len(outbox.messages) == 1


class Together(MemoryStore):
    """A store where runs that read the ledger first wait for each other: all decide from the same state."""

    def __init__(self, runs: int) -> None:
        super().__init__()
        self.start, self.waits = Barrier(runs), runs

    def get(self, key: str) -> Stored | None:
        found = super().get(key)
        if key == ledger_key("me", "illness") and found is None and self.waits > 0:
            self.waits -= 1
            self.start.wait(30)
        return found


def test_runs_that_decide_at_the_same_moment_send_one_message() -> None:
    store, outbox = Together(3), Outbox()
    moments = [NOW + timedelta(milliseconds=n) for n in range(3)]
    threads = [Thread(target=run, args=(store, ill_now(), outbox, "schedule", now)) for now in moments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(outbox.messages), statuses(store)) == (1, ["sent"])


class LostAnswer(MemoryStore):
    """A store that keeps the first claim but refuses it: a request whose answer was lost, tried again."""

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        tag = super().put(key, data, replacing=replacing)
        if key == ledger_key("me", "illness") and replacing is None:
            raise WriteConflict("Another writer was first.")
        return tag


def test_a_claim_that_was_stored_though_refused_is_told_by_the_run_that_made_it() -> None:
    store, outbox = LostAnswer(), Outbox()
    run(store, ill_now(), outbox)
    assert (len(outbox.messages), statuses(store)) == (1, ["sent"])


class Killed(BaseException):
    """The process ends here."""


def test_a_crash_before_publishing_is_made_up_for_after_the_claim_ran_out() -> None:
    store, outbox = MemoryStore(), Outbox()

    def die(_message: object) -> Never:
        raise Killed

    with pytest.raises(Killed):
        run(store, ill_now(), die)
    for minutes in (1, 20, 40):
        run(store, ill_now(), outbox, now=NOW + timedelta(minutes=minutes))
        assert len(outbox.messages) == (0 if minutes < 15 else 1)


def test_a_crash_after_publishing_repeats_the_same_message_at_most_once() -> None:
    store, outbox = MemoryStore(), Outbox()

    def take_and_die(message: Any) -> Never:
        outbox(message)
        raise Killed

    with pytest.raises(Killed):
        run(store, ill_now(), take_and_die)
    for hours in (1, 2):
        run(store, ill_now(), outbox, now=NOW + timedelta(hours=hours))
    assert outbox.messages[0] == outbox.messages[-1]
    assert len(outbox.messages) == 2


def test_a_channel_that_refuses_is_asked_again_by_the_very_next_run() -> None:
    store, outbox = MemoryStore(), Outbox(broken=True)
    with pytest.raises(MessageNotSent):
        run(store, ill_now(), outbox)
    outbox.broken = False
    run(store, ill_now(), outbox, now=NOW + timedelta(seconds=30))
    assert (len(outbox.messages), statuses(store)) == (1, ["sent"])


def test_the_table_of_alerts_catches_up_after_a_crash() -> None:
    store, outbox = MemoryStore(), Outbox()
    run(store, ill_now(), outbox)
    rows = Table(store=store, source="lake", endpoint=SOURCE.endpoint("alerts"), person="me")
    for key in [k for k in store.objects if "/alerts/" in k or k == judged_key("me")]:
        del store.objects[key]
    run(store, ill_now(), outbox, now=NOW + timedelta(hours=1))
    assert [r["status"] for r in rows.partition("2026").rows().values()] == ["sent"]


def test_without_a_channel_the_message_is_given_back_and_marked_as_shown() -> None:
    store = MemoryStore()
    watched = run(store, ill_now(), None)
    assert ([m.kind for m in watched.messages], watched.n_sent, statuses(store)) == (["illness"], 0, ["shown"])


def test_the_days_are_those_of_the_persons_zone() -> None:
    store, outbox = MemoryStore(), Outbox()
    far_east = Person(name="me", timezone="Pacific/Kiritimati")  # there the alert is two days old already
    late = NOW + timedelta(days=1, hours=4)
    watch(FakeEngine(ill_now()), store, far_east, "schedule", late, {"email": outbox})
    assert (outbox.messages, statuses(store)) == ([], ["found_in_history"])


def test_the_counts_of_a_run_hold_no_measurement() -> None:
    counts = run(MemoryStore(), ill_now(), Outbox()).counts()
    assert set(counts) == {"n_days", "n_findings_written", "n_alerts_changed", "n_sent"}


def test_a_damaged_ledger_is_one_clear_sentence_and_sends_nothing() -> None:
    store, outbox = MemoryStore(), Outbox()
    store.put(ledger_key("me", "illness"), b"{", replacing=None)
    with pytest.raises(UnreadableObject, match="alert ledger"):
        run(store, ill_now(), outbox)
    assert outbox.messages == []


def test_one_person_whose_days_cannot_be_judged_keeps_nobody_else_from_it() -> None:
    served = []

    def judged(name: str) -> dict[str, int]:
        served.append(name)
        if name in ("ada", "cat"):
            raise ValueError(name)
        return {"n_days": 1}

    with pytest.raises(ValueError, match="ada"):
        each_of(["ada", "ben"], judged)
    with pytest.raises(ExceptionGroup) as failed:
        each_of(["ada", "ben", "cat", "dan"], judged)
    assert [str(error) for error in failed.value.exceptions] == ["ada", "cat"]
    assert served == ["ada", "ben", "ada", "ben", "cat", "dan"]
    assert each_of(["ben", "dan"], judged) == {"n_days": 2}


def test_an_interruption_ends_the_run_of_all_persons() -> None:
    served = []

    def judged(name: str) -> dict[str, int]:
        served.append(name)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        each_of(["ada", "ben"], judged)
    assert served == ["ada"]
