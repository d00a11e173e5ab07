"""Is an episode told once by each way, and its end once, whatever later data say?"""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from illness_days import NOW, TODAY, a_finding, a_moment, an_alert, an_entry, calm_day
from oura_lake.alerts import illness
from oura_lake.alerts._decision import EMAIL, TERMINAL, claims, decide
from oura_lake.alerts._ledger import _entry, document
from oura_lake.alerts._model import Telling, Way
from oura_lake.alerts._quiet import is_quiet, parse_hours

DAY = timedelta(days=1)
SMS = Way(name="sms", least="major", tells_end=False)
BUS = Way(name="bus", is_heard=False)
WAYS = (EMAIL, SMS, BUS)


def told(alerts, ledger=(), **moment):
    """Step and way of each claim that a run makes."""
    run = a_moment(**moment)
    return sorted((t.step, t.way) for _, t in claims(decide(alerts, ledger, run), run.now))


def after(days, alert, status="sent"):
    """The run that many days after the alert's last day, which was told; and what the ledger holds."""
    now = NOW + days * DAY
    return {"ledger": [an_entry(alert, status, NOW)], "now": now, "today": now.date(), "judged": now.date()}


def test_the_all_clear_comes_when_no_later_alert_could_still_belong_to_the_episode():
    alert = an_alert(TODAY)
    assert [told([alert], **after(n, alert)) for n in range(1, 6)] == [[], [], [], *[[("cleared", "email")]] * 2]


def test_nights_that_nobody_measured_are_no_all_clear():
    alert = an_alert(TODAY)
    assert told([alert], **(after(9, alert) | {"judged": TODAY + DAY})) == []


def test_a_revised_night_that_takes_the_alert_back_is_told_at_once_and_both_beliefs_stay():
    alert = an_alert(TODAY)
    run = after(1, alert)
    [entry] = decide([], run.pop("ledger"), a_moment(**run))
    assert (entry.alert, entry.cleared_because, entry.cleared_on) == (alert, "revised", TODAY + DAY)
    assert [(t.step, t.status) for t in entry.tellings] == [("opened", "sent"), ("cleared", "sending")]


def test_a_run_that_began_before_the_message_and_did_not_see_the_night_takes_nothing_back():
    sent = an_entry(an_alert(TODAY), "sent", NOW + timedelta(seconds=2))
    assert decide([], [sent], a_moment(NOW)) == []
    assert told([], [sent], now=NOW + timedelta(seconds=3)) == [("cleared", "email")]


def test_an_all_clear_is_given_once():
    alert = an_alert(TODAY)
    run = after(4, alert)
    [over] = decide([alert], run.pop("ledger"), a_moment(**run))
    sent = replace(over, tellings=tuple(replace(t, status="sent") for t in over.tellings))
    assert [decide(found, [sent], a_moment(**run)) for found in ([alert], [])] == [[], []]


@pytest.mark.parametrize("status", ["found_in_history", "failed"])
def test_who_was_not_told_of_an_episode_hears_of_no_end(status):
    assert told([], **after(5, an_alert(TODAY), status)) == []


def test_an_all_clear_that_is_two_weeks_old_is_told_to_nobody():
    alert = an_alert(TODAY)
    run = after(15, alert)
    [entry] = decide([alert], run.pop("ledger"), a_moment(**run))
    assert (entry.cleared_on, len(entry.tellings)) == (TODAY + 15 * DAY, 1)


def test_an_alert_after_the_all_clear_is_an_episode_of_its_own():
    alert = an_alert(TODAY)
    told_all = (*an_entry(alert, "sent", NOW).tellings, Telling(step="cleared", way="email", status="sent"))
    over = replace(an_entry(alert, "sent"), tellings=told_all, cleared_on=TODAY, cleared_because="revised")
    run = a_moment(now=NOW + DAY, today=TODAY + DAY)
    [again] = decide([an_alert(TODAY, TODAY + DAY)], [over], run)
    assert (again.id, [t.step for t in again.tellings]) == (f"illness-{TODAY + DAY}", ["opened"])
    assert told([an_alert(TODAY, TODAY)], [over]) == []


def test_an_sms_comes_with_the_level_it_waits_for():
    minor, major = an_alert(TODAY), an_alert(TODAY, level="major")
    assert told([minor], ways=WAYS) == [("opened", "bus"), ("opened", "email")]
    assert told([major], ways=WAYS) == [("opened", "bus"), ("opened", "email"), ("opened", "sms")]
    assert told([major], [an_entry(minor, "sent", NOW)], ways=(EMAIL, SMS)) == [("raised", "sms")]


def test_at_night_only_programs_hear_and_the_person_in_the_morning():
    [entry] = decide([an_alert(TODAY)], [], a_moment(ways=WAYS, is_quiet=True))
    assert [t.way for t in entry.tellings] == ["bus"]
    assert told([an_alert(TODAY)], [entry], ways=WAYS, now=NOW + timedelta(minutes=9)) == [("opened", "email")]


def test_an_all_clear_of_the_night_waits_for_the_morning():
    alert = an_alert(TODAY)
    assert told([alert], **after(4, alert), is_quiet=True) == []


def test_a_crash_before_the_end_was_sent_is_made_up_for():
    alert = an_alert(TODAY)
    run = after(4, alert)
    [claimed] = decide([alert], run.pop("ledger"), a_moment(**run))
    for minutes, expected in ((14, []), (16, [("cleared", "email")])):
        assert told([alert], [claimed], **(run | {"now": run["now"] + timedelta(minutes=minutes)})) == expected


def test_an_entry_survives_its_object_and_one_of_an_older_version_is_read():
    entry = an_entry(an_alert(TODAY), "sent", NOW)
    assert _entry(document(entry)) == entry
    older = {k: v for k, v in document(entry).items() if k not in ("tellings", "untold", "cleared_on", "peak_day")}
    assert _entry(older).status == "sent"


@pytest.mark.parametrize(("status", "ways"), [("sent", WAYS[:2]), ("shown", (TERMINAL,))])
def test_what_an_older_version_told_is_not_told_again_by_any_way_of_then(status, ways):
    alert = an_alert(TODAY, level="major")
    older = {k: v for k, v in document(an_entry(alert, status, NOW)).items() if k not in ("tellings", "untold")}
    assert told([alert], [_entry(older)], ways=ways, now=NOW + timedelta(hours=1)) == []


def test_the_all_clear_says_back_in_your_usual_range_and_never_healthy():
    for because in ("back_in_range", "revised"):
        entry = replace(an_entry(an_alert(date(2026, 11, 20)), "sent"), cleared_because=because)
        message = illness.all_clear(entry, [a_finding()], True)
        assert message.subject.startswith("Back in your usual range")
        assert "healthy" not in (message.subject + message.body + message.sms).lower()
        assert len(message.subject) < 100
        assert "not medical advice" in message.body


@pytest.mark.parametrize(("hour", "offset_min", "expected"), [
    (23, 0, True), (6, 0, True), (7, 0, False), (12, 0, False), (23, 540, False), (14, 540, True), (12, None, False),
])
def test_it_is_night_where_the_newest_document_was_made(hour, offset_min, expected):
    days = [calm_day(0, utc_offset_min=0), calm_day(1, utc_offset_min=offset_min)]
    now = NOW.replace(hour=hour, minute=0)
    assert is_quiet(now, (time(22), time(7)), days, NOW.tzinfo) == expected


def test_quiet_hours_may_lie_within_a_day_or_be_none():
    at_noon = NOW.replace(hour=12)
    assert is_quiet(at_noon, parse_hours("11:00-13:00"), [], NOW.tzinfo)
    assert not is_quiet(at_noon, parse_hours(""), [], NOW.tzinfo)


@settings(max_examples=150)
@given(
    st.lists(st.sets(st.integers(0, 12)), min_size=1, max_size=12), st.lists(st.booleans(), min_size=12, max_size=12)
)
def test_whatever_is_revised_each_way_hears_of_each_beginning_and_end_once(beliefs, is_killed):
    """Each day the whole past may be judged anew; a run that is killed never confirms what it claimed."""
    ledger = {}
    for n, alert_days in enumerate(beliefs):
        today = TODAY + n * DAY
        found = [a_finding(TODAY + d * DAY, "minor" if d in alert_days else "none") for d in range(n + 1)]
        for minutes in (0, 20):
            run = a_moment(now=NOW + n * DAY + timedelta(minutes=minutes), today=today, judged=today)
            changed = decide(illness.evaluate(found), list(ledger.values()), run)
            marked = "sending" if is_killed[n] and not minutes else "sent"
            for e in changed:
                ledger[e.id] = replace(e, tellings=tuple(
                    replace(t, status=marked) if t.status == "sending" and t.claimed_at == run.now else t
                    for t in e.tellings
                ))
    for e in ledger.values():
        steps = [t.step for t in e.tellings]
        assert len(steps) == len(set(steps))
        assert ("cleared" in steps) <= ("opened" in steps)
    alerting = TODAY + (len(beliefs) - 1) * DAY if len(beliefs) - 1 in beliefs[-1] else None
    if alerting:
        assert any(e.tellings and (e.cleared_on is None or e.cleared_on >= alerting) for e in ledger.values())
