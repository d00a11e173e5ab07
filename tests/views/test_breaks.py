"""A change of ring or of Oura's algorithm looks like a change of the person to no view."""

from datetime import date, timedelta

from views.harness import Case, Row, actual

FIRST = date(2026, 1, 5)


def nights(n: int, hrv: float, version: str, after: int = 0) -> list[Row]:
    days = [FIRST + timedelta(days=after + i) for i in range(n)]
    return [{"day": day, "hrv_rmssd_ms": hrv, "sleep_algorithm_version": version} for day in days]


def row(view: str, given: dict[str, list[Row]], where: str) -> Row:
    [found] = actual(Case(view, given, [], where))
    return found


def test_another_algorithm_is_no_jump_of_hrv_in_the_overview() -> None:
    given = {"person_day": nights(30, 40, "v1") + nights(1, 55, "v2", after=30)}
    found = row("daily_overview", given, "hrv_rmssd_ms = 55")
    assert (found["hrv_rmssd_n"], found["hrv_rmssd_difference_ms"]) == (0, None)


def a_year_and_a_day(later_regime: int) -> dict[str, list[Row]]:
    """Make a series of fifty until the first day ends, then nothing for a year, then 54."""
    days = [FIRST + timedelta(days=n) for n in range(366)]
    values = {days[0]: 50.0, days[365]: 54.0}
    return {
        "metric_values": [
            {
                "day": day,
                "metric": "hrv_rmssd_ms",
                "value": values.get(day),
                "regime": 1 if day == FIRST else later_regime,
            }
            for day in days
        ]
    }


def test_the_heart_is_held_against_the_same_day_a_year_before() -> None:
    found = row("heart", a_year_and_a_day(1), f"day = DATE '{FIRST + timedelta(days=365)}'")
    assert (found["before_n"], found["before_median"], found["difference"]) == (1, 50.0, 4.0)
    assert found["has_break_between"] is False


def test_a_break_between_the_heart_and_its_year_before_is_told() -> None:
    found = row("heart", a_year_and_a_day(2), f"day = DATE '{FIRST + timedelta(days=365)}'")
    assert (found["difference"], found["has_break_between"]) == (4.0, True)


def test_the_day_before_a_year_is_over_has_nothing_to_be_held_against() -> None:
    found = row("heart", a_year_and_a_day(1), f"day = DATE '{FIRST + timedelta(days=364)}'")
    assert (found["before_n"], found["before_median"], found["has_break_between"]) == (0, None, None)
