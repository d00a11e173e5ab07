"""A person gets one notice of a trouble, however many runs see it, and another when it returns."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from oura_lake.alerts.decision import CLAIM_LASTS
from oura_lake.alerts.model import Message
from oura_lake.errors import MessageNotSent, StoreUnavailable, WriteConflict
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.notices import delivered_at, is_open, send_once, settle
from support.builders import at

NOTICE = Message(kind="token", level="minor", subject="Connect again", body="Run it.", sms="Connect again")


class Dying(MemoryStore):
    """A store whose process dies at the n-th write."""

    left = 0

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        self.left -= 1
        if self.left == 0:
            raise StoreUnavailable("The process died.")
        return super().put(key, data, replacing=replacing)


def test_an_open_notice_is_told_once() -> None:
    sent: list[Any] = []
    store = MemoryStore()
    assert send_once(store, "me", NOTICE, sent.append, at(0))
    assert not send_once(store, "me", NOTICE, sent.append, at(60 * 24 * 9))
    assert (sent, is_open(store, "me", "token")) == ([NOTICE], True)


def test_a_trouble_that_comes_back_is_news() -> None:
    sent: list[Any] = []
    store = MemoryStore()
    send_once(store, "me", NOTICE, sent.append, at(0))
    assert settle(store, "me", "token", at(1))
    assert not settle(store, "me", "token", at(2))
    assert send_once(store, "me", NOTICE, sent.append, at(3))
    assert len(sent) == 2


def test_what_the_channel_refused_is_tried_again() -> None:
    sent: list[Any] = []
    store = MemoryStore()

    def refuse(_: Message) -> None:
        raise MessageNotSent("SNS took no message; check the topic.")

    with pytest.raises(MessageNotSent):
        send_once(store, "me", NOTICE, refuse, at(0))
    assert send_once(store, "me", NOTICE, sent.append, at(1))
    assert len(sent) == 1


def test_of_two_runs_at_once_one_sends() -> None:
    sent: list[Any] = []
    store = MemoryStore()

    def send_while_another_run_tries(notice: Message) -> None:
        sent.append(notice)
        assert not send_once(store, "me", NOTICE, sent.append, at(0))

    assert send_once(store, "me", NOTICE, send_while_another_run_tries, at(0))
    assert len(sent) == 1


@pytest.mark.parametrize(("dies_at", "n_sent"), [(1, 1), (2, 2)])
def test_a_crash_loses_no_notice_and_repeats_it_only_between_the_answer_and_the_mark(dies_at: int, n_sent: int) -> None:
    sent: list[Any] = []
    store = Dying()
    store.left = dies_at
    with pytest.raises(StoreUnavailable):
        send_once(store, "me", NOTICE, sent.append, at(0))
    send_once(store, "me", NOTICE, sent.append, at(1))  # while the claim may still be somebody's
    later = at(0) + CLAIM_LASTS + timedelta(minutes=2)
    send_once(store, "me", NOTICE, sent.append, later)
    assert len(sent) == n_sent


def test_a_notice_with_an_episode_is_told_once_for_each_and_for_an_earlier_one_never_again() -> None:
    sent: list[Any] = []
    store = MemoryStore()
    second, first = (replace(NOTICE, episode=episode) for episode in ("w-02", "w-01"))
    assert [send_once(store, "me", n, sent.append, at(m)) for m, n in enumerate((second, second, first))] == [
        True,
        False,
        False,
    ]
    assert send_once(store, "me", replace(NOTICE, episode="w-03"), sent.append, at(9))
    assert [delivered_at(store, "me", "token", episode) for episode in ("w-01", "w-03", "w-04")] == [at(9), at(9), None]


class LosesAnAnswer(MemoryStore):
    """A store that keeps its first write and says that another writer was first."""

    is_lost = False

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        tag = super().put(key, data, replacing=replacing)
        if not self.is_lost:
            self.is_lost = True
            raise WriteConflict("Another writer was first.")
        return tag


def test_a_claim_that_was_stored_though_its_answer_was_lost_is_sent_by_its_own_run() -> None:
    store, sent = LosesAnAnswer(), list[Message]()
    assert send_once(store, "me", NOTICE, sent.append, at(0))
    assert (sent, delivered_at(store, "me", "token", "")) == ([NOTICE], at(0))


def test_a_notice_that_was_settled_while_it_was_sent_stays_settled() -> None:
    store = MemoryStore()

    def settle_meanwhile(_: Message) -> None:
        settle(store, "me", "token", at(0))

    assert send_once(store, "me", NOTICE, settle_meanwhile, at(0))
    assert not is_open(store, "me", "token")
