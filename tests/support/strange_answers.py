"""Invented answers of the kinds that strangers met, for a checkout without the reference material.

Each stands under the name of the folder of the same kind (tests/integration/strangers/test_cases.py has what must
come of it).
"""

import json
from typing import Any

from support.stranger_api import NOT_FOUND, Answer

DAY = "2026-10-10"
Document = dict[str, Any]


def a_night(name: str, day: str = DAY, first: str = "2026-10-09T23:10:00+02:00", **fields: Any) -> Document:
    """Make a sleep of eight hours in bed, seven of them asleep, that by default ends on the morning of 2026-10-10."""
    usual = {
        "id": name,
        "day": day,
        "type": "long_sleep",
        "bedtime_start": first,
        "bedtime_end": f"{day}T07:10:00+02:00",
        "time_in_bed": 28_800,
        "total_sleep_duration": 25_200,
        "average_hrv": 48,
        "lowest_heart_rate": 50,
    }
    return usual | fields


def a_readiness(name: str, day: str = DAY, **fields: Any) -> Document:
    """Make a readiness document."""
    return {"id": name, "day": day, "score": 80, "temperature_deviation": 0.2, "contributors": {}} | fields


def a_workout(name: str, first: str, last: str, **fields: Any) -> Document:
    """Make a run on 2026-10-10."""
    return {"id": name, "day": DAY, "activity": "running", "start_datetime": first, "end_datetime": last} | fields


def a_rest(name: str, first: str, last: str | None) -> Document:
    """Make a period of rest mode, from a morning to a morning."""
    return {
        "id": name,
        "start_day": first,
        "start_time": f"{first}T09:00:00+02:00",
        "end_day": last,
        "end_time": last and f"{last}T09:00:00+02:00",
        "episodes": [],
    }


def a_list(*documents: Document | None, **numbers: str) -> Answer:
    """Make a page of documents; a keyword is a text in it that becomes a number as it is written."""
    text = json.dumps({"data": documents, "next_token": None})
    for name, number in numbers.items():
        text = text.replace(f'"{name}"', number)
    return 200, text.encode()


SECOND_NIGHT = a_night("n2", "2026-10-11", "2026-10-10T23:10:00+02:00")
STRANGE: dict[str, dict[str, Answer]] = {
    "01-lone-surrogate": {
        "enhanced_tag": a_list({"id": "g1", "start_day": DAY, "comment": "so tired \ud83d"}),
        "heartrate": a_list({"timestamp": f"{DAY}T09:30:00Z", "bpm": 60, "source": "awake"}),
    },
    "02-instant-out-of-range": {
        "sleep": a_list(a_night("s1", bedtime_end="9999-12-31T23:59:59-05:00"), SECOND_NIGHT | {"id": "s2"}),
    },
    "03-number-out-of-range": {
        "daily_readiness": a_list(a_readiness("q1", score="BIG"), a_readiness("q2", "2026-10-11"), BIG="-2e999"),
    },
    "04-nan": {
        "daily_readiness": a_list(
            a_readiness("q1", temperature_deviation="NONE"),
            a_readiness("q2", "2026-10-11"),
            NONE="NaN",
        ),
    },
    "05-sleep-without-type": {
        "sleep": a_list(
            a_night("n1", type=None),
            SECOND_NIGHT,
            a_night("n3", "2026-10-12", "2026-10-11T23:10:00+02:00", type="nocturnal"),
        ),
    },
    "06-workout-mixed-offsets": {
        "workout": a_list(a_workout("k1", f"{DAY}T21:23:00+02:00", f"{DAY}T19:34:00Z")),
    },
    "07-rest-mode-never-ended": {
        "rest_mode_period": a_list(a_rest("p1", "2026-08-03", None), a_rest("p2", "2026-09-02", "2026-09-05")),
        "daily_readiness": a_list(a_readiness("q1")),
    },
    "08-overlapping-periods": {
        "sleep": a_list(a_night("n1"), a_night("n1-again", first="2026-10-09T23:00:00+02:00")),
        "workout": a_list(
            a_workout("k1", f"{DAY}T17:00:00+02:00", f"{DAY}T18:00:00+02:00", source="manual"),
            a_workout("k2", f"{DAY}T17:05:00+02:00", f"{DAY}T17:50:00+02:00", source="autodetected"),
        ),
    },
    "09-collection-is-gone": {"tag": (404, NOT_FOUND)},
    "10-one-null-element": {
        "session": a_list(
            None,
            {
                "id": "x",
                "day": DAY,
                "type": "rest",
                "start_datetime": f"{DAY}T12:00:00+02:00",
                "end_datetime": f"{DAY}T12:20:00+02:00",
            },
        ),
    },
    "11-two-documents-of-a-day": {
        "daily_readiness": a_list(a_readiness("a", score=None, temperature_deviation=None), a_readiness("b", score=82)),
        "daily_activity": a_list(
            {"id": "a", "day": DAY, "steps": 212, "score": None, "non_wear_time": 0},
            {"id": "b", "day": DAY, "steps": 9_321, "score": 85, "non_wear_time": 900},
        ),
    },
    "12-fraction": {"sleep": a_list(a_night("n1", average_hrv=48.4, lowest_heart_rate=49.6))},
    "13-app-too-old": {"daily_stress": (426, NOT_FOUND)},
}
