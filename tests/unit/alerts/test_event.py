"""A program gets each step once, in the published form, whatever people get and whatever fails."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from oura_lake.admin.checks.channels import test_event as event_of_a_test
from oura_lake.alerts.decision import decide, n_messages_since
from oura_lake.alerts.event import event_of, ground_of
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.ledger import LEDGER, stored_entries
from oura_lake.alerts.model import Alert, Delivery, Entry, Message, Way
from oura_lake.analyses.model import PersonDay
from oura_lake.errors import MessageNotSent
from oura_lake.lake.documents import Table
from oura_lake.lake.store import MemoryStore
from oura_lake.maintenance import weekly_claims
from oura_lake.monitoring.run import watch
from oura_lake.person import Person, _way, persons
from oura_lake.registry import plugins
from oura_lake.sources.lake import SOURCE
from support.illness_days import FIRST, NOW, TODAY, FakeEngine, Outbox, a_finding, a_moment, an_alert, calm_days
from support.webhook_receiver import SCHEMA, VALID, violations

DAY = timedelta(days=1)
N_DAYS = (TODAY - FIRST).days + 1
BAD = {
    "illness": (2, {"temperature_deviation_c": 0.9, "resting_heart_rate_bpm": 62.0, "hrv_rmssd_ms": 38.0}),
    "low_recovery": (6, {"hrv_rmssd_ms": 40.0}),
    "lasting_shift": (6, {"readiness_score": 40.0}),
    "day_strain": (6, {"stress_high_min": 300.0}),
    "short_sleep": (8, {"sleep_h": 5.0}),
    "ring_battery": (1, {"last_battery_pct": 20.0}),
}
STEADY: dict[str, Any] = {"readiness_score": 80.0, "met_min": 300.0, "stress_high_min": 60.0, "last_battery_pct": 70.0}
EMAIL, BUS, WEBHOOK = _way("email", "minor"), _way("bus", "minor"), _way("webhook", "minor")


def me(**fields: list[Any] | bool | list[str]) -> Person:
    entry = {
        "timezone": "UTC",
        "ways": {"email": "minor", "bus": "minor", "webhook": "minor"},
        "messages_a_month": 99,
        "webhook": "https://a.example/",
        "webhook_key": "k",
    }
    return persons(json.dumps({"me": entry | fields}))["me"]


def run(
    store: MemoryStore,
    days: list[PersonDay],
    ways: dict[Any, Any],
    person: Person | None = None,
    later: timedelta = timedelta(),
) -> None:
    watch(FakeEngine(days), store, person or me(), "schedule", NOW + timedelta(hours=12) + later, ways)


def bad_days(*kinds: str) -> list[Any]:
    n, fields = max(BAD[kind][0] for kind in kinds), {k: v for kind in kinds for k, v in BAD[kind][1].items()}
    return [*calm_days(N_DAYS - n, **STEADY), *calm_days(N_DAYS, **(STEADY | fields))[-n:]]


@pytest.mark.parametrize("numbers", [False, True])
@pytest.mark.parametrize("kind", BAD)
def test_what_begins_and_ends_is_an_event_of_the_published_form(kind: str, numbers: bool) -> None:
    store, bus, webhook = MemoryStore(), Outbox(), Outbox()
    ways = {"email": Outbox(), "bus": bus, "webhook": webhook}
    person = me(alerts=[kind], numbers_in_messages=numbers)
    run(store, bad_days(kind), ways, person)
    run(store, calm_days(N_DAYS, **STEADY), ways, person, timedelta(hours=1))
    steps = ["opened", "cleared"] if plugins(ALERT_KINDS, AlertKind)[kind].sends_all_clear else ["opened"]
    events = [message.event for message in bus.messages]
    assert [(event["kind"], event["step"]) for event in events] == [(kind, step) for step in steps]
    assert [problem for event in events for problem in violations(event)] == []
    assert events == [message.event for message in webhook.messages]
    assert ["measurements" in event for event in events] == [numbers, False][: len(steps)]


def test_without_the_persons_choice_no_measured_value_is_anywhere_in_an_event() -> None:
    bus = Outbox()
    run(MemoryStore(), bad_days("illness"), {"email": Outbox(), "bus": bus, "webhook": Outbox()})
    text = json.dumps(bus.messages[0].event)
    assert not [value for value in BAD["illness"][1].values() if str(value) in text]


def test_the_schema_finds_what_is_missing_wrong_or_unpublished_and_takes_a_test() -> None:
    good = event_of_a_test("me", date(2026, 3, 1))
    assert violations(good) == []
    VALID.check_schema(SCHEMA)
    for bad in ({"step": "begun"}, {"day": "1.3.2026"}, {"id": "x"}, {"n_nights": -1}, {"pulse": 60}):
        assert violations(good | bad)
    assert violations({name: value for name, value in good.items() if name != "episode"})


def run_of(
    alert: Alert,
    ledger: Sequence[Entry] = (),
    ways: tuple[Way, Way, Way] = (EMAIL, BUS, WEBHOOK),
    **moment: datetime | int,
) -> tuple[list[Any], set[tuple[str, str]]]:
    """Entry after a run that delivered all its claims, and these claims."""
    fields: dict[str, Any] = {"ways": ways, **moment}
    run_ = a_moment(**fields)
    changed = decide([alert], ledger, run_)
    claimed = {(t.way, t.step) for e in changed for t in e.tellings if t.status == "sending"}
    return [marked(e, "sent") for e in changed] or list(ledger), claimed


def marked(entry: Entry | Any, status: str, *ways: str) -> Any:
    tellings = [
        vars(t) | {"status": status} if t.status == "sending" and t.way in (ways or [t.way]) else vars(t)
        for t in entry.tellings
    ]
    return type(entry)(**vars(entry) | {"tellings": tuple(type(entry.tellings[0])(**t) for t in tellings)})


def test_programs_hear_that_it_became_major_once_and_people_do_not() -> None:
    ledger, first = run_of(an_alert(TODAY))
    assert first == {(way, "opened") for way in ("email", "bus", "webhook")}
    flattened = json.loads(json.dumps(LEDGER.flatten({e.id: e for e in ledger})))
    ledger = list(LEDGER.parse(flattened).values())  # as the next run reads it
    major = an_alert(TODAY, TODAY + DAY, level="major")
    ledger, second = run_of(major, ledger, now=NOW + DAY)
    assert second == {("bus", "raised"), ("webhook", "raised")}
    assert run_of(major, ledger, now=NOW + DAY + timedelta(hours=1))[1] == set()
    assert run_of(an_alert(TODAY, TODAY + DAY), ledger, now=NOW + DAY)[1] == set()


def test_what_began_as_major_is_not_raised() -> None:
    ledger, _ = run_of(an_alert(TODAY, level="major"))
    assert run_of(an_alert(TODAY, TODAY + DAY, level="major"), ledger, now=NOW + DAY)[1] == set()


def test_a_step_that_failed_is_told_again_as_the_step_that_it_was() -> None:
    [claimed] = decide([an_alert(TODAY)], [], a_moment(ways=(EMAIL, BUS, WEBHOOK)))
    ledger = [marked(marked(claimed, "failed", "webhook"), "sent")]
    assert run_of(an_alert(TODAY, level="major"), ledger)[1] == {("webhook", "opened"), ("bus", "raised")}


def test_at_night_programs_hear_at_once_and_the_person_in_the_morning() -> None:
    ledger, at_night = run_of(an_alert(TODAY), is_quiet=True)
    assert at_night == {("bus", "opened"), ("webhook", "opened")}
    assert run_of(an_alert(TODAY), ledger, now=NOW + timedelta(hours=3))[1] == {("email", "opened")}


def test_what_the_budget_keeps_back_is_an_event_alone_and_no_message_counts_it() -> None:
    ledger, claimed = run_of(an_alert(TODAY), remaining_messages=0)
    assert claimed == {("bus", "opened")}
    [entry] = ledger
    assert (entry.status, entry.sent_at, n_messages_since(ledger, TODAY - DAY)) == ("left_to_the_weekly_mail", None, 0)
    assert run_of(an_alert(TODAY), ledger, remaining_messages=0)[1] == set()
    over, cleared = run_of(an_alert(TODAY), ledger, now=NOW + 5 * DAY)
    assert (cleared, over[0].status) == ({("bus", "cleared")}, "left_to_the_weekly_mail")
    assert run_of(an_alert(TODAY), ledger, remaining_messages=2)[1] == {("email", "opened"), ("webhook", "opened")}


def test_what_is_an_event_alone_is_still_in_the_weekly_mail_and_after_it_no_message_but_an_event() -> None:
    left, _ = run_of(an_alert(TODAY), remaining_messages=0)
    [claimed] = weekly_claims.claimed(left, NOW, TODAY)
    assert [(t.way, t.step) for t in claimed.tellings] == [("bus", "opened"), ("weekly", "opened")]
    mailed = weekly_claims.marked([claimed], NOW)
    major = an_alert(TODAY, TODAY + DAY, level="major")
    assert run_of(major, mailed, now=NOW + DAY)[1] == {("bus", "raised")}
    over, cleared = run_of(an_alert(TODAY), mailed, now=NOW + 5 * DAY)
    assert cleared == {("bus", "cleared")}
    assert len(weekly_claims.claimed(over, NOW + 5 * DAY, TODAY + 5 * DAY)) == 1  # the mail reports that too


def test_people_are_told_before_programs_of_all_kinds() -> None:
    order = []
    ways = {name: lambda m, name=name: order.append((name, m.kind)) for name in ("email", "bus", "webhook")}
    kinds = ["day_strain", "short_sleep"]
    run(MemoryStore(), bad_days(*kinds), ways, me(alerts=kinds))
    names = [name for name, _ in order]
    assert {kind for _, kind in order} == set(kinds)
    assert names == sorted(names, key=lambda name: name != "email")


def test_a_webhook_that_fails_keeps_no_other_way_and_is_the_only_one_told_again() -> None:
    store, mail, bus, webhook = MemoryStore(), Outbox(), Outbox(), Outbox(broken=True)
    ways = {"email": mail, "bus": bus, "webhook": webhook}
    for hours in (0, 1):
        with pytest.raises(MessageNotSent):
            run(store, bad_days("illness"), ways, later=timedelta(hours=hours))
        assert (len(mail.messages), len(bus.messages)) == (1, 1)
        assert [entry.status for entry in stored_entries(store, "me", "illness")] == ["sent"]  # to the person
    webhook.broken = False
    run(store, bad_days("illness"), ways, later=timedelta(hours=2))
    assert [len(box.messages) for box in ways.values()] == [1, 1, 1]
    rows = Table(store=store, source="lake", endpoint=SOURCE.endpoint("alerts"), person="me").partition("2026").rows()
    assert [row["status"] for row in rows.values()] == ["sent"]
    assert [entry.status for entry in stored_entries(store, "me", "illness")] == ["sent"]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(["minor", "major", "none"]), min_size=1, max_size=10), st.data())
def test_whatever_the_days_say_and_whatever_fails_each_id_is_taken_once(levels: list[Any], data: DataObject) -> None:
    """Each day has one verdict and two runs; a way may fail in any run, and no run is killed."""
    ledger: dict[str, Any] = {}
    taken: list[Any] = []
    first = last = None
    for n, level in enumerate(levels):
        today = TODAY + n * DAY
        if level != "none":
            first, last = first or today, today
        most = max(levels[: n + 1], key=("none", "minor", "major").index)
        found = [an_alert(first, last, level=most)] if first else []
        for hours in (0, 1):
            moment = a_moment(
                now=NOW + n * DAY + timedelta(hours=hours),
                today=today,
                judged=today,
                ways=(EMAIL, BUS, WEBHOOK),
                remaining_messages=data.draw(st.sampled_from([None, 0, 3])),
            )
            for entry in decide(found, list(ledger.values()), moment):
                down = data.draw(st.sets(st.sampled_from(["email", "bus", "webhook"])))
                taken += [
                    (e_way, entry.id, step)
                    for e_way, step in ((t.way, t.step) for t in entry.tellings if t.status == "sending")
                    if e_way not in down
                ]
                ledger[entry.id] = marked(marked(entry, "failed", *down) if down else entry, "sent")
    assert len(taken) == len(set(taken))
    for way, episode, _ in taken:
        steps = [step for w, e, step in taken if (w, e) == (way, episode)]
        assert steps == [step for step in ("opened", "raised", "cleared") if step in steps]


def an_event(step: str, level: str = "minor") -> dict[str, Any]:
    """Step of an episode of two days that was cleared four days later."""
    alert = an_alert(TODAY, TODAY + DAY)
    message = Message(subject="A warning", body="", sms="", kind="illness", level="minor")
    entry = Entry(id=alert.id, alert=alert, cleared_on=TODAY + 5 * DAY, cleared_because="back_in_range")
    return event_of("me", entry, Delivery(step=step, way="bus", status="sent", level=level), message)


def test_a_step_is_of_the_last_alert_day_and_an_end_of_the_day_on_which_it_was_found() -> None:
    assert [an_event(step)["day"] for step in ("opened", "raised", "cleared")] == [
        "2026-03-02",
        "2026-03-02",
        "2026-03-06",
    ]
    assert an_event("opened")["onset_day"] == "2026-02-28"
    assert an_event("opened")["id"] == "me/illness-2026-03-01/opened"


def test_a_step_has_the_level_at_which_it_was_sent_and_an_older_one_that_of_its_episode() -> None:
    assert [an_event("opened", level)["level"] for level in ("major", "")] == ["major", "minor"]


@pytest.mark.parametrize("numbers", [False, True])
def test_a_step_says_how_many_nights_it_was_judged_from_and_how_often_that_comes_by_chance(numbers: bool) -> None:
    night = a_finding(chance_a_month=0.4)
    measured = {"measurements": [MEASURED]} if numbers else {}
    assert ground_of(night, 0.5, numbers) == {"n_nights": 52, "chance_a_month": 0.4} | measured
    assert ground_of(a_finding(chance_a_month=None), 0.5, False)["chance_a_month"] == 0.5
    assert ground_of(None, 0.5, numbers) == {"n_nights": None, "chance_a_month": None}


MEASURED = {"signal": "temperature_deviation_c", "value": 0.9, "usually_from": -0.4, "usually_to": 0.4}
