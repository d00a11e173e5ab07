"""Movement minute by minute from 04:00, and Oura's daily activity of it."""

from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
import numpy.typing as npt

from oura_lake.simulator.generated.events import Exercise
from oura_lake.simulator.generated.hypnogram import digits
from oura_lake.simulator.generated.ids import document_id
from oura_lake.simulator.generated.scores import Values, rated
from oura_lake.simulator.generated.story import Today
from oura_lake.simulator.source import Document

Classes = npt.NDArray[np.uint8]

FIRST_HOUR, MINUTES = 4, 1440
NON_WEAR, REST, INACTIVE, LOW, MEDIUM, HIGH = range(6)
STEPS_PER_MINUTE, STRIDE_M = 105, 0.76
# Hour, width and weight of the steps of a waking day: the way to work, lunch, the way home, the evening.
RHYTHM = ((8.2, 0.7, 0.22), (12.6, 0.8, 0.25), (17.6, 1.1, 0.35), (20.2, 0.9, 0.18))


@dataclass(frozen=True, kw_only=True)
class Waking:
    """The times of getting up and going to bed, in minutes since 04:00; the remaining minutes are rest."""

    up: int
    down: int


def daily_activity(today: Today, waking: Waking, done: list[Exercise], minutes: int = MINUTES) -> Document:
    """Activity document; an unfinished day has fewer minutes."""
    whole_met, whole_kinds = _movement(today, waking, done)
    met, kinds = whole_met[:minutes], whole_kinds[:minutes]
    steps = round(today.steps * _effort(met, kinds) / max(1.0, _effort(whole_met, whole_kinds)))
    active = round(_effort(met, kinds) * today.body.weight_kg / 60)
    target = 450 if today.body.sex == "female" else 550
    return {
        "id": document_id(today.body.seed, "daily_activity", today.day),
        "active_calories": active,
        "average_met_minutes": round(float(met.mean()), 5),
        "class_5_min": _five_minutes(kinds),
        "contributors": _contributors(today, steps, kinds),
        "day": today.day.isoformat(),
        "equivalent_walking_distance": round(active * 14.5),
        **_levels(met, kinds),
        "inactivity_alerts": int(today.draw("alerts").integers(0, 4)),
        "met": {"interval": 60.0, "items": met.tolist(), "timestamp": _start(today).isoformat(timespec="milliseconds")},
        "meters_to_target": 100 * round((9000 - active * 14.5) / 100),
        "score": rated(steps + 4000 * today.load, -2000, 15_500),
        "steps": steps,
        "target_calories": target,
        "target_meters": 9000,
        "timestamp": _start(today).isoformat(),
        "total_calories": active + round(today.body.basal_kcal * 1.1 * len(met) / MINUTES),
    }


def minute_of(moment: datetime, today: Today) -> int:
    """Moment as minutes since 04:00 on the person's clock."""
    elapsed = moment.astimezone(today.zone).replace(tzinfo=None) - _start(today).replace(tzinfo=None)
    return int(elapsed.total_seconds() // 60)


def _start(today: Today) -> datetime:
    return datetime.combine(today.day, time(FIRST_HOUR), today.zone)


def _movement(today: Today, waking: Waking, done: list[Exercise]) -> tuple[Values, Classes]:
    """Effort of every minute, and its class."""
    draw = today.draw("movement")
    met = 0.9 + 0.2 * (draw.random(MINUTES) >= 0.93)
    awake = slice(max(0, waking.up), min(MINUTES, waking.down))
    met[awake] = 1.0 + 0.4 * draw.random(MINUTES)[awake]
    walked = draw.random(MINUTES) < _walking_chance(today)
    walked[: awake.start] = walked[awake.stop :] = False
    met[walked] = draw.uniform(1.5, 3.1, MINUTES)[walked]
    for exercise in done:
        at = minute_of(exercise.start, today)
        span = slice(max(0, at), max(0, at + exercise.minutes))
        met[span] = np.maximum(2.0, exercise.met + 0.6 * draw.standard_normal(MINUTES))[span]
    rounded: Values = np.round(met, 1)
    return rounded, _classes(draw, rounded, awake)


def _walking_chance(today: Today) -> Values:
    hours = FIRST_HOUR + np.arange(MINUTES) / 60
    density = np.full(MINUTES, 0.02)
    for at, width, weight in RHYTHM:
        density += weight / width * np.exp(-(((hours - at) / width) ** 2) / 2)
    chance: Values = np.minimum(0.9, density / density.sum() * today.steps / STEPS_PER_MINUTE * 2.6)
    return chance


def _classes(draw: np.random.Generator, met: Values, awake: slice) -> Classes:
    kinds = np.full(MINUTES, REST, dtype=np.uint8)
    kinds[awake] = INACTIVE
    for kind, least in ((LOW, 1.5), (MEDIUM, 3.0), (HIGH, 6.0)):
        kinds[met >= least] = kind
    for _ in range(int(draw.integers(0, 3))):  # the ring lies beside the washbasin
        at = int(draw.integers(awake.start, max(awake.start + 1, awake.stop - 20)))
        kinds[at : at + int(draw.integers(2, 15))] = NON_WEAR
    return kinds


def _effort(met: Values, kinds: Classes) -> float:
    """MET minutes above rest while moving."""
    return float(np.maximum(0, met[kinds >= LOW] - 1).sum())


def _five_minutes(kinds: Classes) -> str:
    whole = kinds[: len(kinds) // 5 * 5].reshape(-1, 5)
    return digits(np.median(whole, axis=1).astype(np.uint8))


def _levels(met: Values, kinds: Classes) -> Document:
    """Time and MET minutes of each class; the times sum to the length of the day."""
    seconds = {kind: 60 * int(np.count_nonzero(kinds == kind)) for kind in range(6)}
    effort = {kind: round(float(met[kinds == kind].sum())) for kind in (LOW, MEDIUM, HIGH)}
    return {
        "high_activity_met_minutes": effort[HIGH],
        "high_activity_time": seconds[HIGH],
        "low_activity_met_minutes": effort[LOW],
        "low_activity_time": seconds[LOW],
        "medium_activity_met_minutes": effort[MEDIUM],
        "medium_activity_time": seconds[MEDIUM],
        "non_wear_time": seconds[NON_WEAR],
        "resting_time": seconds[REST],
        "sedentary_met_minutes": round(float(np.maximum(0, met[kinds == INACTIVE] - 1).sum() / 10)),
        "sedentary_time": seconds[INACTIVE],
    }


def _contributors(today: Today, steps: int, kinds: Classes) -> Document:
    is_early = today.age_days < 7
    return {
        "meet_daily_targets": rated(steps, 800, 9500),
        "move_every_hour": rated(int(np.count_nonzero(kinds >= LOW)), 15, 150),
        "recovery_time": None if is_early else rated(today.load, 1.5, 0.6),
        "stay_active": rated(int(np.count_nonzero(kinds == INACTIVE)), 900, 420),
        "training_frequency": None if is_early else rated(today.load, -0.2, 0.8),
        "training_volume": None if is_early else rated(today.load, -0.2, 0.75),
    }
