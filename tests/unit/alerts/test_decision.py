"""Decision on which way delivers which step of an episode."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from oura_lake.alerts.decision import decide
from oura_lake.alerts.kinds import illness
from oura_lake.contract import SILENT_REASONS, Reason
from support.illness_days import NOW, TODAY, a_finding, a_moment, an_alert, an_entry

YESTERDAY = TODAY - timedelta(days=1)
LAST_WEEK = TODAY - timedelta(days=7)


def statuses(alerts: list[Any], ledger: Sequence[Any] = (), **moment: Any) -> list[Any]:
    return [e.status for e in decide(alerts, ledger, a_moment(**moment))]


@pytest.mark.parametrize("day", [TODAY, YESTERDAY])
def test_an_episode_of_the_last_two_days_is_claimed(day: date) -> None:
    assert statuses([an_alert(day)]) == ["sending"]


def test_an_older_episode_enters_as_history() -> None:
    assert statuses([an_alert(TODAY - timedelta(days=2))]) == ["found_in_history"]


@pytest.mark.parametrize("reason", sorted(SILENT_REASONS))
def test_a_silent_run_leaves_recent_episodes_to_the_next_one(reason: Reason) -> None:
    assert statuses([an_alert(LAST_WEEK), an_alert(TODAY)], reason=reason) == ["found_in_history"]


def test_what_was_sent_is_not_sent_again() -> None:
    assert statuses([an_alert(TODAY)], [an_entry(an_alert(TODAY), "sent", NOW)]) == []


def test_an_episode_that_revised_data_moved_is_still_the_same() -> None:
    sent = an_entry(an_alert(YESTERDAY), "sent", NOW)
    changed = decide([an_alert(TODAY)], [sent], a_moment())
    assert [(e.id, e.status, e.alert.last_alert_day) for e in changed] == [(sent.id, "sent", TODAY)]


@pytest.mark.parametrize(("first", "last"), [(-2, 0), (-1, 0), (0, 0)])
def test_an_episode_that_another_method_dates_otherwise_is_not_told_again(first: int, last: int) -> None:
    delivered = an_entry(replace(an_alert(YESTERDAY), method_version="illness-2"), "sent", NOW)
    now = an_alert(TODAY + timedelta(days=first), TODAY + timedelta(days=last))
    changed = decide([now], [delivered], a_moment())
    assert {e.id for e in changed} <= {delivered.id}
    assert all(t.status == "sent" for e in changed for t in e.tellings)


def test_a_fresh_claim_of_somebody_else_is_respected() -> None:
    claimed = an_entry(an_alert(TODAY), "sending", NOW - timedelta(minutes=14))
    assert statuses([an_alert(TODAY)], [claimed]) == []


def test_a_claim_left_by_a_crash_is_taken_over() -> None:
    claimed = an_entry(an_alert(TODAY), "sending", NOW - timedelta(minutes=16))
    assert [e.claimed_at for e in decide([an_alert(TODAY)], [claimed], a_moment())] == [NOW]


def test_a_claim_left_by_a_crash_is_not_sent_when_it_is_old_news() -> None:
    claimed = an_entry(an_alert(LAST_WEEK), "sending", NOW - timedelta(days=6))
    assert statuses([an_alert(LAST_WEEK)], [claimed]) == ["unconfirmed"]


def test_a_message_that_the_channel_refused_is_tried_again_at_once() -> None:
    assert statuses([an_alert(TODAY)], [an_entry(an_alert(TODAY), "failed", NOW)]) == ["sending"]


def test_history_that_goes_on_today_becomes_news() -> None:
    stored = an_entry(an_alert(TODAY - timedelta(days=3)), "found_in_history")
    assert statuses([an_alert(TODAY - timedelta(days=3), TODAY)], [stored]) == ["sending"]


def test_alert_days_with_three_quiet_days_between_are_one_episode() -> None:
    days = [TODAY - timedelta(days=n) for n in (9, 5, 0)]
    found = illness.ALERT.evaluate([a_finding(d, "minor") for d in days])
    assert [(a.first_alert_day, a.last_alert_day) for a in found] == [(days[0], days[1]), (days[2], days[2])]


def test_an_episode_is_major_when_any_of_its_days_is() -> None:
    found = illness.ALERT.evaluate([a_finding(YESTERDAY, "major"), a_finding(TODAY, "minor")])
    assert [a.level for a in found] == ["major"]


def test_the_onset_is_the_first_of_the_unusual_nights_before_the_alert() -> None:
    calm, up = a_finding(TODAY - timedelta(days=2), deviation=0.2), a_finding(YESTERDAY, deviation=1.8)
    assert illness.ALERT.evaluate([calm, up, a_finding(TODAY, "minor")])[0].onset_day == YESTERDAY
