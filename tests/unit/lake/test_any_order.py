"""After any faults in any order the lake ends as the provider's truth, once, and equal to raw.

A week over new year, a provider whose documents appear, change, move to other days (one of them far from the week) and
vanish, whose heart rate changes and vanishes too, and runs that die at any write, or are overtaken there by a run with
newer answers, or use a clock that is ahead. After one more undisturbed run: every document of the provider, no other,
each once; every row of the series with the provider's value; a second run writes nothing; a rebuild from raw gives the
same bytes; and a snapshot of a past moment equals the rows that readers saw then. `OURA_LAKE_ORDERS` sets the number of
orders.
"""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from oura_lake.errors import DocumentMissing, NotThereYet, StoreUnavailable
from oura_lake.ingestion.document import bring
from oura_lake.ingestion.job import Job
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.keys import table_prefix
from oura_lake.lake.parquet import read_table
from oura_lake.lake.rebuild import SAME, partitions, rebuild
from oura_lake.lake.request_plan import Days
from oura_lake.lake.snapshot import PastStore
from oura_lake.lake.store import MemoryStore, Store
from oura_lake.lake.unmerged import SLOWEST
from oura_lake.oura.client import Page
from oura_lake.oura.webhook_event import EVENT_TYPES
from oura_lake.sources.oura import SOURCE
from support.present import present

LAST = date(2026, 1, 3)
WEEK = [LAST - timedelta(days=n) for n in range(7)]
FAR = date(2024, 6, 1)  # asked for by a backfill of its own
SCORES, BEATS = SOURCE.endpoint("daily_sleep"), SOURCE.endpoint("heartrate")
SCORE, BPM = st.integers(1, 3), st.integers(50, 52)
NUMBERS, HOURS, DAYS = st.integers(0, 5), st.integers(0, 3), st.sampled_from([*WEEK, FAR])
WRITES = st.integers(1, 8)


Rows = list[tuple[Any, ...]]


class Troubled(MemoryStore):
    """A store at whose n-th write something happens: the process dies, or another run comes first."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.happens: Callable[[], None] = lambda: None

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        self.left -= 1
        if self.left == 0:
            self.happens()
        return super().put(key, data, replacing=replacing)


class Truth:
    """Provider's records, with its answers: lists by window, documents by id."""

    def __init__(self) -> None:
        self.scores: dict[str, dict[str, Any]] = {}
        self.beats: dict[str, int] = {}
        self.ever: set[tuple[str, int]] = set()  # each beat that there ever was
        self.now = datetime(2026, 1, 3, 12, tzinfo=UTC)

    def pages(self, endpoint: Any, params: Any) -> list[Page]:
        self.now += timedelta(milliseconds=20)
        if endpoint is BEATS:
            rows = [{"timestamp": at, "bpm": bpm, "source": "awake"} for at, bpm in sorted(self.beats.items())]
        else:
            first, last = params["start_date"], params["end_date"]
            rows = [dict(d) for d in self.scores.values() if first <= d["day"] <= last]
        return [Page(rows, endpoint.name, self.now)]

    def document(self, endpoint: Any, document_id: str) -> dict[str, Any]:
        if document_id not in self.scores:
            raise DocumentMissing("Oura has no such document.")
        return dict(self.scores[document_id])


class AnyOrder(RuleBasedStateMachine):
    """Schedules."""

    def __init__(self) -> None:
        super().__init__()
        self.store, self.truth = Troubled(), Truth()
        self.has_died = False  # the job of a run that died comes first again, and knows that it is a retry
        self.was_ahead = False  # once a clock was, nobody can say what was believed at which moment of it
        self.seen: list[tuple[datetime, Rows, Rows]] = []  # by readers, at moments

    def run_(self, first: date = WEEK[-1], last: date = LAST, *, is_retry: bool = False) -> Run:
        self.truth.now += timedelta(seconds=1)
        days = Days(first=first, last=last, zone=UTC, now=self.truth.now)
        return Run(client=self.truth, store=self.store, source=SOURCE, person="me", window=days, is_thorough=is_retry)

    def retry(self) -> None:
        if self.has_died:
            self.has_died = False
            self.land(self.run_(is_retry=True))

    def fetch(self, first: date = WEEK[-1], last: date = LAST) -> None:
        self.retry()
        self.land(self.run_(first, last))

    def land(self, run: Run) -> None:
        for outcome in ingest(run, [SCORES, BEATS]):
            if outcome.error:
                raise outcome.error

    def fetch_if_it_lives(self) -> None:
        try:
            self.land(self.run_(is_retry=self.has_died))
        except StoreUnavailable:
            self.has_died = True
        finally:
            self.store.left = 0

    def die(self) -> None:
        raise StoreUnavailable("The process died.")

    @rule(n=NUMBERS, day=DAYS, score=SCORE)
    def appear_or_revise_or_move(self, n: int, day: date, score: int) -> None:
        identity = f"score-{n}"
        self.truth.scores[identity] = {"id": identity, "day": day.isoformat(), "score": score}

    @rule(n=NUMBERS)
    def vanish(self, n: int) -> None:
        self.truth.scores.pop(f"score-{n}", None)

    @rule(day=st.sampled_from(WEEK), hour=HOURS, bpm=BPM)
    def beat(self, day: date, hour: int, bpm: int) -> None:
        at = f"{day}T{hour:02}:00:00.000Z"
        self.truth.beats[at] = bpm
        self.truth.ever.add((at, bpm))

    @rule(day=st.sampled_from(WEEK), hour=HOURS)
    def beat_vanishes(self, day: date, hour: int) -> None:
        self.truth.beats.pop(f"{day}T{hour:02}:00:00.000Z", None)

    @rule()
    def sync(self) -> None:
        self.fetch()
        if not self.was_ahead:
            self.seen.append((self.truth.now, rows(self.store, SCORES), rows(self.store, BEATS)))

    @rule(n=NUMBERS, event=st.sampled_from(EVENT_TYPES), n_received=st.integers(1, 4))
    def webhook(self, n: int, event: str, n_received: int) -> None:
        self.retry()
        identity = f"score-{n}"
        job = Job(person="me", document_id=identity, event=event, n_received=n_received)
        outcome = bring(self.run_(), SCORES, job)
        is_answered = identity in self.truth.scores or event == "delete"
        assert isinstance(outcome.error, type(None) if is_answered else NotThereYet | DocumentMissing)

    @rule(chunk=st.sampled_from([(WEEK[-1], LAST), (WEEK[3], LAST), (FAR, FAR)]))
    def backfill(self, chunk: tuple[date, date]) -> None:
        self.fetch(*chunk)

    @rule(n=WRITES)
    def sync_that_dies(self, n: int) -> None:
        self.store.left, self.store.happens = n, self.die
        self.fetch_if_it_lives()

    @rule(n=WRITES, dies_after=st.integers(0, 3), day=DAYS, score=SCORE, hour=HOURS, bpm=BPM)
    def sync_that_is_overtaken(self, n: int, dies_after: int, **news: Any) -> None:
        """By one that hears something newer; it may die afterwards, where it was overtaken or some writes later."""

        def overtake() -> None:
            self.appear_or_revise_or_move(0, news["day"], news["score"])
            self.beat(WEEK[0], news["hour"], news["bpm"])
            self.fetch()
            self.store.left, self.store.happens = dies_after, self.die

        self.store.left, self.store.happens = n, overtake
        self.fetch_if_it_lives()

    @rule(ahead=st.sampled_from([timedelta(minutes=5), timedelta(hours=1), timedelta(days=300)]))
    def sync_by_a_clock_that_is_ahead(self, ahead: timedelta) -> None:
        now, self.was_ahead = self.truth.now, True
        self.truth.now += ahead
        self.fetch()
        self.truth.now = now + timedelta(seconds=2)

    @precondition(lambda self: self.store.objects)
    @rule()
    def rebuilt_in_between(self) -> None:
        for partition in list(partitions(self.store, SOURCE, [SCORES, BEATS])):
            rebuild(partition)

    def teardown(self) -> None:
        self.store.left = 0
        self.truth.now += SLOWEST  # until then a clock that is ahead by less is believed
        self.fetch(FAR, FAR)
        self.fetch()
        assert rows(self.store, SCORES) == sorted((d["id"], d["day"], d["score"]) for d in self.truth.scores.values())
        self.assert_the_series_is_true()
        before = dict(self.store.objects)
        self.fetch(FAR, FAR)
        self.fetch()
        assert self.store.objects == before
        states = {p.key: rebuild(p, is_check=True).state for p in partitions(self.store, SOURCE, [SCORES, BEATS])}
        assert set(states.values()) <= {SAME}, states
        for moment, scores, beats in self.seen[-3:]:
            past = PastStore(self.store, moment)
            assert (rows(past, SCORES), rows(past, BEATS)) == (scores, beats), moment

    def assert_the_series_is_true(self) -> None:
        """Each row once, as the provider has it; one that it has no more stays as it was once."""
        stored = {f"{at:%Y-%m-%dT%H:%M:%S}.000Z": bpm for at, bpm in rows(self.store, BEATS)}
        assert len(stored) == len(rows(self.store, BEATS))
        assert self.truth.beats.items() <= stored.items() <= self.truth.ever


def rows(store: Store, endpoint: Any) -> Rows:
    """Read the rows of all partitions that are no tombstones."""
    found: list[Any] = []
    for key in store.keys(table_prefix(endpoint)):
        for row in read_table(key, present(store.get(key)).data).to_pylist():
            if endpoint is BEATS:
                found.append((row["timestamp"], row["bpm"]))
            elif not row["is_deleted"]:
                found.append((row["id"], row["day"].isoformat(), row["score"]))
    return sorted(found)


ORDERS = settings(
    max_examples=int(os.environ.get("OURA_LAKE_ORDERS", "50")),
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
)


def test_whatever_happens_in_whatever_order_the_lake_ends_as_the_truth() -> None:
    run_state_machine_as_test(AnyOrder, settings=ORDERS)
