"""Names of kinds, signals and confounders in words."""

from dataclasses import replace
from datetime import datetime

import pytest
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.names import CONFOUNDERS, KINDS, explanation, kind_name, range_words, signal_name
from oura_lake.analyses.confounders import TAGS
from oura_lake.analyses.signals import SIGNALS
from oura_lake.registry import plugins
from support.slow_kinds import analyses_of, steady_days

BED = datetime(2026, 1, 4, 23, 0)  # noqa: DTZ001


def test_every_kind_and_every_other_explanation_has_a_name() -> None:
    assert set(KINDS) == set(plugins(ALERT_KINDS, AlertKind))
    assert {*TAGS.values(), "alcohol", "hard_workout", "late_workout", "late_night", "short_sleep"} <= set(CONFOUNDERS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_signal_that_an_alert_shows_has_a_name(kind: str) -> None:
    days = [replace(d, bedtime_start_local=BED) for d in steady_days()]
    shown = {d.signal for f in analyses_of(kind, days) for d in f.drivers}
    assert shown
    assert shown <= {s.column for s in SIGNALS}


def test_what_nobody_named_is_its_own_name() -> None:
    assert (kind_name("cold_feet"), explanation("cold_feet")) == ("cold feet", "cold feet")
    assert (kind_name("illness"), explanation("late_meal")) == ("Illness warning", "a late meal (you tagged it)")


def test_the_range_is_named_by_the_days_that_it_is_made_of() -> None:
    assert range_words("illness", "steps") == ("your usual range", "usually")
    assert range_words("strain", "hrv_rmssd_ms")[1] == "in those six weeks"
    assert range_words("strain", "load_pct")[0] == "what this alert lets pass"
    assert range_words("short_sleep", "sleep_h")[0] == "the range of such means in your eight weeks before"


def test_a_signal_is_named_by_its_title_and_by_what_the_message_looks_at() -> None:
    assert signal_name("hrv_rmssd_ms", "illness") == "Heart rate variability"
    assert signal_name("steps", "illness") == "Steps the day before"
    assert signal_name("sleep_h", "short_sleep") == "Sleep a night, mean of the week"
    assert signal_name("cold_feet_c") == "Cold feet c"
