"""Alert of a lasting shift: its message, and the illness that silences it."""

from datetime import timedelta

from support.illness_days import FIRST
from support.present import present
from support.slow_kinds import N, an_illness, days_silenced, last_message, steady_days

DAY = timedelta(days=1)
SHIFTED = steady_days(range(80, N), resting_heart_rate_bpm=58.0)


def test_the_message_names_the_signal_that_moved_and_calls_the_other_usual() -> None:
    body = last_message("lasting_shift", SHIFTED, numbers=True).body
    assert "\n- Resting heart rate above the range of your eight weeks before: 58 bpm, in the eight" in body
    assert "\nAs usual: readiness.\n" in body


def test_the_chance_of_the_message_is_the_one_that_its_text_names() -> None:
    message = last_message("lasting_shift", SHIFTED)
    assert f"about once in {round(1 / present(message.chance_a_month))} months" in message.body


def test_any_illness_silences_it_that_day_and_for_a_week_after() -> None:
    for ill in (
        an_illness(FIRST + 84 * DAY, resting_heart_rate_bpm=3.0, temperature_deviation_c=0.0),
        an_illness(FIRST + 84 * DAY, temperature_deviation_c=3.0),
    ):
        assert days_silenced("lasting_shift", SHIFTED, ill) == list(range(8))
