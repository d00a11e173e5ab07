"""An answer by a link becomes a label once, however often, late or after a crash it arrives."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.alerts.labels import BY_PERSON, Label
from oura_lake.alerts.ledger import stored_entries
from oura_lake.errors import SettingsWrong, StoreUnavailable
from oura_lake.ingestion.job import Word
from oura_lake.lake.keys import parsed_key
from oura_lake.lake.partition import Table
from oura_lake.lake.raw import read_entries
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.feedback import feedback_labels, store_feedback, store_reply
from oura_lake.monitoring.run import watch
from oura_lake.person import Person
from oura_lake.sources.lake import SOURCE
from support.builders import Dying, rebuilt
from support.illness_days import FIRST, NOW, TODAY, FakeEngine, calm_days
from support.present import present

N_DAYS = (TODAY - FIRST).days + 1
THEN = datetime(2026, 9, 1, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def delivered_episode(store: MemoryStore) -> str:
    """Episode of an illness that this lake has sent."""
    watch(FakeEngine(calm_days(N_DAYS, ill=range(N_DAYS - 2, N_DAYS))), store, Person(name="me"), "schedule", NOW, None)
    return stored_entries(store, "me", "illness")[0].id


EPISODE = delivered_episode(MemoryStore())


@pytest.fixture
def store() -> MemoryStore:
    made = MemoryStore()
    delivered_episode(made)
    return made


def a_word(is_ill: bool = True, minutes: int = 0, episode: str = EPISODE) -> Word:
    return Word(episode=episode, is_ill=is_ill, at=THEN + minutes * MINUTE)


def label(store: MemoryStore) -> Label | bool | None:
    found = feedback_labels(store, "me").get(EPISODE)
    return found and found.is_ill


def test_a_word_is_a_label_and_the_same_again_writes_nothing(store: MemoryStore) -> None:
    assert store_reply(store, "me", a_word())
    assert feedback_labels(store, "me") == {EPISODE: Label(is_ill=True, source=BY_PERSON)}
    before = dict(store.objects)
    assert not store_reply(store, "me", a_word(minutes=60 * 24))
    assert store.objects == before


def test_another_word_is_a_correction_and_the_first_one_said_again_too(store: MemoryStore) -> None:
    for minutes, is_ill in enumerate((True, False, True, True, False)):
        store_reply(store, "me", a_word(is_ill, minutes))
        assert label(store) is is_ill


def test_a_note_stays_where_a_link_says_the_same_as_the_command(store: MemoryStore) -> None:
    store_feedback(store, "me", EPISODE, True, "the flu", THEN)
    assert not store_reply(store, "me", a_word(True, 1))
    assert feedback_labels(store, "me")[EPISODE].note == "the flu"
    store_reply(store, "me", a_word(False, 2))
    assert feedback_labels(store, "me") == {EPISODE: Label(is_ill=False, source=BY_PERSON)}


@pytest.mark.parametrize("late", [1, 14, 16, 60 * 24 * 3])
def test_a_word_that_waited_overrules_nothing_that_was_said_after_it(store: MemoryStore, late: int) -> None:
    store_feedback(store, "me", EPISODE, False, "", THEN + late * MINUTE)
    assert not store_reply(store, "me", a_word(True))
    assert label(store) is False


@pytest.mark.parametrize("episode", ["illness-2020-01-01", "illness-", "../../x", ""])
def test_a_word_about_nothing_is_refused_and_writes_nothing(store: MemoryStore, episode: str) -> None:
    before = dict(store.objects)
    with pytest.raises(SettingsWrong):
        store_reply(store, "me", a_word(episode=episode))
    with pytest.raises(SettingsWrong):
        store_reply(store, "ada", a_word())
    assert store.objects == before


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.booleans()), min_size=1, max_size=6))
def test_whatever_is_said_and_wherever_it_crashes_the_last_word_counts_once(steps: list[Any]) -> None:
    """Each word is tried until it is kept, dying at its first, second or third write, or is delivered twice."""
    store = Dying()
    delivered_episode(store)
    for minutes, (is_ill, dies_at, is_repeated) in enumerate(steps):
        store.left = dies_at
        with suppress(StoreUnavailable):
            store_reply(store, "me", a_word(is_ill, minutes))
        store.left = 0
        for _ in range(1 + is_repeated):
            store_reply(store, "me", a_word(is_ill, minutes))
        assert label(store) is is_ill
    turns = [is_ill for n, (is_ill, *_) in enumerate(steps) if n == 0 or steps[n - 1][0] != is_ill]
    keys = sorted(store.keys("raw/lake/feedback/"))
    assert [line["document"]["is_ill"] for key in keys for line in read_entries(store, key)] == turns
    table = Table(store=store, source=SOURCE.name, endpoint=SOURCE.endpoint("feedback"), person="me")
    [key] = store.keys("lake/feedback/")
    assert rebuilt(table, present(parsed_key(key)).period) == store.objects[key]
