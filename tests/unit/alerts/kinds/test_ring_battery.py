"""Alert of a low battery: by the newest reading, and in the evening."""

from dataclasses import replace
from datetime import timedelta

from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.run import watch
from oura_lake.person import Person
from oura_lake.registry import plugins
from support.illness_days import NOW, FakeEngine, Outbox, a_finding
from support.slow_kinds import N, analyses_of, kind_of_alert, last_message, steady_days
from support.sms_segments import segments


def test_a_ring_that_is_low_is_told_in_the_evening_and_not_before() -> None:
    history = steady_days((N - 1,), last_battery_pct=20.0)
    me = Person(name="me", alerts=("ring_battery",))
    for hour, n_messages in ((9, 0), (18, 1)):
        store, outbox = MemoryStore(), Outbox()
        now = (
            NOW.replace(hour=hour) + (history[-1].day - NOW.date()) - timedelta(hours=1)
        )  # the person's clock is one hour ahead
        watch(FakeEngine(history), store, me, "schedule", now, {"email": outbox})
        assert len(outbox.messages) == n_messages


def test_the_battery_s_alert_is_of_the_newest_reading_wherever_it_stands() -> None:
    days = steady_days()
    low, charged = (a_finding(days[n].day, level, kind="ring_battery") for n, level in ((3, "minor"), (4, "none")))
    evaluate = plugins(ALERT_KINDS, AlertKind)["ring_battery"].evaluate
    assert evaluate([low, charged]) == evaluate([charged, low]) == []
    later = replace(low, day=days[5].day)
    assert [a.first_alert_day for a in evaluate([later, charged])] == [days[5].day]


def test_the_message_holds_no_measurement_whatever_the_person_chose() -> None:
    history = steady_days((N - 1,), last_battery_pct=17.0)
    with_numbers, without = (last_message("ring_battery", history, numbers) for numbers in (True, False))
    assert with_numbers == without
    assert "17" not in with_numbers.body + with_numbers.sms + with_numbers.subject
    assert segments(with_numbers.sms) == 1


def test_a_battery_that_was_charged_since_is_no_alert() -> None:
    findings = analyses_of("ring_battery", steady_days((N - 2,), last_battery_pct=5.0))
    assert kind_of_alert("ring_battery").evaluate(findings) == []
    assert kind_of_alert("ring_battery").evaluate([]) == []
