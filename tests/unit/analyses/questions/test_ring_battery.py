"""Analysis of the battery: the newest reading of a day against the charge that a night takes."""

import pytest
from oura_lake.analyses.model import Driver, Finding
from support.illness_days import calm_day
from support.slow_kinds import analyses_of


@pytest.mark.parametrize(("pct", "level"), [(25.0, "minor"), (25.1, "none"), (0.0, "minor"), (100.0, "none")])
def test_a_quarter_or_less_is_too_low_for_the_night(pct: float, level: str) -> None:
    [finding] = analyses_of("ring_battery", [calm_day(0, last_battery_pct=pct)])
    assert (finding.level, finding.status, finding.score) == (level, "ok", round(1 - pct / 100, 4))
    assert [(d.value, d.low, d.high) for d in finding.drivers] == [(pct, 25.0, 100.0)]


def test_days_without_a_reading_have_no_finding_and_the_others_come_oldest_first() -> None:
    days = [calm_day(n, last_battery_pct=pct) for n, pct in ((2, 10.0), (1, None), (0, 80.0))]
    assert [(f.day, f.is_alert) for f in analyses_of("ring_battery", days)] == [
        (calm_day(0).day, False),
        (calm_day(2).day, True),
    ]


def test_a_finding_of_the_battery_looks_back_on_no_night() -> None:
    [finding] = analyses_of("ring_battery", [calm_day(0, last_battery_pct=12.34)])
    assert finding == Finding(
        day=calm_day(0).day,
        kind="ring_battery",
        status="ok",
        level="minor",
        score=0.8766,
        deviation=None,
        deviation_low=None,
        deviation_high=None,
        n_baseline_nights=0,
        coverage=1.0,
        drivers=(Driver(signal="last_battery_pct", value=12.34, baseline=25.0, low=25.0, high=100.0, z=0.0),),
        confounders=(),
        method_version="ring_battery-1",
    )
