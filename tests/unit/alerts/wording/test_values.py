"""Wording of values: the same digits and units wherever a person reads a signal."""

import pytest
from oura_lake.alerts.wording.values import explained, hours, side_of, span_text, spoken, written
from oura_lake.analyses.signal_description import SignalDescription
from oura_lake.analyses.signals import BEDTIME, READINESS, RESPIRATORY_RATE, SLEEP, STEPS, TEMPERATURE


@pytest.mark.parametrize(
    ("signal", "value", "text", "with_unit"),
    [
        (SLEEP, 6.5, "6:30", "6 h 30 min"),
        (BEDTIME, 22.5, "22:30", "22:30"),
        (TEMPERATURE, -0.04, "0.0", "0.0 °C"),
        (TEMPERATURE, -0.26, "−0.3", "−0.3 °C"),
        (TEMPERATURE, 0.31, "+0.3", "+0.3 °C"),
        (STEPS, 8412.3, "8,412", "8,412"),
        (RESPIRATORY_RATE, 15.12, "15.1", "15.1 breaths/min"),
    ],
)
def test_a_value_is_written_as_people_read_it(
    signal: SignalDescription, value: float, text: str, with_unit: str
) -> None:
    assert (written(signal, value), spoken(signal, value)) == (text, with_unit)


def test_minutes_are_rounded_before_hours_are_counted() -> None:
    assert (hours(7.999), written(SLEEP, 7.999)) == ("8 h 00 min", "8:00")


def test_a_deviation_says_from_what_it_is_one() -> None:
    assert explained(TEMPERATURE, 0.9) == "+0.9 °C against your average"
    assert explained(STEPS, 900.0) == "900"


def test_the_ends_of_a_range_are_what_the_signal_can_be() -> None:
    assert span_text(READINESS, 67.2, 103.4) == "67 to 100"


@pytest.mark.parametrize(("value", "side"), [(6.5, 0), (6.49, -1), (8.01, 1), (6.499, 0)])
def test_a_value_lies_where_its_written_digits_do(value: float, side: int) -> None:
    assert side_of(SLEEP, value, 6.5, 8.0) == side


def test_a_night_has_no_midnight_in_it() -> None:
    assert [side_of(BEDTIME, hour, 22.5, 0.75) for hour in (21.0, 23.9, 1.5)] == [-1, 0, 1]
