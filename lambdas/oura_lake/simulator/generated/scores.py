"""Scores of a day with contributors; SpO2, stress, resilience, heart and fitness."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from oura_lake.simulator.generated.ids import document_id
from oura_lake.simulator.generated.story import Today
from oura_lake.simulator.source import Document

Values = npt.NDArray[np.float64]
NIGHTS_FOR_TEMPERATURE, NIGHTS_FOR_TREND, NIGHTS_FOR_HRV, NIGHTS_FOR_RESILIENCE = 7, 14, 21, 14
REGULARITY_SINCE = date(2025, 6, 1)
CARDIOVASCULAR_ID_SINCE = date(2025, 1, 1)
LEVELS = ("limited", "adequate", "solid", "strong", "exceptional")


def rated(value: float, poor: float, good: float) -> int:
    """Contributor from 1 to 100: 1 at `poor` or worse, 100 at `good` or better."""
    return int(np.clip(round(1 + 99 * (value - poor) / (good - poor)), 1, 100))


def midnight(today: Today) -> str:
    """Timestamp of a daily score: midnight in UTC or in the person's zone, rarely of the day before."""
    zone = UTC if today.day.toordinal() % 2 else today.zone
    day = today.day if today.day.toordinal() % 53 else today.day - timedelta(days=1)
    return datetime.combine(day, time(), zone).isoformat()


def daily_sleep(today: Today, main: Document) -> Document:
    """Sleep score, from the main night's own numbers."""
    total = main["total_sleep_duration"]
    contributors = {
        "deep_sleep": rated(main["deep_sleep_duration"] / total, 0.06, 0.19),
        "efficiency": rated(main["efficiency"], 68, 93),
        "latency": rated(abs(main["latency"] - 900), 2400, 300),
        "rem_sleep": rated(main["rem_sleep_duration"] / total, 0.08, 0.23),
        "restfulness": rated(today.quality, -2.8, 1.6),
        "timing": rated(abs(today.wake_hour - today.body.wake_hour - 0.4), 3.2, 0.5),
        "total_sleep": rated(total / 3600, 4.5, 8.0),
    }
    weights = (1.0, 1.0, 0.7, 1.0, 1.2, 0.7, 3.0)
    score = round(float(np.average(list(contributors.values()), weights=weights)))
    return {**_head(today, "daily_sleep"), "contributors": contributors, "score": score, "timestamp": midnight(today)}


def readiness(today: Today) -> Document:
    """Readiness of a day: score, contributors and temperature."""
    contributors = _contributors(today)
    known = [value for value in contributors.values() if value is not None]
    is_early = today.age_days < NIGHTS_FOR_TEMPERATURE
    return {
        "contributors": contributors,
        "score": round(float(np.mean(known)) - 14 * max(0.0, today.illness)),
        "temperature_deviation": None if is_early else today.temperature_deviation_c,
        "temperature_trend_deviation": None if today.age_days < NIGHTS_FOR_TREND else today.temperature_trend_c,
    }


def nap_readiness(today: Today) -> Document:
    """Readiness object of a nap, with few known values."""
    full = readiness(today)
    full["contributors"] |= {"body_temperature": None, "recovery_index": None, "previous_night": 1}
    return full | {"temperature_deviation": None}


def daily_readiness(today: Today) -> Document:
    """Document of the readiness score."""
    return {**_head(today, "daily_readiness"), **readiness(today), "timestamp": midnight(today)}


def _contributors(today: Today) -> dict[str, int | None]:
    body, draw = today.body, today.draw("readiness")
    faster = today.resting_heart_rate_bpm - body.resting_heart_rate_bpm
    found: dict[str, int | None] = {
        "activity_balance": rated(today.load + float(draw.normal(0, 0.08)), 1.6, 0.55),
        "body_temperature": rated(abs(today.temperature_deviation_c), 1.1, 0.2),
        "hrv_balance": rated(today.hrv_rmssd_ms / body.hrv_rmssd_ms, 0.55, 1.05),
        "previous_day_activity": rated(float(draw.normal(82, 9)), 1, 100),
        "previous_night": rated(today.asleep_s / 3600, 4.2, 7.9),
        "recovery_index": rated(today.quality + float(draw.normal(0, 0.6)), -3, 1.4),
        "resting_heart_rate": rated(faster, 9, 0.5),
        "sleep_balance": rated(today.asleep_s / 3600 - body.asleep_h, -2.4, 0.4),
    }
    if today.age_days < NIGHTS_FOR_HRV:
        found["hrv_balance"] = None
    if today.day >= REGULARITY_SINCE:
        found["sleep_regularity"] = rated(today.jet_lag, 1.0, 0.1)
    return found


def spo2(today: Today) -> Document:
    """Blood oxygen of the night; sometimes the ring measured nothing and writes 0.0."""
    draw = today.draw("spo2")
    is_measured = draw.random() >= 0.006
    average = round(float(np.clip(draw.normal(97.3, 0.55) - 0.8 * today.illness, 90, 99.9)), 3)
    return {
        **_head(today, "daily_spo2"),
        "breathing_disturbance_index": int(draw.integers(1, 14)) if is_measured else None,
        "spo2_percentage": {"average": average if is_measured else 0.0},
    }


def stress(today: Today) -> Document:
    """Time in the high stress and recovery zones, in steps of 15 minutes."""
    draw = today.draw("stress")
    high = 900 * int(max(0, round(4 + 3.2 * today.stress + float(draw.normal(0, 1.2)))))
    recovery = 900 * int(max(0, round(6 + 2.0 * today.quality + float(draw.normal(0, 1.5)))))
    summary = "stressful" if high > recovery + 4500 else "restored" if recovery > high + 3600 else "normal"
    return {
        **_head(today, "daily_stress"),
        "day_summary": None if draw.random() < 0.004 else summary,
        "recovery_high": recovery,
        "stress_high": high,
    }


def resilience(today: Today) -> Document | None:
    """Balance of recovery and stress; None in the first two weeks."""
    if today.age_days < NIGHTS_FOR_RESILIENCE:
        return None
    contributors = {
        "sleep_recovery": round(float(np.clip(58 + 12 * today.quality, 0, 100)), 1),
        "daytime_recovery": round(float(np.clip(48 + 8 * today.quality - 6 * today.stress, 0, 100)), 1),
        "stress": round(float(np.clip(52 - 12 * today.stress, 0, 100)), 1),
    }
    level = LEVELS[min(4, int(sum(contributors.values()) / 3 / 20))]
    return {**_head(today, "daily_resilience"), "contributors": contributors, "level": level}


def cardiovascular_age(today: Today) -> Document | None:
    """Age of the vessels; the documents of the first years have no id."""
    if today.age_days < NIGHTS_FOR_RESILIENCE:
        return None
    wander = today.resting_heart_rate_bpm - today.body.resting_heart_rate_bpm
    age = int(np.clip(today.body.age_y - 2 + round(wander / 2), 18, 100))
    head = _head(today, "daily_cardiovascular_age")
    if today.day < CARDIOVASCULAR_ID_SINCE:
        return {"day": head["day"], "vascular_age": age}
    return {**head, "pulse_wave_velocity": round(4.2 + 0.07 * age, 2), "vascular_age": age}


def vo2_max(today: Today) -> Document | None:
    """Estimate of VO2 max about every ten days; None on other days."""
    if today.day.toordinal() % 10 != 9:
        return None
    value = today.body.vo2_max + 2 * (today.load - 0.5) + float(today.draw("fitness").normal(0, 0.7))
    stamp = datetime.combine(today.day, time(9, 30), today.zone).isoformat()
    return {**_head(today, "vO2_max"), "timestamp": stamp, "vo2_max": round(value)}


def sleep_time(today: Today) -> Document:
    """Bedtime that Oura advises."""
    status = "optimal_found"
    advice: str | None = "follow_optimal_bedtime"
    if today.age_days < NIGHTS_FOR_HRV:
        status, advice = "not_enough_nights", None
    elif today.quality < -0.6:
        status, advice = "only_recommended_found", "earlier_bedtime"
    offset = datetime.combine(today.day, time(12), today.zone).utcoffset()
    start = 900 * round(4 * (today.body.wake_hour - 8.4))
    window = {"day_tz": int(offset.total_seconds()) if offset else 0, "end_offset": start + 2700, "start_offset": start}
    return {
        **_head(today, "sleep_time"),
        "optimal_bedtime": window if status == "optimal_found" else None,
        "recommendation": advice,
        "status": status,
    }


def _head(today: Today, collection: str) -> Document:
    return {"id": document_id(today.body.seed, collection, today.day), "day": today.day.isoformat()}
