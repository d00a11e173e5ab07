"""The lake reports since when a kind of alert watches, and until when it is silent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.analyses.data_readiness import readiness_of
from oura_lake.analyses.model import OK, QUESTIONS, Analysis
from oura_lake.cli._standing_words import sentence
from oura_lake.registry import plugins
from support.illness_days import FIRST, calm_day, calm_days

illness, lasting_shift, ring_battery, strain = (
    plugins(QUESTIONS, Analysis)[name] for name in ("illness", "lasting_shift", "ring_battery", "strain")
)
DAY = timedelta(days=1)
SLEEP_SIGNALS = "resting heart rate, heart rate variability and breathing rate"


def status_line(days: list[Any], kind: Analysis = illness, late: int = 0) -> str:
    """Sentence on the last of these days, or so many days after it."""
    today = days[-1].day + late * DAY
    return sentence(readiness_of(kind, kind.analyse(days), days, today), today)


def test_a_new_person_is_told_how_many_nights_there_are_and_when_it_begins_to_watch() -> None:
    assert status_line(calm_days(10)) == "Illness warning: silent, 9 of 14 nights; from about 2026-01-19"
    assert status_line(calm_days(16)) == "Illness warning: watches since 2026-01-19"


def test_at_half_the_pace_it_takes_twice_as_long() -> None:
    every_other = [d for n, d in enumerate(calm_days(20)) if n % 2]
    assert status_line(every_other) == "Illness warning: silent, 9 of 14 nights; from about 2026-02-03"


def test_another_ring_silences_all_and_says_since_when() -> None:
    days = [calm_day(n, is_new_ring=n in (0, 40)) for n in range(44)]
    assert status_line(days) == (
        "Illness warning: silent, 3 of 14 nights since the ring changed on 2026-02-14; from about 2026-02-28"
    )
    later = [calm_day(n, is_new_ring=n in (0, 40)) for n in range(60)]
    assert status_line(later) == "Illness warning: watches since 2026-02-28"


def test_another_algorithm_leaves_the_rest_watching_and_names_what_waits() -> None:
    days = [calm_day(n, sleep_algorithm_version="v1" if n < 40 else "v2") for n in range(44)]
    assert status_line(days) == (
        f"Illness warning: watches since 2026-01-19; still without {SLEEP_SIGNALS}: 3 of 14 nights since Oura's sleep "
        "algorithm changed on 2026-02-14, from about 2026-02-28"
    )


def test_a_signal_that_was_away_for_long_waits_alone() -> None:
    days = [calm_day(n, hrv_rmssd_ms=None) if 40 <= n < 70 else calm_day(n) for n in range(75)]
    assert status_line(days).endswith(
        "still without heart rate variability: 4 of 14 nights since a long gap ended on 2026-03-16, "
        "from about 2026-03-30"
    )


def test_a_signal_that_one_night_lacks_does_not_wait() -> None:
    days = [*calm_days(59), calm_day(59, hrv_rmssd_ms=None)]
    assert status_line(days) == "Illness warning: watches since 2026-01-19"


@pytest.mark.parametrize("late", [1, 4, 9])
def test_a_kind_that_waits_for_nights_that_do_not_come_is_awaited_tomorrow_at_the_earliest(late: int) -> None:
    today = FIRST + (13 + late) * DAY
    [wait] = readiness_of(illness, illness.analyse(calm_days(14)), calm_days(14), today).waits
    assert (wait.n_nights, wait.until) == (13, max(FIRST + 14 * DAY, today + DAY))


def test_a_ring_in_the_drawer_is_named_and_after_four_weeks_the_warning_is_silent() -> None:
    days = calm_days(40)
    assert status_line(days, late=2) == "Illness warning: watches since 2026-01-19"
    assert status_line(days, late=9) == "Illness warning: watches since 2026-01-19, the last night is of 2026-02-13"
    assert status_line(days, late=29) == "Illness warning: silent, 0 of 14 nights; no night since 2026-02-13"


def test_other_kinds_say_what_they_need() -> None:
    assert status_line(calm_days(10), lasting_shift) == (
        "Lasting shift of heart rate or readiness: silent, 9 of 14 nights; from about 2026-01-19"
    )
    assert status_line(calm_days(24), strain) == "Strain from load: silent, 23 of 34 nights; from about 2026-02-08"
    assert status_line(calm_days(60), strain) == "Strain from load: watches since 2026-02-08"
    thin = [d for n, d in enumerate(calm_days(60)) if n not in range(50, 56)]
    assert status_line(thin[:-3], strain) == "Strain from load: silent, too few nights in the last week"
    assert status_line(thin, strain) == "Strain from load: watches since 2026-02-08"
    assert status_line(calm_days(10), ring_battery) == "Low battery of the ring: silent, nothing to judge yet"
    assert status_line([replace(d, last_battery_pct=70.0) for d in calm_days(3)], ring_battery).endswith(
        "since 2026-01-05"
    )


@settings(max_examples=60)
@given(
    st.sampled_from([k for k in plugins(QUESTIONS, Analysis) if k != "ring_battery"]),
    st.lists(st.booleans(), min_size=1, max_size=90),
    st.none() | st.integers(1, 80),
)
def test_it_is_silent_exactly_where_the_newest_night_was_not_judged(
    kind: str, worn: list[Any], new_ring: Any | None
) -> None:
    days = [calm_day(n, is_new_ring=n == new_ring) for n, is_worn in enumerate(worn) if is_worn or n == 0]
    analysis = plugins(QUESTIONS, Analysis)[kind]
    findings = analysis.analyse(days)
    standing = readiness_of(analysis, findings, days, days[-1].day)
    assert (standing.watches_since is not None) == bool(findings and findings[-1].status == OK)
    assert standing.watches_since is None or standing.watches_since >= FIRST
    assert all(wait.until is None or wait.until > days[-1].day for wait in standing.waits)


@pytest.mark.parametrize("n", range(1, 14))
def test_with_a_night_each_day_the_day_that_is_told_is_the_day_it_begins(n: int) -> None:
    standing = readiness_of(illness, illness.analyse(calm_days(n + 1)), calm_days(n + 1), FIRST + n * DAY)
    assert standing.waits[0].until == FIRST + 14 * DAY
