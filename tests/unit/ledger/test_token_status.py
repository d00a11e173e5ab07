"""Token status: a refused token is noted once, with since when, and a newer token or a consent closes the note."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.errors import UnreadableObject
from oura_lake.lake.keys import token_state_key
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.token_status import Broken, broken, is_still_broken, mend, note_broken
from support.builders import NOON, at

STEPS = st.lists(st.tuples(st.sampled_from(["v1", "v2"]), st.booleans()), min_size=1, max_size=8)


def since_when(steps: list[tuple[str, bool]]) -> datetime:
    """Minute since which every refusal was of the last version."""
    last = len(steps) - 1
    while last and steps[last - 1][0] == steps[-1][0]:
        last -= 1
    return at(last)


@given(STEPS)
def test_the_note_is_of_the_last_refusal_and_since_its_version_was_refused_first(steps: list[tuple[str, bool]]) -> None:
    store, before = MemoryStore(), None
    for minute, (version, is_app) in enumerate(steps):
        is_news = note_broken(store, "me", version, at(minute), is_app=is_app)
        assert is_news is ((version, is_app) != before)
        before = version, is_app
    version, is_app = steps[-1]
    assert broken(store, "me") == Broken(version=version, since=since_when(steps), is_app=is_app)


def test_a_person_whose_token_was_never_refused_has_no_note() -> None:
    store = MemoryStore()
    note_broken(store, "ada", "v1", NOON)
    assert broken(store, "me") is None
    assert not is_still_broken(store, "me", "v1")
    assert broken(store, "ada") is not None


def test_the_refused_token_is_still_broken_and_a_newer_one_closes_the_note() -> None:
    store = MemoryStore()
    note_broken(store, "me", "v1", NOON)
    assert is_still_broken(store, "me", "v1")
    assert broken(store, "me") is not None
    assert not is_still_broken(store, "me", "v2")
    assert broken(store, "me") is None
    assert not is_still_broken(store, "me", "v1")


def test_a_token_whose_app_was_refused_is_tried_again_though_it_is_noted() -> None:
    store = MemoryStore()
    note_broken(store, "me", "v1", NOON, is_app=True)
    assert not is_still_broken(store, "me", "v1")
    assert broken(store, "me") == Broken(version="v1", since=NOON, is_app=True)


def test_after_a_consent_the_same_refusal_is_news_again() -> None:
    store = MemoryStore()
    note_broken(store, "me", "v1", NOON)
    mend(store, "me")
    assert broken(store, "me") is None
    assert note_broken(store, "me", "v1", NOON + timedelta(days=1))
    assert broken(store, "me") == Broken(version="v1", since=NOON + timedelta(days=1))


def test_a_consent_of_a_person_who_is_well_writes_nothing() -> None:
    store = MemoryStore()
    mend(store, "me")
    assert store.objects == {}


@pytest.mark.parametrize("data", [
    b'{"broken_version": "v1"}', b'{"since": "2026-08-21T12:00:00+00:00"}', b"[]", b"no JSON",
    b'{"broken_version": "v1", "since": "soon"}', b'{"broken_version": "v1", "since": 5}',
])  # fmt: skip
def test_a_damaged_note_is_an_error_that_names_it_and_no_sign_that_all_is_well(data: bytes) -> None:
    store = MemoryStore()
    store.put(token_state_key("me"), data, replacing=None)
    with pytest.raises(UnreadableObject, match=rf"{token_state_key('me')} is damaged; restore its previous version"):
        broken(store, "me")
    with pytest.raises(UnreadableObject):
        is_still_broken(store, "me", "v1")
    assert store.objects == {token_state_key("me"): data}
