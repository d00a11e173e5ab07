"""Remaining messages of a month: every beginning and every all-clear counts."""

from datetime import datetime, timedelta

from oura_lake.alerts.message_budget import MESSAGES_A_MONTH, remaining_messages
from oura_lake.alerts.model import BUS, CLEARED, OPENED, SENT, Delivery, Entry
from support.illness_days import NOW, TODAY, an_alert

MONTH = timedelta(days=30)


def an_entry(*steps: tuple[str, str, datetime], first: int = 0) -> Entry:
    """Entry of an episode with these steps, ways and times."""
    alert = an_alert(TODAY - timedelta(days=first))
    tellings = (Delivery(step=s, way=way, status=SENT, claimed_at=moment) for s, way, moment in steps)
    return Entry(id=alert.id, alert=alert, tellings=tuple(tellings))


def left(*entries: Entry, most: int = MESSAGES_A_MONTH, has_all_clear: bool = False) -> int:
    return remaining_messages(entries, TODAY, most, has_all_clear)


def test_a_month_without_a_message_has_all_of_them_left() -> None:
    assert left() == MESSAGES_A_MONTH == 4


def test_an_episode_whose_end_is_told_too_takes_two_messages() -> None:
    assert [left(most=n, has_all_clear=True) for n in range(6)] == [0, 0, 1, 1, 2, 2]
    assert [left(most=n) for n in range(3)] == [0, 1, 2]


def test_an_all_clear_that_was_told_costs_a_message() -> None:
    begun = an_entry((OPENED, "email", NOW))
    over = an_entry((OPENED, "email", NOW), (CLEARED, "email", NOW))
    assert (left(begun), left(over)) == (3, 2)


def test_a_message_by_several_ways_is_one_and_one_to_programs_alone_is_none() -> None:
    by_two = an_entry((OPENED, "email", NOW), (OPENED, "sms", NOW))
    to_the_bus = an_entry((OPENED, BUS, NOW), first=9)
    in_the_weekly_mail = an_entry((OPENED, "weekly", NOW), first=19)
    assert left(by_two, to_the_bus, in_the_weekly_mail) == 3


def test_a_message_counts_for_a_month_and_no_longer() -> None:
    ages = (MONTH, MONTH + timedelta(days=1))
    assert [left(an_entry((OPENED, "email", NOW - age))) for age in ages] == [3, 4]


def test_a_month_that_had_more_than_it_may_has_no_room() -> None:
    delivered = [an_entry((OPENED, "email", NOW), (CLEARED, "email", NOW), first=9 * n) for n in range(3)]
    assert left(*delivered) < 1
    assert left(*delivered, has_all_clear=True) < 1
