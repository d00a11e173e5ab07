"""Refresh lock: one process at a time has a person's claim, and one that a crash left ends by its age."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.errors import StoreUnavailable, UnreadableObject, WriteConflict
from oura_lake.lake.keys import claim_key
from oura_lake.lake.store import MemoryStore, Store
from oura_lake.ledger import document
from oura_lake.ledger.refresh_lock import CLAIM_LASTS, Claims
from support.builders import NOON

TRIES = 3


def claims(
    store: Store, person: str = "me", sleep: Callable[[float], object] = lambda _: None, now: datetime = NOON
) -> Claims:
    """Claims as a process sees them whose clock stands still."""
    return Claims(store=store, person=person, clock=lambda: now, sleep=sleep, tries=TRIES)


def left_behind(store: MemoryStore, since: datetime, owner: str = "a dead process") -> None:
    """Claim that was never released."""
    store.put(claim_key("me"), json.dumps({"owner": owner, "at": since.isoformat()}).encode(), replacing=None)


def holder(store: MemoryStore) -> str:
    found: str = json.loads(store.objects[claim_key("me")])["owner"]
    return found


def is_free(store: MemoryStore, now: datetime = NOON) -> bool:
    """Return True if another process gets the claim."""
    try:
        with claims(store, now=now).exclusive():
            return True
    except StoreUnavailable:
        return False


def test_while_one_has_the_claim_nobody_else_gets_it_and_then_the_next_does() -> None:
    store = MemoryStore()
    with claims(store).exclusive():
        assert not is_free(store)
    assert is_free(store)


def test_the_claims_of_two_persons_are_apart() -> None:
    store = MemoryStore()
    with claims(store).exclusive(), claims(store, "ada").exclusive():
        assert set(store.objects) == {claim_key("me"), claim_key("ada")}


def test_a_claim_is_given_back_where_its_work_fails_and_the_failure_is_raised() -> None:
    store = MemoryStore()
    with pytest.raises(ZeroDivisionError), claims(store).exclusive():
        raise ZeroDivisionError
    assert is_free(store)


def test_who_has_to_wait_tries_so_often_and_then_says_whose_token_it_is() -> None:
    pauses: list[Any] = []
    store = MemoryStore()
    with claims(store).exclusive(), pytest.raises(StoreUnavailable, match="renewing the token of me; run it again"):
        claims(store, sleep=pauses.append).exclusive().__enter__()
    assert len(pauses) == TRIES


def test_who_waits_gets_the_claim_as_soon_as_it_is_given_back() -> None:
    pauses: list[Any] = []
    store = MemoryStore()
    first = claims(store).exclusive()
    first.__enter__()

    def until_given_back(seconds: float) -> None:
        pauses.append(seconds)
        first.__exit__(None, None, None)

    with claims(store, sleep=until_given_back).exclusive():
        assert not is_free(store)
    assert len(pauses) == 1


@given(st.integers(-3600, 3600))
def test_a_claim_that_was_left_keeps_others_out_until_its_age_also_where_its_clock_was_wrong(seconds: int) -> None:
    store = MemoryStore()
    left_behind(store, NOON - timedelta(seconds=seconds))
    assert is_free(store) is (abs(timedelta(seconds=seconds)) >= CLAIM_LASTS)


def test_a_claim_is_of_the_time_at_which_it_was_taken_and_not_of_the_one_before() -> None:
    store = MemoryStore()
    left_behind(store, NOON - CLAIM_LASTS)
    with claims(store).exclusive():
        assert not is_free(store, NOON + CLAIM_LASTS - timedelta(seconds=1))
        assert is_free(store, NOON + CLAIM_LASTS)


def test_one_whose_claim_was_taken_over_gives_back_nothing_of_the_other() -> None:
    store = MemoryStore()
    with claims(store).exclusive():
        other = claims(store, now=NOON + CLAIM_LASTS).exclusive()
        other.__enter__()
        taken_over_by = holder(store)
    assert (holder(store), is_free(store, NOON + CLAIM_LASTS)) == (taken_over_by, False)
    other.__exit__(None, None, None)
    assert is_free(store)


class Scripted(MemoryStore):
    """A store whose n-th write meets something."""

    def __init__(self, meets: dict[int, Callable[[Callable[[], str]], str]]) -> None:
        super().__init__()
        self.n_writes, self.meets = 0, meets

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        self.n_writes += 1
        meet: Callable[[Callable[[], str]], str] = self.meets.get(self.n_writes, lambda write: write())
        return meet(lambda: MemoryStore.put(self, key, data, replacing=replacing))


def stored_though_refused(write: Callable[[], str]) -> str:
    write()
    raise WriteConflict("Another writer was first.")


def unavailable(_write: Callable[[], str]) -> str:
    raise StoreUnavailable("No answer.")


def test_a_claim_whose_answer_was_lost_is_known_as_one_s_own_and_given_back() -> None:
    store = Scripted({1: stored_though_refused})
    with claims(store).exclusive():
        assert not is_free(store)
    assert (store.n_writes, is_free(store)) == (2, True)


def test_of_two_who_see_a_free_claim_one_gets_it_and_the_other_waits() -> None:
    def overtaken(write: Callable[[], str]) -> str:
        first.__enter__()
        return write()

    store = Scripted({1: overtaken})
    first = claims(store).exclusive()
    assert not is_free(store)
    first.__exit__(None, None, None)
    assert is_free(store)


def test_a_claim_that_cannot_be_given_back_spoils_no_work_that_is_done_and_ends_by_its_age() -> None:
    store = Scripted({2: unavailable})
    with claims(store).exclusive():
        pass
    assert (is_free(store), is_free(store, NOON + CLAIM_LASTS)) == (False, True)


def test_who_meets_one_lost_race_after_the_other_waits_and_tries_again() -> None:
    def refused(_write: Callable[[], str]) -> str:
        raise WriteConflict("Another writer was first.")

    pauses: list[float] = []
    store = Scripted(dict.fromkeys(range(1, document.TRIES + 1), refused))
    with claims(store, sleep=pauses.append).exclusive():
        assert not is_free(store)
    assert len(pauses) == 1


def test_a_store_that_does_not_answer_lets_nobody_to_the_work() -> None:
    store, done = Scripted({1: unavailable}), []
    with pytest.raises(StoreUnavailable, match="No answer"), claims(store).exclusive():
        done.append(1)
    assert done == []


@pytest.mark.parametrize(
    "data", [b"no JSON", b"[]", b'{"owner": "a"}', b'{"at": "2026-08-21"}', b'{"owner": "a", "at": 5}']
)
def test_a_damaged_claim_is_an_error_that_says_what_to_delete_and_lets_nobody_in(data: bytes) -> None:
    store, done = MemoryStore(), []
    store.put(claim_key("me"), data, replacing=None)
    with (
        pytest.raises(UnreadableObject, match=r"refresh token ledger/person=me/refresh\.json is damaged; delete it"),
        claims(store).exclusive(),
    ):
        done.append(1)
    assert (done, store.objects[claim_key("me")]) == ([], data)
