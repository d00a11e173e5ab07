"""The slow kinds of alert report their own condition, and are silent about all others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from benchmarks.kinds import a_life
from benchmarks.people import Life
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.alerts.decision import n_messages_since
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind, SlowKind
from oura_lake.alerts.ledger import stored_entries
from oura_lake.analyses.model import NOT_ENOUGH_DATA, Finding
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.run import kinds_for, watch
from oura_lake.person import Person
from oura_lake.registry import plugins
from support.illness_days import FIRST, NOW, TODAY, FakeEngine, Outbox, a_finding
from support.slow_kinds import N, alert_days, an_illness, analyses_of, steady_days

DAY = timedelta(days=1)
SLOW = [kind for kind in plugins(ALERT_KINDS, AlertKind) if kind != "illness"]


@pytest.mark.parametrize(
    ("kind", "fields", "first"),
    [
        ("low_recovery", {"hrv_rmssd_ms": 40.0}, 83),
        ("lasting_shift", {"resting_heart_rate_bpm": 58.0}, 83),
        ("lasting_shift", {"readiness_score": 60.0}, 83),
        ("day_strain", {"stress_high_min": 200.0}, 83),
        ("short_sleep", {"sleep_h": 5.5}, 83),
        ("ring_battery", {"last_battery_pct": 20.0}, 80),
    ],
)
def test_a_kind_speaks_when_what_it_looks_at_has_lasted(kind: str, fields: dict[str, float], first: int) -> None:
    found = alert_days(kind, steady_days(range(80, N), **fields))
    assert found
    assert abs(found[0] - first) <= 1


@pytest.mark.parametrize("kind", SLOW)
def test_calm_days_raise_nothing(kind: str) -> None:
    assert alert_days(kind, steady_days(())) == []


@settings(max_examples=40)
@given(st.integers(60, N - 15), st.floats(5.0, 59.0), st.integers(50, 120))
def test_one_bad_night_is_never_strain_nor_any_other_slow_kind(night: int, hrv: float, heart_rate: int) -> None:
    bad = {
        "hrv_rmssd_ms": hrv,
        "resting_heart_rate_bpm": float(heart_rate),
        "readiness_score": 20.0,
        "sleep_h": 3.0,
        "stress_high_min": 600.0,
    }
    assert [kind for kind in SLOW if kind != "short_sleep" and alert_days(kind, steady_days((night,), **bad))] == []


HISTORY = a_life(Life(nights=130, onset=None, missing=0.2, alcohol=0.1), 3)
CUTS = (40, 75, 100, 129)


def seen_by(kind: str, ahead: int) -> Callable[..., list[Finding]]:
    """Return an analysis; with `ahead` it is wrong, since each day has the signals of so many days later."""
    names = (
        "hrv_rmssd_ms",
        "resting_heart_rate_bpm",
        "readiness_score",
        "stress_high_min",
        "sleep_h",
        "bedtime_start_local",
    )

    def analysed(history: Any) -> list[Finding]:
        later = [*history[ahead:], *history[-ahead:]] if ahead else history
        return analyses_of(
            kind, [replace(d, **{n: getattr(o, n) for n in names}) for d, o in zip(history, later, strict=False)]
        )

    return analysed


def keeps_its_verdicts(analysed: Callable[..., list[Finding]]) -> bool:
    """Return whether later days change no finding of a prefix, wherever the prefix ends."""
    whole = analysed(HISTORY)
    prefixes = [analysed(HISTORY[:cut]) for cut in CUTS]
    return all(prefix == whole[: len(prefix)] for prefix in prefixes)


@pytest.mark.parametrize("kind", sorted({*SLOW} - {"ring_battery"}))
def test_the_verdicts_of_a_prefix_never_change(kind: str) -> None:
    assert keeps_its_verdicts(seen_by(kind, 0))
    least = (
        2 if kind == "day_strain" else 1
    )  # day_strain judges the day before, and one day ahead of it is the day itself
    assert [ahead for ahead in (least, 7, 14) if keeps_its_verdicts(seen_by(kind, ahead))] == []


@pytest.mark.parametrize("kind", sorted({*SLOW} - {"ring_battery"}))
def test_a_fortnight_is_not_enough_data(kind: str) -> None:
    assert {f.status for f in analyses_of(kind, steady_days(())[:13])} <= {NOT_ENOUGH_DATA}


def test_each_kind_says_why_it_is_on_or_off_and_how_often_it_fires_by_chance() -> None:
    for kind, alert in plugins(ALERT_KINDS, AlertKind).items():
        assert len(alert.why.split()) > 5, kind
    assert [k for k, a in plugins(ALERT_KINDS, AlertKind).items() if a.is_on] == ["illness", "lasting_shift", "strain"]
    assert set(kinds_for(Person(name="me", alerts=("ring_battery", "illness")))) == {"illness", "ring_battery"}


def test_a_kind_that_is_off_is_judged_and_told_to_nobody() -> None:
    store, outbox = MemoryStore(), Outbox()
    low = steady_days(range(80, N), hrv_rmssd_ms=40.0)
    now = NOW + (FIRST + (N - 1) * DAY - NOW.date())
    watch(FakeEngine(low), store, Person(name="me", alerts=()), "schedule", now, {"email": outbox})
    assert (outbox.messages, stored_entries(store, "me", "low_recovery")) == ([], [])
    assert any("/findings/" in key for key in store.objects)


@pytest.mark.parametrize(("most", "n_sent"), [(4, 1), (1, 1), (0, 0)])
def test_what_the_month_has_no_message_left_for_is_left_to_the_weekly_mail(most: int, n_sent: int) -> None:
    store, outbox = MemoryStore(), Outbox()
    me = Person(name="me", alerts=("day_strain",), messages_a_month=most)
    history = steady_days(range(N - 5, N), stress_high_min=200.0)
    now = NOW + (history[-1].day - NOW.date())
    watch(FakeEngine(history), store, me, "schedule", now, {"email": outbox})
    ledger = stored_entries(store, "me", "day_strain")
    assert (len(outbox.messages), n_messages_since(ledger, now.date())) == (n_sent, n_sent)
    assert [e.status for e in ledger] == ["sent" if n_sent else "left_to_the_weekly_mail"]


def a_slow_kind(silent_after: int | None) -> SlowKind:
    return SlowKind(
        name="a_kind", is_on=True, why="", sends_all_clear=False, title="", shows="", advice="", chance=0.1,
        silent_after_illness_days=silent_after,
    )  # fmt: skip


def days_left(kind: SlowKind, ill: Finding) -> list[int]:
    """Return the days, counted from that of an illness, whose alert of the kind remains."""
    alerts = [a_finding(TODAY + n * DAY, "minor") for n in range(-1, 4)]
    return [(f.day - TODAY) // DAY for f in kind.unexplained(alerts, [ill]) if f.is_alert]


def test_an_illness_silences_a_kind_on_its_day_and_so_many_days_after_it() -> None:
    ill = a_finding(TODAY, "minor")
    assert days_left(a_slow_kind(2), ill) == [-1, 3]
    assert days_left(a_slow_kind(0), ill) == [-1, 1, 2, 3]
    assert days_left(a_slow_kind(None), ill) == days_left(a_slow_kind(2), replace(ill, level="none")) == [*range(-1, 4)]


@pytest.mark.parametrize(
    ("spreads", "is_silent"),
    [
        ({"hrv_rmssd_ms": -3.0}, True),
        ({"temperature_deviation_c": 1.9}, False),
        ({"temperature_deviation_c": 2.0}, True),
        ({"temperature_deviation_c": 1.5, "respiratory_rate_bpm": 1.4}, True),
        ({"temperature_deviation_c": 1.4, "respiratory_rate_bpm": 1.4}, False),
    ],
)
def test_a_kind_of_load_yields_where_temperature_and_breathing_speak_or_nobody_knows_them(
    spreads: dict[str, float], is_silent: bool
) -> None:
    ill = an_illness(TODAY, **spreads)
    assert (days_left(replace(a_slow_kind(0), is_of_load=True), ill) == [-1, 1, 2, 3]) is is_silent
    assert days_left(a_slow_kind(0), ill) == [-1, 1, 2, 3]


def test_a_kind_reports_its_end_and_is_no_kind_of_load_unless_it_says_so() -> None:
    kind = a_slow_kind(0)
    assert (kind.reports_end, kind.is_first, kind.earliest_hour, kind.is_of_load) == (True, False, 0, False)
