"""Sleeps of a day: the main night, naps, and false sleeps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from oura_lake.simulator.generated import scores
from oura_lake.simulator.generated.battery import is_battery_low
from oura_lake.simulator.generated.hypnogram import AWAKE, DEEP, LIGHT, REM, Hypnogram, digits, long_night, short_rest
from oura_lake.simulator.generated.ids import document_id
from oura_lake.simulator.generated.story import Today
from oura_lake.simulator.source import Document

NO_HEART_RATE = 255  # the ring's value where it has no series
SHORTEST_MEASURED_S = 1000
FIELDS_OF_2025 = date(2025, 6, 1)  # documents before lack the keys that Oura added then


@dataclass(frozen=True, kw_only=True)
class Period:
    """One stretch in bed."""

    kind: str
    start: datetime
    hypnogram: Hypnogram

    @property
    def end(self) -> datetime:
        """Time of getting up, with the offset of that moment."""
        return (self.start.astimezone(UTC) + timedelta(seconds=self.hypnogram.in_bed_s)).astimezone(self.start.tzinfo)

    @property
    def asleep_s(self) -> int:
        """Time in any stage of sleep."""
        return self.hypnogram.in_bed_s - self.hypnogram.seconds(AWAKE)


def periods(today: Today) -> list[Period]:
    """Periods in bed of the day, in order: those that ended since 18:00 of the evening before."""
    main = main_period(today)
    return sorted([main, *_evening(today, main), *_naps(today)], key=lambda p: p.start)


def main_period(today: Today) -> Period:
    """Night that ended on the day."""
    draw = today.draw("night")
    efficiency = float(np.clip(0.885 + 0.022 * today.quality, 0.68, 0.96))
    rem_factor = 0.65 if today.has_drink else 1.0
    night = long_night(draw, today.asleep_s, efficiency, rem_factor)
    return Period(kind="long_sleep", start=_before(_clock(today, today.wake_hour), night), hypnogram=night)


def nap(today: Today, hour: float, minutes: int, kind: str = "sleep") -> Period:
    """Rest that begins at that hour of the day; asleep for about four fifths of it."""
    draw = today.draw(f"nap{minutes}")
    in_bed_s = 60 * minutes + int(draw.integers(0, 3))
    rest = short_rest(draw, in_bed_s, round(in_bed_s * float(draw.uniform(0.6, 0.9))))
    return Period(kind=kind, start=_clock(today, hour), hypnogram=rest)


def sleep_documents(today: Today, stretches: list[Period]) -> list[Document]:
    """`sleep` documents of a day."""
    return [_document(today, period, number) for number, period in enumerate(stretches)]


def _evening(today: Today, main: Period) -> Iterator[Period]:
    """Sleeps of the evening: a rest on the sofa that the ring takes for sleep, or a nap that ended after 18:00."""
    draw = today.draw("evening")
    if draw.random() < 0.14:
        in_bed_s = int(draw.integers(900, 2400))
        rest = short_rest(draw, in_bed_s, int(draw.integers(30, 480)))
        sofa = main.start.astimezone(UTC) - timedelta(minutes=int(draw.integers(25, 50)), seconds=in_bed_s)
        yield Period(kind="sleep", start=sofa.astimezone(today.zone), hypnogram=rest)
    if draw.random() < 0.03 and not today.jet_lag:
        yield nap(today, -24 + 17.4, int(draw.integers(50, 110)), "late_nap")


def _naps(today: Today) -> Iterator[Period]:
    draw = today.draw("naps")
    chance = 0.09 + 0.12 * (today.day.weekday() in (5, 6)) + 0.35 * today.illness
    if draw.random() < chance:
        yield nap(today, float(draw.uniform(12.8, 14.6)), int(draw.integers(20, 100)))
    if draw.random() < 0.02:
        yield nap(today, float(draw.uniform(10.9, 11.4)), int(draw.integers(45, 75)), "rest")


def _clock(today: Today, hour: float) -> datetime:
    """Moment of an hour of the day on the person's clock, to the second."""
    return datetime.combine(today.day, time(), today.zone) + timedelta(seconds=round(hour * 3600))


def _before(end: datetime, night: Hypnogram) -> datetime:
    return (end.astimezone(UTC) - timedelta(seconds=night.in_bed_s)).astimezone(end.tzinfo)


def _document(today: Today, period: Period, number: int) -> Document:
    is_main = period.kind == "long_sleep"
    document: Document = {
        "id": document_id(today.body.seed, "sleep", today.day, number),
        "average_breath": round(8 * (today.breath_per_min + (0 if is_main else 0.8))) / 8,
        **_heart(today, period),
        **_stages(period),
        "bedtime_end": period.end.isoformat(),
        "bedtime_start": period.start.isoformat(),
        "day": today.day.isoformat(),
        "low_battery_alert": is_battery_low(period.start),
        "movement_30_sec": _movement(today, period),
        "period": number,
        "readiness": scores.readiness(today) if is_main else scores.nap_readiness(today),
        "readiness_score_delta": 0 if is_main else None,
        "restless_periods": round(period.hypnogram.in_bed_s / 110),
        "sleep_algorithm_version": "v2",
        "sleep_score_delta": 0 if is_main else None,
        "type": period.kind,
    }
    return document | (_newer_fields(period) if today.day >= FIELDS_OF_2025 else {})


def _stages(period: Period) -> Document:
    night = period.hypnogram
    return {
        "awake_time": night.seconds(AWAKE),
        "deep_sleep_duration": night.seconds(DEEP),
        "efficiency": round(100 * period.asleep_s / night.in_bed_s),
        "latency": night.latency_s,
        "light_sleep_duration": night.seconds(LIGHT),
        "rem_sleep_duration": night.seconds(REM),
        "sleep_phase_5_min": night.five_minutes,
        "time_in_bed": night.in_bed_s,
        "total_sleep_duration": period.asleep_s,
    }


def _newer_fields(period: Period) -> Document:
    return {
        "app_sleep_phase_5_min": period.hypnogram.five_minutes,
        "ring_id": None,
        "sleep_analysis_reason": "foreground_sleep_analysis",
        "sleep_phase_30_sec": period.hypnogram.half_minutes,
    }


def _heart(today: Today, period: Period) -> Document:
    """Heart-rate fields; a period too short for a measurement has the sentinel and no series."""
    if period.asleep_s <= SHORTEST_MEASURED_S:
        average = round(8 * (today.resting_heart_rate_bpm + 12)) / 8
        return {
            "average_heart_rate": average,
            "average_hrv": None,
            "heart_rate": None,
            "hrv": None,
            "lowest_heart_rate": NO_HEART_RATE,
        }
    draw = today.draw(f"heart{period.kind}")
    lowest = round(today.resting_heart_rate_bpm + (0 if period.kind == "long_sleep" else 7))
    rates = _rates(draw, lowest, period.hypnogram.in_bed_s // 300, today.has_drink)
    variability = np.maximum(5, np.round(today.hrv_rmssd_ms * draw.lognormal(0, 0.18, len(rates))))
    return {
        "average_heart_rate": round(8 * float(rates.mean())) / 8,
        "average_hrv": round(today.hrv_rmssd_ms),
        "heart_rate": _sample(period.start, rates, draw.random(len(rates)) < 0.03),
        "hrv": _sample(period.start, variability, draw.random(len(rates)) < 0.05),
        "lowest_heart_rate": lowest,
    }


def _rates(draw: np.random.Generator, lowest: int, count: int, has_drink: bool) -> scores.Values:
    """Heart rates that fall through the night to the lowest (later after a drink), with ripples."""
    share = np.linspace(0, 1, count)
    fall = 13 * np.exp(-(1.6 if has_drink else 3.2) * share) + 2.5 * np.maximum(0, share - 0.85) / 0.15
    ripple = np.convolve(draw.standard_normal(count + 2), np.ones(3) / 3, mode="valid") * 1.6
    return np.maximum(lowest, np.round(lowest + 2.5 + fall + ripple))


def _sample(start: datetime, values: scores.Values, is_null: npt.NDArray[np.bool_]) -> Document:
    items = [None if gap else value for value, gap in zip(values.tolist(), is_null.tolist(), strict=True)]
    return {"interval": 300.0, "items": items, "timestamp": start.isoformat(timespec="milliseconds")}


def _movement(today: Today, period: Period) -> str:
    count = period.hypnogram.in_bed_s // 30
    moved = today.draw("movement").choice(4, size=count, p=[0.66, 0.24, 0.07, 0.03])
    return digits((moved + 1).astype(np.uint8))
