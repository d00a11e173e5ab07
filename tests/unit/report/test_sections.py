"""Sections of the report: the range of the drawn values is what was measured."""

import pytest
from oura_lake.analyses.signals import described
from oura_lake.report.sections import _range_text


@pytest.mark.parametrize(
    ("column", "values", "text"),
    [
        ("steps", [], "nothing recorded"),
        ("steps", [9000.0], "9,000, once"),
        ("steps", [100.0, 9000.0, 160_000.0], "median 9,000, 100 to 160,000"),  # more than any usual range may reach
        ("hrv_rmssd_ms", [20.0, 50.0, 300.0], "median 50 ms, 20 to 300"),
        ("sleep_h", [5.5, 7.0, 9.0], "median 7 h 00 min, 5:30 to 9:00"),
    ],
)
def test_the_range_is_that_of_the_values(column: str, values: list[float], text: str) -> None:
    assert _range_text(described(column), values) == text
