"""Wording of the evidence: which signals are named, and how often a kind spoke before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.alerts.wording.evidence import evidence, own_rate, unusual_drivers, unusual_lines
from oura_lake.alerts.wording.values import side_of
from oura_lake.analyses.signals import BEDTIME, TEMPERATURE
from support.illness_days import a_driver, a_finding, an_alert

NIGHT = date(2026, 11, 20)
DAY = timedelta(days=1)


def test_a_high_heart_rate_variability_speaks_for_strain() -> None:
    night = a_finding(NIGHT, kind="strain", drivers=(a_driver("hrv_rmssd_ms", 90.0, 1.2, low=50.0, high=80.0),))
    assert unusual_lines(night, numbers=False) == [
        "Heart rate variability above the range of the six weeks that it is compared with",
    ]


@pytest.mark.parametrize(("hour", "is_stated"), [(23.9, False), (1.5, True), (21.0, True)])
def test_a_usual_bedtime_around_midnight_is_not_outside(hour: float, is_stated: bool) -> None:
    assert (side_of(BEDTIME, hour, 22.5, 0.75) != 0) is is_stated


def test_a_signal_that_moved_for_the_better_does_not_speak_for_an_alert() -> None:
    worse = a_driver("hrv_rmssd_ms", 30.0, -2.4, low=36.0, high=80.0)
    better = a_driver("resting_heart_rate_bpm", 44.0, -2.4, low=48.0, high=57.0)
    calm = a_driver("steps", 9000.0, -0.9, low=4000.0, high=14000.0)
    assert unusual_drivers(a_finding(NIGHT, drivers=(worse, better, calm))) == [worse]


@pytest.mark.parametrize(("hour", "z", "side"), [(1.5, 2.4, "later than"), (21.25, -2.4, "earlier than")])
def test_a_bedtime_is_written_as_a_clock_shows_it_on_either_side(hour: float, z: float, side: str) -> None:
    bedtime = a_driver("bedtime_h", hour, z, low=22.5, high=0.25)
    [line] = unusual_lines(a_finding(NIGHT, kind="irregular_nights", drivers=(bedtime,)), numbers=True)
    assert line == (
        f"Bedtime {side} the range of your eight weeks before: {int(hour):02}:{round(hour % 1 * 60):02}, "
        "in the eight weeks before 22:30 to 00:15"
    )


@given(st.integers(-40, 40), st.integers(-40, 40), st.integers(-40, 40))
def test_outside_is_what_the_shown_digits_say_and_nothing_finer(value: int, low: int, high: int) -> None:
    least, most = sorted((low, high))
    shown = [n / 10 for n in (value, least, most)]
    assert (side_of(TEMPERATURE, *shown) != 0) == (not least <= value <= most)
    finer = (shown[0], shown[1] + 0.04, shown[2] - 0.04)  # of the same digits
    assert side_of(TEMPERATURE, *finer) == side_of(TEMPERATURE, *shown)


def test_the_last_three_episodes_before_this_one_are_named_the_newest_first_with_what_was_said() -> None:
    begins = [NIGHT - n * 20 * DAY for n in range(4, -1, -1)]
    findings = [a_finding(day, "minor") for day in begins]
    labels = {f"illness-{begins[2]}": "an illness (you said so)"}
    earlier = evidence(an_alert(NIGHT), findings[-1], findings, False, labels, 0.5)[2]
    assert earlier.splitlines() == [
        "EARLIER EPISODES LIKE THIS",
        "- 31 October 2026",
        "- 11 October 2026: an illness (you said so)",
        "- 21 September 2026",
    ]


def test_without_an_earlier_episode_nothing_is_said_of_any() -> None:
    night = a_finding(NIGHT, "minor")
    assert not any("EARLIER" in part for part in evidence(an_alert(NIGHT), night, [night], False, {}, 0.5))


def test_no_paragraph_holds_a_measurement_unless_the_person_chose_so() -> None:
    night = a_finding(NIGHT, "minor", drivers=(a_driver(value=0.91, low=-0.43, high=0.37),))
    with_numbers, without = ("\n".join(evidence(an_alert(NIGHT), night, [night], n, {}, 0.5)) for n in (True, False))
    assert "+0.9 °C against your average, usually −0.4 to +0.4" in with_numbers
    assert "°C" not in without


@pytest.mark.parametrize(("n", "is_stated"), [(59, False), (60, True)])
def test_an_own_rate_is_told_of_sixty_judged_days_or_more(n: int, is_stated: bool) -> None:
    nights = [a_finding(NIGHT - back * DAY) for back in range(n)]
    unjudged = [replace(f, day=f.day - n * DAY, status="not_enough_data") for f in nights]
    assert bool(own_rate([*unjudged, *nights])) == is_stated


@pytest.mark.parametrize(
    ("chance", "words"), [(1.0, "a month"), (0.7, "a month"), (0.5, "2 months"), (0.1, "10 months")]
)
def test_a_chance_is_written_in_months(chance: float, words: str) -> None:
    night = a_finding(NIGHT, "minor", chance_a_month=chance)
    assert f"about once in {words}, going by" in "\n".join(evidence(an_alert(NIGHT), night, [night], False, {}, 0.45))


def test_the_own_rate_counts_the_days_that_could_be_judged() -> None:
    judged = [a_finding(NIGHT - n * DAY, "minor" if n == 5 else "none") for n in range(400)]
    unknown = [replace(f, status="not_enough_data", level="none", day=f.day - 400 * DAY) for f in judged[:9]]
    text = own_rate(sorted([*judged, *unknown], key=lambda f: f.day))
    assert text.startswith("In all 400 days that could be judged since ")
    assert text.endswith(" it found 1 episode")
    assert ", pauses left out," not in text
