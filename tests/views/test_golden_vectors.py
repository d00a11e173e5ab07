"""The views give the figures of reference implementations for small fixed inputs.

Each vector and its figure stem from the formula's own reference (GGIR, scipy, mctq, CosinorPy), computed once; where
a vector is short it lies beside its view, in the .yml. Digits are those that were stated.
"""

import math
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from views.harness import Case, Row, actual

MONDAY = date(2026, 1, 5)
Nights = list[tuple[float, float]]
SRI_NIGHTS: Nights = [(23, 31), (23.5, 31), (24, 32), (22.75, 30.5), (25, 33), (25.5, 34), (23, 31)]
PER_PAIR = [37.5, 88.889, 74.306, 77.083, 70.833, 79.167, 54.167]


def rows(view: str, where: str = "TRUE", **given: list[Row]) -> list[Row]:
    return actual(Case(view, given, [], where))


def near(value: Any, digits: int = 6) -> Any:
    """Whether two numbers are equal to half of the last stated digit."""
    return pytest.approx(value, abs=0.501 * 10**-digits, rel=0)


def a_sleep(name: str, begin: datetime, phases: str) -> Row:
    return {
        "id": name, "day": (begin + timedelta(hours=12)).date(), "type": "long_sleep", "bedtime_start": begin,
        "bedtime_start_utc_offset_min": 0, "sleep_phase_5_min": phases,
    }  # fmt: skip


def sri_days(worn: dict[int, str]) -> dict[str, list[Row]]:
    """Make seven nights and a nap in eight days, the ring worn from midnight on unless `worn` differs."""
    midnight = [datetime(2026, 1, 5) + timedelta(days=n) for n in range(9)]  # noqa: DTZ001 - UTC without saying so
    sleeps = [
        a_sleep(f"night {n}", midnight[n] + timedelta(hours=bed), "2" * round((wake - bed) * 12))
        for n, (bed, wake) in enumerate(SRI_NIGHTS)
    ]
    third = sleeps[1]  # from 23:30 to 07:00 of the third day, awake from 03:00 to 03:20
    third["sleep_phase_5_min"] = "2" * 42 + "4444" + "2" * 44
    nap = a_sleep("nap", midnight[2] + timedelta(hours=14), "2" * 6)
    classes = {n: worn.get(n, "2" * 288) for n in range(8)}
    activity = [
        {"id": str(n), "day": midnight[n].date(), "timestamp": midnight[n], "timestamp_utc_offset_min": 0,
         "class_5_min": text}
        for n, text in classes.items()
    ]  # fmt: skip
    return {"sleep": [*sleeps, nap], "daily_activity": activity}


def test_the_sleep_regularity_of_eight_days_is_that_of_ggir() -> None:
    found = rows("sleep_regularity", "day <= DATE '2026-01-12'", **sri_days({}))
    assert [row["sri_day"] for row in found[1:]] == near(PER_PAIR, 3)
    assert found[-1]["sri"] == near(68.849206)


def test_six_hours_without_the_ring_are_left_out_of_the_regularity() -> None:
    found = rows("sleep_regularity", "day <= DATE '2026-01-12'", **sri_days({3: "2" * 96 + "0" * 72 + "2" * 120}))
    assert found[-1]["sri"] == near(66.452991)
    assert [row["coverage_day"] for row in found[3:5]] == [0.75, 0.75]


def activity() -> list[Row]:
    """Make 168 hours of a wave with its top at 15:00 and a disturbance that looks random."""
    return [
        {"hour_local": datetime(2026, 1, 5) + timedelta(hours=h),  # noqa: DTZ001 - a wall clock
         "met": 10 + 8 * math.cos(2 * math.pi * ((h % 24) - 15) / 24) + ((7919 * h) % 13) / 4}
        for h in range(168)
    ]  # fmt: skip


def test_rest_and_activity_of_a_week_are_those_of_ggir() -> None:
    calendar = [{"day": MONDAY}]
    [found] = rows("rest_activity", activity_hours=activity(), calendar=calendar)
    assert (found["n"], found["n_days"], found["status"]) == (168, 7, "ok")
    assert (found["interdaily_stability"], found["intradaily_variability"]) == near((0.97461213, 0.10573871), 8)
    assert (found["l5_met"], found["m10_met"], found["relative_amplitude"]) == near((4.102042, 17.380262, 0.618100))
    assert (found["l5_start_h"], found["m10_start_h"]) == (1, 10)


def test_the_cosine_of_a_week_is_that_of_cosinorpy() -> None:
    """Its points stand at whole hours, the mean of an hour for the hour's middle: the top is half an hour later."""
    [found] = rows("cosinor", "signal = 'met'", activity_hours=activity(), calendar=[{"day": MONDAY}])
    assert (found["mesor"], found["amplitude"], found["acrophase_h"]) == near((11.492560, 8.005679, 14.993377 + 0.5))
    assert (found["mesor_se"], found["amplitude_se"], found["acrophase_se_h"]) == near((0.072644, 0.102735, 0.049017))
    assert found["r2"] == near(0.973547)
    assert found["f_statistic"] == near(3036.210, 3)


def test_eighteen_of_28_days_have_the_interval_of_wilson() -> None:
    walked = [5000.0] * 14 + [15000.0] * 18 + [1999.0] * 10
    values = [{"day": MONDAY + timedelta(days=n), "metric": "steps", "value": v} for n, v in enumerate(walked)]
    [found] = rows("goals", "day = DATE '2026-02-15'", metric_values=values)
    assert (found["n"], found["attained"], found["streak_days"]) == (28, near(18 / 28), 0)
    assert (found["attained_low"], found["attained_high"]) == near((0.458303, 0.792942))
    assert (found["best_streak_days"], found["verdict"]) == (18, "on_track")


EXPOSURE = [3, 1, 4, 2, 0, 5, 4, 1, 2, 3, 0, 4, 5, 3, 2, 0, 1, 3, 5, 2, 1, 0, 0, 1, 1, 2, 0, 0]
HRV = [52, 48, 55, 50, 47, 61, 58, 49, 53, 51, 46, 57, 60, 54, 50, 44, 49, 56, 59, 52, 48, 41, 43, 47, 45, 50, 42, 44]


def test_lagged_rank_correlations_are_those_of_scipy_and_are_worth_fewer_days() -> None:
    series = {"bedtime_h": EXPOSURE, "met_min": EXPOSURE, "hrv_rmssd_ms": HRV}
    values = [
        {"day": MONDAY + timedelta(days=n), "metric": metric, "value": float(value)}
        for metric, items in series.items()
        for n, value in enumerate(items)
    ]
    found = {row["x_metric"]: row for row in rows("correlations", metric_values=values)}
    assert found["bedtime_h"]["rho"] == near(0.963593821, 9)
    assert (found["met_min"]["n"], found["met_min"]["rho"]) == (27, near(0.237443206, 9))
    assert found["met_min"]["n_eff"] == near(23.724713)
