"""Each way delivers an episode once, and its end once, even if later data change it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.alerts.decision import EMAIL, TERMINAL, claims, decide
from oura_lake.alerts.episodes import alert_of, episodes, is_near, worst_night
from oura_lake.alerts.kinds import illness
from oura_lake.alerts.ledger import LEDGER, document
from oura_lake.alerts.model import Alert, Delivery, Entry, Way
from oura_lake.alerts.wording.dates import spoken_day
from support.illness_days import NOW, TODAY, a_finding, a_moment, an_alert, an_entry

DAY = timedelta(days=1)
SMS = Way(name="sms", least="major", reports_end=False)
BUS = Way(name="bus", is_for_person=False)
WAYS = (EMAIL, SMS, BUS)


def claimed_steps(alerts: list[Any], ledger: Sequence[Any] = (), **moment: Any) -> list[Any]:
    """Step and way of each claim of a run."""
    run = a_moment(**moment)
    return sorted((t.step, t.way) for _, t in claims(decide(alerts, ledger, run), run.now))


def read_back(flat: dict[str, Any]) -> Entry:
    """Entry of a document as the next run reads it."""
    [entry] = LEDGER.parse([flat]).values()
    return entry


def after(days: int, alert: Alert, status: str = "sent") -> dict[Any, Any]:
    """Run so many days after the last day of a delivered alert, and its ledger."""
    now = NOW + days * DAY
    return {"ledger": [an_entry(alert, status, NOW)], "now": now, "today": now.date(), "judged": now.date()}


def test_the_all_clear_comes_when_no_later_alert_could_still_belong_to_the_episode() -> None:
    alert = an_alert(TODAY)
    assert [claimed_steps([alert], **after(n, alert)) for n in range(1, 6)] == [
        [],
        [],
        [],
        *[[("cleared", "email")]] * 2,
    ]


def test_nights_that_nobody_measured_are_no_all_clear() -> None:
    alert = an_alert(TODAY)
    assert claimed_steps([alert], **(after(9, alert) | {"judged": TODAY + DAY})) == []


def test_a_revised_night_that_takes_the_alert_back_is_told_at_once_and_both_beliefs_stay() -> None:
    alert = an_alert(TODAY)
    run = after(1, alert)
    [entry] = decide([], run.pop("ledger"), a_moment(**run))
    assert (entry.alert, entry.cleared_because, entry.cleared_on) == (alert, "revised", TODAY + DAY)
    assert [(t.step, t.status) for t in entry.tellings] == [("opened", "sent"), ("cleared", "sending")]


def test_a_run_that_began_before_the_message_and_did_not_see_the_night_takes_nothing_back() -> None:
    sent = an_entry(an_alert(TODAY), "sent", NOW + timedelta(seconds=2))
    assert decide([], [sent], a_moment(NOW)) == []
    assert claimed_steps([], [sent], now=NOW + timedelta(seconds=3)) == [("cleared", "email")]


def test_an_all_clear_is_given_once() -> None:
    alert = an_alert(TODAY)
    run = after(4, alert)
    [over] = decide([alert], run.pop("ledger"), a_moment(**run))
    sent = replace(over, tellings=tuple(replace(t, status="sent") for t in over.tellings))
    assert [decide(found, [sent], a_moment(**run)) for found in ([alert], [])] == [[], []]


@pytest.mark.parametrize("status", ["found_in_history", "failed"])
def test_who_was_not_told_of_an_episode_hears_of_no_end(status: str) -> None:
    assert claimed_steps([], **after(5, an_alert(TODAY), status)) == []


def test_an_all_clear_that_is_two_weeks_old_is_told_to_nobody() -> None:
    alert = an_alert(TODAY)
    run = after(15, alert)
    [entry] = decide([alert], run.pop("ledger"), a_moment(**run))
    assert (entry.cleared_on, len(entry.tellings)) == (TODAY + 15 * DAY, 1)


def test_an_alert_after_the_all_clear_is_an_episode_of_its_own() -> None:
    alert = an_alert(TODAY)
    all_delivered = (*an_entry(alert, "sent", NOW).tellings, Delivery(step="cleared", way="email", status="sent"))
    over = replace(an_entry(alert, "sent"), tellings=all_delivered, cleared_on=TODAY, cleared_because="revised")
    run = a_moment(now=NOW + DAY, today=TODAY + DAY)
    [again] = decide([an_alert(TODAY, TODAY + DAY)], [over], run)
    assert (again.id, [t.step for t in again.tellings]) == (f"illness-{TODAY + DAY}", ["opened"])
    assert claimed_steps([an_alert(TODAY, TODAY)], [over]) == []


def test_an_sms_comes_with_the_level_it_waits_for() -> None:
    minor, major = an_alert(TODAY), an_alert(TODAY, level="major")
    assert claimed_steps([minor], ways=WAYS) == [("opened", "bus"), ("opened", "email")]
    assert claimed_steps([major], ways=WAYS) == [("opened", "bus"), ("opened", "email"), ("opened", "sms")]
    assert claimed_steps([major], [an_entry(minor, "sent", NOW)], ways=(EMAIL, SMS)) == [("raised", "sms")]


def test_at_night_only_programs_hear_and_the_person_in_the_morning() -> None:
    [entry] = decide([an_alert(TODAY)], [], a_moment(ways=WAYS, is_quiet=True))
    assert [t.way for t in entry.tellings] == ["bus"]
    assert claimed_steps([an_alert(TODAY)], [entry], ways=WAYS, now=NOW + timedelta(minutes=9)) == [("opened", "email")]


def test_an_all_clear_of_the_night_waits_for_the_morning() -> None:
    alert = an_alert(TODAY)
    assert claimed_steps([alert], **after(4, alert), is_quiet=True) == []


def test_a_crash_before_the_end_was_sent_is_made_up_for() -> None:
    alert = an_alert(TODAY)
    run = after(4, alert)
    [claimed] = decide([alert], run.pop("ledger"), a_moment(**run))
    for minutes, expected in ((14, []), (16, [("cleared", "email")])):
        assert claimed_steps([alert], [claimed], **(run | {"now": run["now"] + timedelta(minutes=minutes)})) == expected


def test_an_entry_survives_its_object_and_one_of_an_older_version_is_read() -> None:
    entry = an_entry(an_alert(TODAY), "sent", NOW)
    assert read_back(document(entry)) == entry
    older = {k: v for k, v in document(entry).items() if k not in ("tellings", "untold", "cleared_on", "peak_day")}
    assert read_back(older).status == "sent"


@pytest.mark.parametrize(("status", "ways"), [("sent", WAYS[:2]), ("shown", (TERMINAL,))])
def test_what_an_older_version_told_is_not_told_again_by_any_way_of_then(status: str, ways: tuple[Way, ...]) -> None:
    alert = an_alert(TODAY, level="major")
    older = {k: v for k, v in document(an_entry(alert, status, NOW)).items() if k not in ("tellings", "untold")}
    assert claimed_steps([alert], [read_back(older)], ways=ways, now=NOW + timedelta(hours=1)) == []


def test_the_all_clear_says_back_in_your_usual_range_and_never_healthy() -> None:
    for because in ("back_in_range", "revised"):
        entry = replace(an_entry(an_alert(date(2026, 11, 20)), "sent"), cleared_because=because)
        message = illness.ALERT.all_clear(entry)
        assert message.subject.startswith("Back in your usual range")
        assert "healthy" not in (message.subject + message.body + message.sms).lower()
        assert len(message.subject) < 100
        assert "not medical advice" in message.body


def test_an_illness_that_lands_after_a_correction_of_the_same_day_is_told() -> None:
    alert = an_alert(TODAY)
    run = after(1, alert)
    [over] = decide([], run.pop("ledger"), a_moment(**run))
    sent = replace(over, tellings=tuple(replace(t, status="sent") for t in over.tellings))
    later = a_moment(**(run | {"now": run["now"] + timedelta(hours=2)}))
    [again] = decide([an_alert(TODAY + DAY, level="major")], [sent], later)
    assert (again.id, [t.step for t in again.tellings]) == (f"illness-{TODAY + DAY}", ["opened"])


@pytest.mark.parametrize(("status", "claims_made"), [("sent", [("raised", "sms")]), ("failed", [("opened", "email")])])
def test_an_episode_that_a_revision_moves_back_by_a_night_is_told_from_that_night(
    status: str, claims_made: list[tuple[str, str]]
) -> None:
    """After a revision the delivered alert of night 12 is one of night 11, and night 12 is calm."""
    now = [a_finding(TODAY - DAY, "major" if status == "sent" else "minor"), a_finding(TODAY, "none")]
    [entry] = decide(illness.ALERT.evaluate(now), [one_night(TODAY, status)], a_moment(ways=(EMAIL, SMS)))
    assert sorted((t.step, t.way) for t in entry.tellings if t.status == "sending") == claims_made
    assert f"WHAT IS UNUSUAL ({spoken_day(TODAY - DAY)})" in illness.ALERT.message(entry.alert, now, False).body


def one_night(day: date, status: str) -> Entry:
    """Entry of an episode of one night, without unusual nights before it."""
    return an_entry(replace(an_alert(day), onset_day=day), status, NOW - timedelta(minutes=30))


BELIEF = st.dictionaries(st.integers(0, 9), st.sampled_from(["minor", "major"]))


@settings(max_examples=150)
@given(
    st.lists(
        st.lists(st.tuples(BELIEF, st.sampled_from(["sent", "sending", "failed"])), min_size=1, max_size=3),
        min_size=1,
        max_size=10,
    )
)
def test_whatever_is_revised_each_way_hears_of_each_beginning_and_end_once(mornings: list[Any]) -> None:
    """Each of several runs a day may judge the whole past again; a killed run never confirms its claims."""
    ledger: dict[str, Any] = {}
    for n, runs in enumerate(mornings):
        for m, (belief, marked) in enumerate([*runs, (runs[-1][0], "sent")]):
            found = [a_finding(TODAY + d * DAY, belief.get(d, "none")) for d in range(n + 1)]
            run = a_moment(NOW + n * DAY + m * timedelta(minutes=20), ways=(EMAIL, SMS))
            for e in decide(illness.ALERT.evaluate(found), list(ledger.values()), run):
                for _, t in claims([e], run.now):
                    assert t.step == "cleared" or illness.ALERT.message(e.alert, found, False).body
                ledger[e.id] = replace(
                    e,
                    tellings=tuple(
                        replace(t, status=marked) if t.status == "sending" and t.claimed_at == run.now else t
                        for t in e.tellings
                    ),
                )
    for e in ledger.values():
        steps = [(t.step == "cleared", t.way) for t in e.tellings]
        assert len(steps) == len(set(steps))
        assert {way for is_end, way in steps if is_end} <= {way for is_end, way in steps if not is_end}
    today, is_alerting = TODAY + (len(mornings) - 1) * DAY, len(mornings) - 1 in mornings[-1][-1][0]
    covering = [e for e in ledger.values() if e.alert.onset_day <= today <= e.alert.last_alert_day]
    assert not is_alerting or any(e.opening for e in covering)


@pytest.mark.parametrize(("n_nights", "n_back"), [(2, 2), (4, 4), (5, 4)])
def test_the_onset_lies_at_most_four_nights_before_the_first_alert(n_nights: int, n_back: int) -> None:
    before = [a_finding(TODAY - n * DAY, deviation=1.5) for n in range(n_nights, 0, -1)]
    findings = [a_finding(TODAY - 9 * DAY, deviation=9.0), *before, a_finding(TODAY, "minor")]
    assert alert_of(findings[-1:], findings).onset_day == TODAY - n_back * DAY
    assert alert_of(findings[-1:], [replace(f, deviation=1.49) for f in findings]).onset_day == TODAY


def test_the_peak_is_the_night_that_deviates_most_and_of_two_the_later() -> None:
    run = [a_finding(TODAY + n * DAY, "minor", deviation=d) for n, d in enumerate((2.0, 3.0, 3.0, None))]
    assert alert_of(run, run).peak_day == TODAY + 2 * DAY
    assert worst_night(alert_of(run, run), run).day == TODAY + 2 * DAY
    later = a_finding(TODAY + 4 * DAY, "minor", deviation=9.0)
    assert worst_night(alert_of(run, run), [*run, later]).day == TODAY + 2 * DAY


@pytest.mark.parametrize(("days", "is_one"), [(1, True), (4, True), (5, False)])
def test_an_alert_day_after_three_quiet_ones_belongs_to_the_episode(days: int, is_one: bool) -> None:
    assert is_near(TODAY, TODAY + days * DAY) is is_one
    assert len(episodes([a_finding(TODAY, "minor"), a_finding(TODAY + days * DAY, "minor")])) == 2 - is_one
