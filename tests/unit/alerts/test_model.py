"""Entries of the ledger: the state of a delivery, and its times."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.alerts.model import (
    BUS,
    CLEARED,
    HISTORY,
    LEFT_TO_MAIL,
    OPENED,
    RAISED,
    RANK,
    WEBHOOK,
    Delivery,
    Entry,
    Way,
)
from support.illness_days import NOW, TODAY, an_alert

ALERT = an_alert(TODAY)
HOUR = timedelta(hours=1)
STATUSES = ("sending", "failed", "sent", "shown", "unconfirmed")


def delivery(way: str, status: str, step: str = OPENED, hour: int = 0) -> Delivery:
    """One delivery, claimed at an hour and sent a minute later."""
    claimed = NOW + hour * HOUR
    is_sent = status == "sent"
    return Delivery(
        step=step, way=way, status=status, claimed_at=claimed, sent_at=claimed + HOUR / 60 if is_sent else None
    )


def entry(*tellings: Delivery, untold: str = "") -> Entry:
    """Return the ledger's entry of one episode."""
    return Entry(id=ALERT.id, alert=ALERT, tellings=tellings, untold=untold)


def test_an_episode_keeps_its_name_when_later_days_lengthen_it() -> None:
    longer = replace(ALERT, last_alert_day=TODAY + timedelta(days=3), level="major", onset_day=TODAY)
    assert longer.id == ALERT.id == f"illness-{TODAY}"


@given(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=5))
def test_what_still_needs_doing_on_any_way_comes_first(statuses: list[Any]) -> None:
    found = entry(*(delivery(f"way{n}", status) for n, status in enumerate(statuses))).status
    assert STATUSES.index(found) == min(map(STATUSES.index, statuses))


@pytest.mark.parametrize("program", [BUS, WEBHOOK])
def test_what_a_program_was_told_says_nothing_of_a_person_who_was_told_too(program: str) -> None:
    assert entry(delivery(program, "failed"), delivery("email", "sent")).status == "sent"
    assert entry(delivery(program, "failed")).status == "failed"
    assert entry(delivery(program, "sent"), untold=LEFT_TO_MAIL).status == LEFT_TO_MAIL


def test_an_episode_that_nobody_was_told_of_says_why() -> None:
    assert entry(untold=HISTORY).status == HISTORY
    assert (entry(untold=HISTORY).claimed_at, entry(untold=HISTORY).sent_at) == (None, None)


def test_it_was_last_claimed_by_the_latest_try_and_first_sent_by_the_earliest() -> None:
    all_delivered = entry(
        delivery("email", "sent"), delivery("sms", "sent", RAISED, 5), delivery("email", "sent", CLEARED, 90)
    )
    assert (all_delivered.claimed_at, all_delivered.sent_at) == (NOW + 5 * HOUR, NOW + HOUR / 60)


def test_the_end_of_an_episode_is_no_part_of_its_beginning() -> None:
    ended = entry(delivery("email", "sent"), delivery("email", "failed", CLEARED))
    assert (ended.status, [t.step for t in ended.opening]) == ("sent", [OPENED])


def test_levels_are_ranked_and_a_way_speaks_from_the_lower_one_on_of_beginning_and_end() -> None:
    assert sorted(RANK, key=RANK.__getitem__) == ["none", "minor", "major"]
    assert len({*RANK.values()}) == 3
    way = Way(name="email")
    assert (way.least, way.is_for_person, way.reports_end, way.reports_rise) == ("minor", True, True, False)
