"""Alert of strain by day: its message, and the illness that silences it."""

from datetime import timedelta

from support.illness_days import FIRST
from support.slow_kinds import N, an_illness, days_silenced, last_message, steady_days

DAY = timedelta(days=1)
STRAINED = steady_days(range(80, N), stress_high_min=200.0)


def test_the_message_says_that_the_minutes_are_of_the_body_and_of_the_day_before() -> None:
    message = last_message("day_strain", STRAINED, numbers=True)
    assert message.subject.startswith("Your days show more physiological strain since ")
    assert "\n- Time of high strain the day before above the range of your eight weeks before: 200 min" in message.body
    assert "the ring does not know whether you felt stressed" in message.body


def test_any_illness_silences_it_that_day_and_for_a_week_after() -> None:
    ill = an_illness(FIRST + 85 * DAY, resting_heart_rate_bpm=3.0, temperature_deviation_c=0.0)
    assert days_silenced("day_strain", STRAINED, ill) == list(range(8))
