"""Default settings of each kind of alert, as docs/explanation/alerts.md has them."""

import pytest
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind, SlowKind
from oura_lake.registry import plugins

KINDS = plugins(ALERT_KINDS, AlertKind)


def test_three_kinds_are_on_and_two_of_them_send_an_all_clear() -> None:
    assert {name for name, kind in KINDS.items() if kind.is_on} == {"illness", "lasting_shift", "strain"}
    assert {name for name, kind in KINDS.items() if kind.sends_all_clear} == {"illness", "strain"}


def test_the_illness_warning_alone_is_kept_back_by_no_budget() -> None:
    assert {name for name, kind in KINDS.items() if kind.is_first} == {"illness"}


def test_the_battery_alone_waits_for_the_evening_and_its_end_is_worth_no_line() -> None:
    assert {name: kind.earliest_hour for name, kind in KINDS.items() if kind.earliest_hour} == {"ring_battery": 17}
    assert {name for name, kind in KINDS.items() if not kind.reports_end} == {"ring_battery"}


@pytest.mark.parametrize(
    ("name", "chance", "silent_after_illness_days", "is_of_load"),
    [
        ("day_strain", 0.24, 7, False),
        ("irregular_nights", 0.01, None, False),
        ("lasting_shift", 0.03, 7, False),
        ("low_recovery", 0.03, 7, False),
        ("short_sleep", 0.19, None, False),
        ("strain", 0.13, 10, True),
    ],
)
def test_a_slow_kind_says_how_often_it_fires_by_chance_and_how_long_an_illness_silences_it(
    name: str, chance: float, silent_after_illness_days: int | None, is_of_load: bool
) -> None:
    kind = KINDS[name]
    assert isinstance(kind, SlowKind)
    assert (kind.chance, kind.silent_after_illness_days, kind.is_of_load) == (
        chance,
        silent_after_illness_days,
        is_of_load,
    )
