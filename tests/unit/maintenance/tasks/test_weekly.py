"""The weekly mail goes out once a week, despite crashes and travel, with or without new records."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.alerts.decision import decide, n_messages_since
from oura_lake.alerts.ledger import change, stored_entries
from oura_lake.alerts.model import OPENED, SENT, Delivery, Entry
from oura_lake.analyses.model import PersonDay
from oura_lake.errors import MessageNotSent
from oura_lake.lake.store import MemoryStore
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.run import ChoresFailed, look_after_each
from oura_lake.maintenance.tasks import weekly
from oura_lake.monitoring.notices import open_notices
from support.illness_days import Outbox, a_moment, calm_days, messages_of
from support.mail_runs import DAYS, ME, MONDAY, an_alert, an_upkeep, left, local


def mails(upkeep: Upkeep, *moments: datetime) -> list[Any]:
    """Names of the mails that runs at these times sent."""
    for now in moments:
        weekly.run(replace(upkeep, now=now))
    return [m.episode for m in messages_of(upkeep.send)]


def test_it_goes_out_once_a_week_and_the_next_week_again() -> None:
    runs = [local(MONDAY + timedelta(days=n), hour) for n in range(8) for hour in (10, 13)]
    assert mails(an_upkeep(), *runs) == ["weekly-2026-05-11", "weekly-2026-05-18"]


def test_if_monday_s_runs_did_not_happen_the_next_of_the_week_sends_it() -> None:
    assert mails(an_upkeep(), *(local(date(2026, 5, day)) for day in (14, 15, 17))) == ["weekly-2026-05-11"]


@pytest.mark.parametrize("days", [[], DAYS[:60]], ids=["never connected", "nothing for weeks"])
def test_it_goes_out_without_any_data_and_says_so(days: list[PersonDay]) -> None:
    upkeep = an_upkeep(days=days)
    assert mails(upkeep, local()) == ["weekly-2026-05-11"]
    assert "Nothing of your ring came for this week." in messages_of(upkeep.send)[0].body
    assert "oura-lake connect --deployed --person me" in messages_of(upkeep.send)[0].body


def test_who_does_not_want_it_gets_none_and_neither_does_a_laptop() -> None:
    assert mails(an_upkeep(person=replace(ME, has_weekly_mail=False)), local()) == []
    assert mails(replace(an_upkeep(), settings=None), local()) == []


def test_it_waits_for_the_morning_also_on_the_monday_after_a_clock_change() -> None:
    spring = date(2026, 3, 30)
    days = [d for d in calm_days(84) if d.day <= spring]
    days[-1] = replace(days[-1], utc_offset_min=120)
    early, late = (datetime(2026, 3, 30, *at, tzinfo=UTC) for at in ((4, 59), (5, 0)))
    assert mails(an_upkeep(days=days), early) == []
    assert mails(an_upkeep(days=days), late) == ["weekly-2026-03-30"]


def test_where_monday_comes_first_it_is_the_monday_of_that_place() -> None:
    tonga = replace(ME, timezone="Pacific/Tongatapu")
    days = [replace(d, utc_offset_min=780) for d in DAYS]
    upkeep = an_upkeep(days=days, person=tonga)
    sunday_evening_utc = local(zone="Pacific/Tongatapu")
    assert sunday_evening_utc == datetime(2026, 5, 10, 21, 40, tzinfo=UTC)
    assert mails(upkeep, sunday_evening_utc, sunday_evening_utc + timedelta(days=1)) == ["weekly-2026-05-11"]


@pytest.mark.parametrize(("offset_min", "hour"), [(-420, 16), (-600, 19), (120, 10), (780, 10), (840, 19)])
def test_a_traveller_gets_it_by_day_where_they_are(offset_min: int, hour: int) -> None:
    days = [replace(d, utc_offset_min=offset_min) for d in DAYS]
    at_home = [local(hour=h) for h in (10, 13, 16, 19, 22)]
    sent = [
        now.astimezone(ZoneInfo("Europe/Berlin")).hour for now in at_home if weekly.is_due(an_upkeep(now, days), days)
    ]
    assert sent[0] == hour
    assert mails(an_upkeep(days=days), *at_home) == ["weekly-2026-05-11"]


def test_somebody_asleep_all_monday_gets_it_on_tuesday() -> None:
    always = replace(ME, quiet_hours=(time(0), time(23, 59)))
    assert mails(an_upkeep(person=always), local(), local(MONDAY + timedelta(days=1))) == ["weekly-2026-05-11"]


def test_a_change_of_zone_back_into_sunday_sends_no_older_week_again() -> None:
    upkeep = an_upkeep()
    mails(upkeep, local())
    behind = replace(upkeep, person=replace(ME, timezone="Pacific/Niue"))
    assert mails(behind, local(MONDAY, 11, 30)) == ["weekly-2026-05-11"]


def test_what_the_budget_kept_back_is_told_once_and_marked() -> None:
    upkeep = an_upkeep()
    left(upkeep.store)
    mails(upkeep, local(), local(MONDAY + timedelta(days=7)))
    first, second = messages_of(upkeep.send)
    assert "Kept back until now" in first.body
    assert "lasting_shift-2026-05-04" in first.body
    assert "lasting_shift" not in second.body
    [entry] = stored_entries(upkeep.store, "me", "lasting_shift")
    assert (entry.status, entry.untold, entry.sent_at) == (SENT, "", local())
    assert n_messages_since([entry], MONDAY - timedelta(days=30)) == 0


def test_all_that_was_kept_back_is_told_the_strongest_as_the_finding() -> None:
    upkeep = an_upkeep()
    for kind in ("lasting_shift", "low_recovery"):
        left(upkeep.store, an_alert(kind))
    mails(upkeep, local())
    assert "Low recovery, Monday, 4 May: it was kept back, and newer data took it back." in (
        messages_of(upkeep.send)[0].body
    )
    assert {stored_entries(upkeep.store, "me", k)[0].status for k in ("lasting_shift", "low_recovery")} == {SENT}


def test_a_battery_that_was_low_last_week_is_marked_without_a_word() -> None:
    upkeep = an_upkeep()
    left(upkeep.store, an_alert("ring_battery"))
    mails(upkeep, local())
    assert "battery" not in messages_of(upkeep.send)[0].body
    assert stored_entries(upkeep.store, "me", "ring_battery")[0].status == SENT


def test_what_the_mail_told_is_told_by_no_other_way_and_its_end_is_in_the_next_mail() -> None:
    upkeep, alert = an_upkeep(), an_alert()
    left(upkeep.store)
    mails(upkeep, local())
    goes_on = replace(alert, last_alert_day=MONDAY)
    moment = a_moment(local(hour=12), today=MONDAY, judged=MONDAY, remaining_messages=4)
    change(upkeep.store, "me", alert.kind, lambda before: decide([goes_on], before, moment))
    assert {t.way for t in stored_entries(upkeep.store, "me", alert.kind)[0].tellings} == {"weekly"}
    later = a_moment(local(date(2026, 5, 17)), today=date(2026, 5, 17), judged=date(2026, 5, 17))
    change(upkeep.store, "me", alert.kind, lambda before: decide([goes_on], before, later))
    mails(upkeep, *(local(MONDAY + timedelta(weeks=n)) for n in (1, 2)))
    end = "Lasting shift of heart rate or readiness, Monday, 4 May: back in your usual range."
    ends = [end in m.body for m in messages_of(upkeep.send)]
    assert ends == [False, True, False]


def test_an_alert_that_would_no_longer_fire_is_corrected_once_if_nobody_said_so() -> None:
    upkeep, alert = an_upkeep(), an_alert("illness", date(2026, 4, 20), date(2026, 4, 21))
    delivery = Delivery(step=OPENED, way="sms", status=SENT, claimed_at=local(alert.first_alert_day))
    entry = Entry(
        id=alert.id,
        alert=alert,
        tellings=(delivery,),
        subject="Your nights look unusual",
        cleared_on=date(2026, 5, 8),
        cleared_because="revised",
    )
    change(upkeep.store, "me", "illness", lambda _: [entry])
    mails(upkeep, local(), local(MONDAY + timedelta(weeks=1)))
    state = ["- Your nights look unusual: would not be told any more" in m.body for m in messages_of(upkeep.send)]
    assert state == [True, False]


def an_entry(first: date, last: date, **fields: object) -> Entry:
    """Entry of an illness that e-mail delivered."""
    alert = an_alert("illness", first, last)
    delivery = Delivery(step=OPENED, way="email", status=SENT, claimed_at=local(first))
    usual: dict[str, Any] = {
        "id": alert.id,
        "alert": alert,
        "tellings": (delivery,),
        "subject": "Your nights look unusual",
    }
    return Entry(**(usual | fields))


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        (an_entry(date(2026, 5, 9), date(2026, 5, 10)), "unusual on 9 to 10 May 2026; not over yet"),
        (an_entry(date(2026, 4, 30), date(2026, 5, 2)), "unusual on 30 April to 2 May 2026; not over yet"),
        (
            an_entry(date(2026, 5, 3), date(2026, 5, 5), cleared_on=date(2026, 5, 10), cleared_because="back_in_range"),
            "unusual on 3 to 5 May 2026; over",
        ),
        (
            an_entry(date(2026, 5, 5), date(2026, 5, 6), tellings=(), untold="found_in_history"),
            "unusual on 5 to 6 May 2026; not told before, since its days came late",
        ),
    ],
)
def test_a_week_with_an_alert_never_says_that_nothing_stands_out(entry: Entry, state: str) -> None:
    upkeep = an_upkeep(days=calm_days(126))
    change(upkeep.store, "me", "illness", lambda _: [entry])
    mails(upkeep, local())
    body = messages_of(upkeep.send)[0].body
    assert f"ALERTS OF THE WEEK\n- Your nights look unusual (illness warning), some signs: {state}\n" in body
    assert "Nothing stands out" not in body


@pytest.mark.parametrize(
    "entry",
    [
        an_entry(date(2026, 4, 20), date(2026, 4, 22)),
        an_entry(date(2026, 4, 30), date(2026, 5, 1), cleared_on=date(2026, 5, 3), cleared_because="back_in_range"),
        an_entry(MONDAY, MONDAY),
    ],
)
def test_an_alert_of_another_week_is_not_in_the_mail(entry: Entry) -> None:
    upkeep = an_upkeep(days=calm_days(126))
    change(upkeep.store, "me", "illness", lambda _: [entry])
    mails(upkeep, local())
    assert "ALERTS OF THE WEEK" not in messages_of(upkeep.send)[0].body


def test_a_mail_that_the_channel_refuses_is_sent_by_the_next_run_with_all_it_held() -> None:
    upkeep = an_upkeep(send=Outbox(broken=True))
    left(upkeep.store)
    with pytest.raises(MessageNotSent):
        weekly.run(upkeep)
    again = replace(upkeep, send=Outbox())
    assert mails(again, local(hour=13)) == ["weekly-2026-05-11"]
    assert "Kept back until now" in messages_of(again.send)[0].body


def test_what_a_run_that_died_had_claimed_for_the_mail_stays_claimed_until_it_goes_out() -> None:
    upkeep, alert = an_upkeep(send=Outbox(broken=True)), an_alert()
    left(upkeep.store)
    with pytest.raises(MessageNotSent):
        weekly.run(upkeep)
    later = a_moment(local(date(2026, 5, 17)), today=date(2026, 5, 17), judged=date(2026, 5, 12))
    change(upkeep.store, "me", alert.kind, lambda before: decide([alert], before, later))
    again = replace(upkeep, send=Outbox())
    mails(again, local(MONDAY + timedelta(weeks=1)))
    assert "Kept back until now" in messages_of(again.send)[0].body


def test_one_person_whose_mail_fails_delays_no_other() -> None:
    store, outbox = MemoryStore(), Outbox()
    ada = an_upkeep(store=store, send=Outbox(broken=True), person=replace(ME, name="ada"))
    bob, eve = (an_upkeep(store=store, send=outbox, person=replace(ME, name=name)) for name in ("bob", "eve"))
    with pytest.raises(ChoresFailed):
        look_after_each([ada, bob, eve], lambda _: None, only=["weekly"])
    assert len(outbox.messages) == 2
    assert look_after_each([ada, bob, eve], lambda _: None, only=["gaps"]) == {"gaps": {"n_gaps": 0, "n_changed": 0}}


def test_it_is_no_open_trouble_in_status() -> None:
    upkeep = an_upkeep()
    mails(upkeep, local())
    assert open_notices(upkeep.store, "me") == []


RUNS = st.lists(st.tuples(st.integers(0, 21 * 24 - 1), st.sampled_from(["", "", "refused", 1, 2, 3, 4])), max_size=12)


class Died(Exception):
    """Death of the process."""


class Dying(MemoryStore):
    """Store whose process dies at the n-th write of a run, after `left` is set."""

    left = 0

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        self.left -= 1
        if self.left == 0:
            raise Died
        return super().put(key, data, replacing=replacing)


@settings(max_examples=40)
@given(RUNS)
def test_each_week_has_one_mail_and_one_more_for_each_crash_before_the_mark_whatever_befalls_which_runs(
    runs: list[tuple[int, object]],
) -> None:
    store, sent, mails_due, repeats, died_at = Dying(), [], set(), 0, local(MONDAY, 0, 0) - timedelta(weeks=1)
    left(store)
    for hours, fault in sorted(runs, key=lambda run: run[0]):
        store.left, outbox = fault if isinstance(fault, int) else 0, Outbox(broken=fault == "refused")
        days = DAYS[-40:]
        upkeep = an_upkeep(local(MONDAY, 0, 0) + timedelta(hours=hours), store=store, send=outbox, days=days)
        try:
            weekly.run(upkeep)
        except (Died, MessageNotSent):
            repeats += bool(outbox.messages)
            died_at = upkeep.now
        else:
            is_mail_due = weekly.is_due(upkeep, days) and upkeep.now - died_at > timedelta(minutes=15)
            mails_due |= {f"weekly-{upkeep.today - timedelta(days=upkeep.today.weekday())}"} if is_mail_due else set()
        sent += [m.episode for m in outbox.messages]
    assert len(sent) - len(set(sent)) <= repeats
    assert mails_due <= set(sent)
