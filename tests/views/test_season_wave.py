"""The wave of a year is that of least squares, with the errors of Newey and West, and noise stays noise."""

import math
import random
from datetime import date, timedelta

import numpy as np
import pytest
from views.harness import Case, Row, actual

FIRST = date(2022, 5, 3)
ZERO = date(2013, 1, 1)
LAGS = 14
Series = dict[int, float]


def wave(series: Series) -> Row:
    """Query the row of the view for somebody with a value on the given days after the first."""
    values = [{"day": FIRST + timedelta(days=n), "metric": "steps", "value": y} for n, y in series.items()]
    [row] = actual(Case("season_wave", {"metric_values": values}, [], "TRUE"))
    return row


def a_life(days: int, share: float = 1.0, amplitude: float = 2.0, slope: float = 0.0, seed: int = 7) -> Series:
    """Make values on some of the days: highest on 10 December, each like the one before by a half."""
    drawn, rest, life = random.Random(seed), 0.0, {}
    for n in range(days):
        rest = 0.5 * rest + drawn.gauss(0, 2)
        angle = 2 * math.pi * ((FIRST - ZERO).days + n - 343) / 365.25
        if n in (0, days - 1) or drawn.random() < share:
            life[n] = 50 + slope * n + amplitude * math.cos(angle) + rest
    return life


def reference(series: Series, has_line: bool) -> tuple[float, float, float, float]:
    """Compute amplitude, its error, day of its top and p by textbook matrices, with lags in calendar days."""
    days, y = np.array([(FIRST - ZERO).days + n for n in series]), np.array(list(series.values()))
    angle = 2 * np.pi * days / 365.25
    columns = [np.ones(len(y)), np.cos(angle), np.sin(angle), (days - days.mean()) / 365.25]
    x = np.stack(columns if has_line else columns[:3], axis=1)
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    u = x * (y - x @ beta)[:, None]
    weights = np.clip(1 - np.abs(days[:, None] - days[None, :]) / (LAGS + 1), 0, None)
    covariance = (bread @ (u.T @ weights @ u) @ bread * len(y) / (len(y) - x.shape[1]))[1:3, 1:3]
    terms = beta[1:3]
    amplitude = math.hypot(*terms)
    error = math.sqrt(terms @ covariance @ terms) / amplitude
    top = 1 + math.atan2(terms[1], terms[0]) * 365.25 / (2 * math.pi) % 365.25
    return amplitude, error, top, math.exp(-(terms @ np.linalg.inv(covariance) @ terms) / 2)


@pytest.mark.parametrize(("days", "share"), [(540, 1.0), (800, 0.7), (1500, 0.9)])
def test_the_wave_is_that_of_least_squares_with_the_errors_of_newey_and_west(days: int, share: float) -> None:
    life = a_life(days, share, amplitude=0.8, slope=0.002)
    row = wave(life)
    found = (row["amplitude"], row["amplitude_se"], row["peak_day_of_year"], row["p_value"])
    assert found == pytest.approx(reference(life, has_line=True), rel=1e-9)
    assert (row["n"], row["coverage"]) == (len(life), pytest.approx(len(life) / days))


def test_a_wave_of_each_year_is_outside_of_noise_and_highest_in_december() -> None:
    row = wave(a_life(1100))
    assert row["verdict"] == "outside_noise"
    assert row["peak_day_of_year"] == pytest.approx(344, abs=15)
    assert row["amplitude"] == pytest.approx(2.0, abs=3 * row["amplitude_se"])


def test_one_year_is_described_without_a_line_and_not_judged() -> None:
    life = a_life(539)
    row = wave(life)
    amplitude, error, top, _ = reference(life, has_line=False)
    assert (row["amplitude"], row["amplitude_se"], row["peak_day_of_year"]) == pytest.approx((amplitude, error, top))
    assert (row["p_value"], row["verdict"]) == (None, "one_year")


@pytest.mark.parametrize("slope", [0.0, 0.02])
def test_what_rises_for_good_or_not_at_all_is_no_season(slope: float) -> None:
    assert wave(a_life(1100, amplitude=0.0, slope=slope))["verdict"] == "within_noise"


def test_a_summer_never_measured_leaves_nothing_to_tell() -> None:
    life = {n: y for n, y in a_life(1100).items() if (FIRST + timedelta(days=n)).month not in {7, 8}}
    row = wave(life)
    assert (row["verdict"], row["amplitude"], row["p_value"]) == ("cannot_tell", None, None)


def test_a_year_is_365_days() -> None:
    assert [wave(a_life(days))["verdict"] for days in (364, 365)] == ["cannot_tell", "one_year"]
