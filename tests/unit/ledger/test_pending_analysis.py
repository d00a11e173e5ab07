"""An illness of this morning is sent once, whichever run lands its night first, in any order of judgement."""

import math
from contextlib import suppress
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.contract import SILENT_REASONS, Reason
from oura_lake.ingestion.job import Job
from oura_lake.ingestion.worker import Fetcher
from oura_lake.lake.keys import period_of
from oura_lake.lake.partition import Table
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.pending_analysis import note_pending, pending_since, settle
from oura_lake.monitoring.run import watch
from oura_lake.person import Person
from oura_lake.sources.oura import SOURCE
from support.builders import FakeOura, a_score
from support.illness_days import NOW, TODAY, FakeEngine, Outbox, calm_days

ME = Person(name="me", timezone="UTC", alerts=("illness",))
N_DAYS = (TODAY - calm_days(1)[0].day).days + 1
LAST_NIGHT = a_score(f"{TODAY}")


class Killed(BaseException):
    """The process ends here."""


class Mortal(MemoryStore):
    """A store, and a bus, whose process ends before its n-th change of the world and makes none after it."""

    left: float = math.inf

    def changes(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise Killed

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        self.changes()
        return super().put(key, data, replacing=replacing)


class Morning:
    """A person ill since yesterday, whose last night Oura has; jobs land it, and what they announce waits here."""

    def __init__(self) -> None:
        self.store, self.outbox, self.waiting = Mortal(), Outbox(), list[str]()
        endpoint = SOURCE.endpoint("daily_sleep")
        self.scores = Table(store=self.store, source=SOURCE.name, endpoint=endpoint, person="me")
        self.year = period_of(endpoint, LAST_NIGHT)

    def documents_landed(self, _person: str, _tables: list[str], reason: str, *_: object) -> None:
        """Bus."""
        self.store.changes()
        self.waiting.append(reason)

    def does(self, reason: str, *, is_retry: bool = False) -> None:
        job = Job(person="me", endpoints=("daily_sleep",), reason=reason, n_received=1 + is_retry)
        oura = FakeOura(daily_sleep=[LAST_NIGHT])
        Fetcher(store=self.store, bus=self, log=lambda run: None).do(job, ME, oura, NOW)

    def dies_doing(self, reason_and_step: tuple[str, int]) -> None:
        """Job that is killed before one of its changes; the queue delivers it again."""
        reason, self.store.left = reason_and_step
        with suppress(Killed):
            self.does(reason)
        self.store.left = math.inf
        self.does(reason, is_retry=True)

    def judges(self, nth: int = 0) -> None:
        """One of the waiting events reaches the analysis, which reads the lake as it is then."""
        if self.waiting:
            reason = self.waiting.pop(nth % len(self.waiting))
            n = N_DAYS if self.scores.partition(self.year).heads else N_DAYS - 2
            engine = FakeEngine(calm_days(n, ill=range(N_DAYS - 2, N_DAYS)))
            watch(engine, self.store, ME, reason, NOW, {"email": self.outbox})

    def judges_all(self) -> None:
        while self.waiting:
            self.judges(-1)


@pytest.mark.parametrize("jobs", [*permutations(["schedule", "backfill"])])
@pytest.mark.parametrize("judged", [*permutations([0, 1])])
def test_a_backfill_on_the_morning_of_an_illness_keeps_nobody_from_hearing_of_it(
    jobs: tuple[str, ...], judged: tuple[int, ...]
) -> None:
    morning = Morning()
    for reason in jobs:
        morning.does(reason)
    for nth in judged:
        morning.judges(nth)
    assert [m.kind for m in morning.outbox.messages] == ["illness"]


STEPS = st.one_of(
    st.tuples(st.just("does"), st.sampled_from(["schedule", "backfill", "import", "webhook"])),
    st.tuples(st.just("dies_doing"), st.tuples(st.sampled_from(["schedule", "backfill"]), st.integers(1, 7))),
    st.tuples(st.just("judges"), st.integers(0, 3)),
)


@pytest.mark.parametrize("reason", ["schedule", "backfill"])
def test_a_job_killed_before_any_of_its_changes_leaves_no_illness_untold(reason: str) -> None:
    for step in range(1, 8):
        morning = Morning()
        morning.dies_doing((reason, step))
        morning.does("schedule")
        morning.judges_all()
        assert len(morning.outbox.messages) == 1


@given(st.lists(STEPS, max_size=5))
@settings(max_examples=12)
def test_after_whatever_happened_the_next_schedule_has_it_told_once_and_the_one_after_asks_for_nothing(
    steps: list[Any],
) -> None:
    morning = Morning()
    for step, argument in steps:
        getattr(morning, step)(argument)
    morning.does("schedule")
    morning.judges_all()
    assert len(morning.outbox.messages) == 1
    before = dict(morning.store.objects)
    morning.does("schedule")
    assert (morning.waiting, morning.store.objects) == ([], before)


@pytest.mark.parametrize("reason", sorted(SILENT_REASONS))
def test_who_may_not_speak_tells_nobody_however_often(reason: Reason) -> None:
    morning = Morning()
    for _ in range(3):
        morning.does(reason)
        morning.judges_all()
    assert morning.outbox.messages == []


def test_the_note_of_a_run_that_began_meanwhile_stays_open() -> None:
    store = MemoryStore()
    note_pending(store, "me", NOW)
    before = pending_since(store, "me")
    note_pending(store, "me", NOW.replace(hour=7))
    settle(store, "me", before)
    assert pending_since(store, "me") == NOW.replace(hour=7).isoformat()
