"""Lake for the report's tests: a person made from a seed, with gaps, missing signals, an illness and its alert."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from oura_lake.query.model import Result

TODAY = date(2026, 11, 22)
COLUMNS = (
    "sleep_h", "readiness_score", "resting_heart_rate_bpm", "hrv_rmssd_ms", "temperature_deviation_c", "steps",
    "sleep_score", "deep_h", "rem_h", "efficiency_pct", "respiratory_rate_bpm", "spo2_pct",
)  # fmt: skip
GAPS = ((200, 204), (150, 171), (120, 121), (64, 65), (25, 27), (9, 10))
ILL = (range(2, 6), range(232, 239))
TAGS = ("tag_generic_alcohol", "tag_generic_caffeine", "tag_generic_late_meal")


def a_row(day: date, person: str = "anna", **values: Any) -> dict[str, Any]:
    """Make a day of person_day with nothing known but the given fields."""
    nothing = dict.fromkeys((*COLUMNS, "tag_list"))
    flags = dict.fromkeys(("has_alcohol_tag", "is_rest_mode", "has_low_battery"), False)
    return {"person": person, "day": day, **nothing, **flags, **values}


def a_workout(day: date, activity: str = "running", minutes: float = 42.0) -> dict[str, Any]:
    """Make one workout."""
    return {"day": day, "activity": activity, "duration_min": minutes}


def a_year(n_days: int = 365, last: date = TODAY, seed: int = 7) -> list[dict[str, Any]]:
    """Make days of a plausible person: weekly rhythm, memory from night to night, gaps, two illnesses."""
    rng, drift, rows = random.Random(seed), 0.0, []
    for back in range(n_days - 1, -1, -1):
        day = last - timedelta(days=back)
        drift = 0.6 * drift + rng.gauss(0, 0.8)
        is_gap = any(first <= back < end for first, end in GAPS)
        rows.append(a_row(day) if is_gap else _a_day(rng, day, back, drift))
    return rows


def _a_day(rng: random.Random, day: date, back: int, drift: float) -> dict[str, Any]:
    ill = next((1.0 for days in ILL if back in days), 0.0)
    free, season = day.weekday() >= 5, 2.0 * abs(back % 365 - 182) / 182
    row: dict[str, Any] = {
        "sleep_h": max(3.1, rng.gauss(7.1 + 0.7 * free + 0.4 * ill - 0.1 * drift, 0.55)),
        "readiness_score": min(99, round(rng.gauss(81 - 22 * ill - 3 * drift, 4))),
        "resting_heart_rate_bpm": round(50 + season + drift + 7.5 * ill + rng.gauss(0, 0.9)),
        "hrv_rmssd_ms": round(52 - 3 * drift - 17 * ill + rng.gauss(0, 4)),
        "temperature_deviation_c": round(rng.gauss(0.02 + 0.85 * ill + 0.04 * drift, 0.13), 2),
        "steps": None if rng.random() < 0.02 else round(max(600, rng.gauss(8600 - 1400 * free - 5200 * ill, 2300))),
        "sleep_score": min(99, round(rng.gauss(79 - 6 * ill, 5))),
        "deep_h": max(0.3, rng.gauss(1.3, 0.25)), "rem_h": max(0.3, rng.gauss(1.6, 0.3)),
        "efficiency_pct": round(rng.gauss(88, 3)), "respiratory_rate_bpm": round(rng.gauss(14.6 + 0.9 * ill, 0.25), 2),
        "spo2_pct": None if back > 90 else round(rng.gauss(97.2, 0.4), 2),
    }  # fmt: skip
    if rng.random() < 0.03:
        row["hrv_rmssd_ms"] = row["resting_heart_rate_bpm"] = None
    tags = [t for t in TAGS if rng.random() < 0.05]
    return a_row(day, **row, tag_list=list(tags), has_alcohol_tag=TAGS[0] in tags)


def an_alert(first: date, last: date | None, **values: Any) -> dict[str, Any]:
    """Make an illness alert as `stg_alerts` gives it."""
    return {
        "kind": "illness", "level": "major", "status": "sent", "onset_day": first,
        "first_alert_day": first + timedelta(days=1), "last_alert_day": last,
        "subject": "Your body may be fighting something", "message": "Three signals have left their usual range.",
        **values,
    }  # fmt: skip


def a_finding(day: date, **values: Any) -> dict[str, Any]:
    """Make a finding of a day within an alert."""
    drivers = [
        {"signal": "resting_heart_rate_bpm", "value": 58.0, "baseline": 50.0, "low": 48.0, "high": 53.0, "z": 4.4},
        {"signal": "temperature_deviation_c", "value": 0.93, "baseline": 0.0, "low": -0.2, "high": 0.2, "z": 5.1},
        {"signal": "hrv_rmssd_ms", "value": 34.0, "baseline": 52.0, "low": 44.0, "high": 60.0, "z": -3.6},
    ]
    finding = {
        "day": day,
        "kind": "illness",
        "status": "ok",
        "level": "major",
        "score": 0.9,
        "deviation": 3.2,
        "n_baseline_nights": 26,
        "coverage": 0.93,
    }
    return {**finding, "drivers": drivers, "confounders": ["alcohol"], **values}


ALERTS = (
    an_alert(TODAY - timedelta(days=5), TODAY - timedelta(days=2)),
    an_alert(TODAY - timedelta(days=238), TODAY - timedelta(days=232), status="found_in_history"),
)
FINDINGS = (a_finding(TODAY - timedelta(days=4)), a_finding(TODAY - timedelta(days=235)))


class FakeEngine:
    """Engine that answers the report's queries from rows in memory."""

    def __init__(
        self,
        days: Sequence[dict[str, Any]] = (),
        alerts: Sequence[dict[str, Any]] = (),
        findings: Sequence[dict[str, Any]] = (),
        workouts: Sequence[dict[str, Any]] = (),
        activity: Sequence[dict[str, Any]] = (),
    ) -> None:
        self.tables = {
            "person_day": days,
            "calendar": days,
            "stg_alerts": alerts,
            "stg_findings": findings,
            "stg_workout": workouts,
            "stg_daily_activity": activity,
        }

    def query(self, sql: str) -> Result:
        """Rows of the table named in the text, whoever the person is."""
        rows = next(rows for table, rows in self.tables.items() if f"FROM {table}" in sql)
        if "DISTINCT person" in sql:
            rows = [{"person": p} for p in sorted({row["person"] for row in rows})]
        columns = tuple(rows[0]) if rows else ()
        return Result(columns=columns, rows=[tuple(row.values()) for row in rows])
