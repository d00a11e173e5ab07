"""Input and output of an analysis, and its type.

A finding cannot hide its sample: it carries the value, its interval, its number of nights and its signals.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

NONE, MINOR, MAJOR = "none", "minor", "major"
NOT_ENOUGH_DATA = "not_enough_data"
OK = "ok"
ILLNESS = "illness"  # the kind that the others yield to


@dataclass(frozen=True, kw_only=True)
class PersonDay:
    """One calendar day of a person as the view `person_day` gives it; None where nothing was measured."""

    day: date
    temperature_deviation_c: float | None = None
    resting_heart_rate_bpm: float | None = None
    hrv_rmssd_ms: float | None = None
    respiratory_rate_bpm: float | None = None
    steps: float | None = None
    inactive_h: float | None = None
    non_wear_h: float | None = None
    sleep_h: float | None = None
    longest_workout_min: float | None = None
    bedtime_start_local: datetime | None = None
    utc_offset_min: int | None = None
    has_alcohol_tag: bool | None = None
    has_sickness_tag: bool | None = None
    is_rest_mode: bool | None = None
    sleep_algorithm_version: str | None = None
    is_new_ring: bool | None = None
    readiness_score: float | None = None
    met_min: float | None = None
    stress_high_min: float | None = None
    training_end_h: float | None = None
    last_battery_pct: float | None = None
    tags: tuple[str, ...] = ()


QUESTIONS = "oura_lake.analyses.questions"  # the package of the analyses
COLUMNS = tuple(f.name for f in fields(PersonDay))


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One signal of a finding beside the person's own usual range (about 19 of 20 healthy nights)."""

    signal: str
    value: float
    baseline: float
    low: float
    high: float
    z: float


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Judgement of one day.

    `deviation` is the combined deviation in units of the person's own spread. Its 95 % interval counts that the
    baseline is an estimate. `score` is the evidence accumulated over nights, 0 to 1, where 0.5 is the person's own
    threshold. `coverage` is the share of the known signals that could be judged. `chance_a_month` is how many times in
    30 healthy days chance reaches that threshold, by the person's own past. Without enough data, `n_baseline_nights`
    is the number of nights so far.
    """

    day: date
    kind: str
    status: str
    level: str
    score: float | None
    deviation: float | None
    deviation_low: float | None
    deviation_high: float | None
    n_baseline_nights: int
    coverage: float
    drivers: tuple[Driver, ...]
    confounders: tuple[str, ...]
    method_version: str
    chance_a_month: float | None = None

    @property
    def is_alert(self) -> bool:
        """Return whether the day is an alert day."""
        return self.level != NONE


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """Question to a person's days; `analyse` returns one finding for each day that it can judge, oldest first.

    `needs_nights` is the number of nights that a verdict needs. `starts_again` is true where a measurement break
    restarts the baselines of the analysis.
    """

    name: str
    question: str
    method_version: str
    needs_nights: int
    starts_again: bool
    analyse: Callable[[Iterable[PersonDay]], list[Finding]]


def person_days(rows: Iterable[Mapping[str, Any]]) -> list[PersonDay]:
    """Typed days from the rows of the view, without the columns that no analysis reads."""
    return [PersonDay(**{c: row.get(c) for c in COLUMNS} | {"tags": tuple(row.get("tags") or ())}) for row in rows]
