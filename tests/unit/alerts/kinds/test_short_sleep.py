"""Alert of a sleep debt: its message, whatever else happened in the week."""

from datetime import timedelta

from support.illness_days import FIRST
from support.slow_kinds import N, an_illness, days_silenced, last_message, steady_days

DAY = timedelta(days=1)
SHORT = steady_days(range(90, N), sleep_h=5.0)


def test_the_message_compares_means_with_means() -> None:
    body = last_message("short_sleep", SHORT, numbers=True).body
    assert (
        "\n- Sleep a night, mean of the week below the range of such means in your eight weeks before: 5 h 00 min, "
        "in the eight weeks before " in body
    )


def test_a_short_night_is_named_among_the_other_explanations_too() -> None:
    assert "The last days had a short night." in last_message("short_sleep", SHORT).body


def test_an_illness_takes_no_sleep_debt_away() -> None:
    assert days_silenced("short_sleep", SHORT, an_illness(FIRST + 96 * DAY, temperature_deviation_c=4.0)) == []
