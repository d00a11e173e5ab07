"""A run lands the findings of the months that may differ, and reads no object of the others."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from oura_lake.analyses.model import Finding, PersonDay
from oura_lake.analyses.personal_threshold import Known
from oura_lake.errors import MessageNotSent
from oura_lake.lake.documents import Table
from oura_lake.lake.keys import judged_key
from oura_lake.lake.store import MemoryStore, Stored
from oura_lake.monitoring import judged as notes
from oura_lake.monitoring import run as runs
from oura_lake.monitoring.findings import verdicts
from oura_lake.monitoring.judged import Judged, digests_of, judged_of
from oura_lake.monitoring.run import kinds_for, watch
from oura_lake.person import Person
from oura_lake.sources.lake import SOURCE
from support.illness_days import NOW, FakeEngine, Outbox, calm_days

ME = Person(name="me", timezone="Europe/Berlin")
N_DAYS = 400


class Counting(MemoryStore):
    """Store that remembers the keys of the findings that were read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def get(self, key: str) -> Stored | None:
        self.read += [key] if key.startswith("lake/findings/") else []
        return super().get(key)

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        return super().keys(prefix, after)


def judged(store: MemoryStore, days: Sequence[PersonDay], hours: int = 0) -> int:
    now = NOW + timedelta(hours=hours)
    return watch(FakeEngine(days), store, ME, "schedule", now, {"email": Outbox()}).n_findings_written


def findings(store: MemoryStore) -> set[tuple[str, str]]:
    """Key and content of each stored finding."""
    table = Table(store=store, source=SOURCE.name, endpoint=SOURCE.endpoint("findings"), person="me")
    rows = [row for year in ("2026", "2027") for row in table.partition(year).rows().values()]
    return {(row["id"], row["content_hash"]) for row in rows}


def test_a_second_run_over_the_same_days_reads_and_writes_no_findings() -> None:
    store = Counting()
    assert judged(store, calm_days(N_DAYS))
    store.read.clear()
    before = dict(store.objects)
    assert judged(store, calm_days(N_DAYS), hours=1) == 0
    assert (store.read, store.objects) == ([], before)


def test_a_changed_night_reads_the_findings_of_its_year_alone() -> None:
    store, days = Counting(), calm_days(N_DAYS)
    judged(store, days)
    store.read.clear()
    changed = replace(days[-1], hrv_rmssd_ms=20.0)
    assert judged(store, [*days[:-1], changed], hours=1)
    assert set(store.read) == {f"lake/findings/person=me/year={days[-1].day.year}/data.parquet"}


@settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # each judges 1,200 days
@given(nth=st.integers(0, N_DAYS - 1), hrv=st.floats(15, 90), crashes=st.booleans())
def test_after_a_change_of_any_day_the_findings_are_those_of_a_lake_judged_once(
    nth: int, hrv: float, crashes: bool
) -> None:
    days = calm_days(N_DAYS)
    changed = [*days[:nth], replace(days[nth], hrv_rmssd_ms=round(hrv)), *days[nth + 1 :]]
    store, once = MemoryStore(), MemoryStore()
    judged(store, days)
    if crashes:
        store.objects.pop(judged_key("me"))
    judged(store, changed, hours=1)
    judged(once, changed)
    every = {f"{f.kind}-{f.day}" for of in verdicts(changed, ME.illness_alerts_a_month, []).values() for f in of}
    assert {name for name, _ in findings(store)} == every
    assert findings(store) == findings(once)


@pytest.mark.parametrize("budget", [0.25, 2.0])
def test_another_budget_of_false_alarms_lands_every_month_again(budget: float) -> None:
    days = calm_days(N_DAYS)
    other = digests_of(replace(ME, illness_alerts_a_month=budget), days, [])
    assert not set(other.items()) & set(digests_of(ME, days, []).items())


def test_what_is_learnt_later_leaves_the_months_before_as_they_are() -> None:
    days = calm_days(N_DAYS)
    learnt = days[-40].day
    fact = Known(on=learnt, first=days[0].day, last=days[0].day + timedelta(days=3))
    before, after = digests_of(ME, days, []), digests_of(ME, days, [fact])
    same = {month for month in before if before[month] == after[month]}
    assert same == {month for month in before if date.fromisoformat(month) < learnt.replace(day=1)}


class Judging:
    """Analyses that count how often a history is judged."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.n = 0
        monkeypatch.setattr(runs, "verdicts_by", self)

    def __call__(self, *history: Any) -> dict[str, list[Finding]]:
        """Judge as ever."""
        self.n += 1
        return verdicts(*history)


def noted(store: MemoryStore) -> Judged:
    return judged_of(store, "me")


def test_a_run_with_nothing_new_judges_no_day_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store, days, judging = MemoryStore(), calm_days(60, ill=range(50, 54)), Judging(monkeypatch)
    judged(store, days)
    before = dict(store.objects)
    judged(store, days, hours=1)
    assert (judging.n, store.objects) == (1, before)


def test_a_failed_message_is_worded_anew_by_a_run_with_nothing_new() -> None:
    days, outbox = calm_days(56, ill=range(52, 56)), Outbox(broken=True)
    store = MemoryStore()
    with pytest.raises(MessageNotSent):
        watch(FakeEngine(days), store, ME, "schedule", NOW, {"email": outbox})
    outbox.broken = False
    watch(FakeEngine(days), store, ME, "schedule", NOW + timedelta(hours=1), {"email": outbox})
    assert [message.kind for message in outbox.messages] == ["illness"]
    assert "Resting heart rate" in outbox.messages[0].body


def test_changed_code_makes_the_outcomes_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    store, days, judging = MemoryStore(), calm_days(60), Judging(monkeypatch)
    judged(store, days)
    monkeypatch.setattr(notes, "code_digest", lambda: "another")
    monkeypatch.setattr(runs, "code_digest", lambda: "another")
    judged(store, days, hours=1)
    assert (judging.n, noted(store).code) == (2, "another")


def test_a_kind_that_was_switched_on_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    store, days, judging = MemoryStore(), calm_days(60), Judging(monkeypatch)
    judged(store, days)
    more = replace(ME, alerts=(*kinds_for(ME), "short_sleep"))
    watch(FakeEngine(days), store, more, "schedule", NOW + timedelta(hours=1), {"email": Outbox()})
    assert judging.n == 2
    assert {*noted(store).outcomes} == {*kinds_for(more)}


@settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(nth=st.integers(0, 119), hrv=st.floats(15, 90), ill=st.integers(30, 110))
def test_after_a_change_of_any_day_the_outcomes_are_those_of_a_lake_judged_once(nth: int, hrv: float, ill: int) -> None:
    days = calm_days(120, ill=range(ill, ill + 4))
    changed = [*days[:nth], replace(days[nth], hrv_rmssd_ms=round(hrv)), *days[nth + 1 :]]
    store, once = MemoryStore(), MemoryStore()
    judged(store, days)
    judged(store, changed, hours=1)
    judged(once, changed)
    assert noted(store).outcomes == noted(once).outcomes


def test_a_note_of_an_earlier_version_is_read_and_completed() -> None:
    store, days = MemoryStore(), calm_days(60)
    judged(store, days)
    whole = noted(store)
    data = json.loads(store.objects[judged_key("me")])
    store.objects[judged_key("me")] = json.dumps({name: data[name] for name in ("months", "alerts")}).encode()
    assert judged(store, days, hours=1) == 0
    assert noted(store) == whole


def test_changed_code_lands_every_month_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store, days = Counting(), calm_days(N_DAYS)
    judged(store, days)
    store.read.clear()
    monkeypatch.setattr(notes, "code_digest", lambda: "another")
    monkeypatch.setattr(runs, "code_digest", lambda: "another")
    judged(store, days, hours=1)
    years = {day.day.year for day in days}
    assert set(store.read) == {f"lake/findings/person=me/year={year}/data.parquet" for year in years}
