"""Workouts, sessions, tags and rest mode of a generated person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np

from oura_lake.simulator.generated.fate import DAY, Calendar
from oura_lake.simulator.generated.ids import document_id
from oura_lake.simulator.generated.story import Today
from oura_lake.simulator.source import Document

TRAINING_WEEKDAYS = (1, 3, 5, 0, 6)  # Tuesday, Thursday, Saturday first


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One workout; `met` is its effort."""

    activity: str
    start: datetime
    minutes: int
    met: float
    intensity: str

    @property
    def end(self) -> datetime:
        """End of the workout, with the offset of that moment."""
        later = self.start.astimezone(UTC) + timedelta(minutes=self.minutes)
        return later.astimezone(self.start.tzinfo)


def exercises(today: Today) -> list[Exercise]:
    """Workouts of a day, in order and without overlap."""
    found = sorted([*_trainings(today), *_walks(today)], key=lambda e: e.start)
    return [e for n, e in enumerate(found) if n == 0 or e.start >= found[n - 1].end]


def exercise(today: Today, activity: str, hour: float, minutes: int) -> Exercise:
    """Workout that begins at that hour of the day."""
    met, intensity = {"walking": (3.6, "easy"), "running": (9.2, "hard")}.get(activity, (6.2, "moderate"))
    start = datetime.combine(today.day, time(), today.zone) + timedelta(minutes=round(60 * hour))
    return Exercise(activity=activity, start=start, minutes=minutes, met=met, intensity=intensity)


def workout_document(today: Today, done: Exercise, number: int) -> Document:
    """`workout` document."""
    draw = today.draw(f"workout{number}")
    is_far = done.activity != "walking" or draw.random() < 0.5
    speed_m = {"walking": 82.0, "running": 178.0, "cycling": 370.0}.get(done.activity)
    return {
        "id": document_id(today.body.seed, "workout", today.day, number),
        "activity": done.activity,
        "calories": round(done.met * 1.05 * today.body.weight_kg * done.minutes / 60, 3),
        "day": today.day.isoformat(),
        "distance": speed_m * done.minutes if speed_m and is_far else None,
        "end_datetime": done.end.isoformat(),
        "intensity": done.intensity,
        "label": "Intervals" if done.activity == "running" and draw.random() < 0.1 else None,
        "source": str(draw.choice(["confirmed", "autodetected", "manual"], p=[0.86, 0.1, 0.04])),
        "start_datetime": done.start.isoformat(),
    }


def sessions(today: Today) -> list[Document]:
    """Guided moments of a day, about two a week."""
    draw = today.draw("session")
    if draw.random() > 0.28:
        return []
    start = datetime.combine(today.day, time(21, int(draw.integers(0, 50)), 7), today.zone)
    length_s = int(draw.integers(240, 900))
    kind = str(draw.choice(["meditation", "breathing", "relaxation", "rest"]))
    return [
        {
            "id": document_id(today.body.seed, "session", today.day),
            "day": today.day.isoformat(),
            "end_datetime": (start + timedelta(seconds=length_s)).isoformat(),
            **_pulse(today, start, length_s // 5, kind),
            "mood": str(draw.choice(["good", "same", "great", "worse"])),
            "motion_count": _moment(today, start, length_s // 5, 18, 7),
            "start_datetime": start.isoformat(),
            "type": kind,
        }
    ]


def enhanced_tags(today: Today, calendar: Calendar) -> list[Document]:
    """Tags of a day: most drinks, most illnesses, a late meal, a custom one."""
    return [_tag(today, number, *tag) for number, tag in enumerate(_noted(today, calendar))]


def tags(today: Today) -> list[Document]:
    """Tags of the old, deprecated kind."""
    if today.draw("note").random() > 0.03:
        return []
    stamp = datetime.combine(today.day, time(20, 15), today.zone).isoformat()
    return [
        {
            "id": document_id(today.body.seed, "tag", today.day),
            "day": today.day.isoformat(),
            "tags": ["tag_generic_sauna"],
            "text": None if today.day.day % 2 else "good evening",
            "timestamp": stamp,
        }
    ]


def rest_mode(today: Today, calendar: Calendar) -> list[Document]:
    """Rest mode of four days, from the day after the onset of a noted illness."""
    ill = next((i for i in calendar.illnesses if i.is_noted and i.onset + DAY == today.day), None)
    if ill is None:
        return []
    start = datetime.combine(today.day, time(8, 12, 31), today.zone)
    end = datetime.combine(today.day + 4 * DAY, time(9, 45, 2), calendar.zone(today.day + 4 * DAY))
    later = start + timedelta(hours=26)
    episodes = [(start + timedelta(minutes=1), ["tag_generic_cold"]), (later, ["tag_generic_sick"])]
    return [
        {
            "id": document_id(today.body.seed, "rest_mode_period", today.day),
            "end_day": end.date().isoformat(),
            "end_time": end.isoformat(),
            "episodes": [{"tags": tags, "timestamp": at.isoformat(timespec="milliseconds")} for at, tags in episodes],
            "start_day": today.day.isoformat(),
            "start_time": start.isoformat(),
        }
    ]


def _trainings(today: Today) -> Iterator[Exercise]:
    draw = today.draw("training")
    days = TRAINING_WEEKDAYS[: 3 if today.load <= 0.55 else 4 if today.load < 0.9 else 5]
    if today.day.weekday() not in days or today.illness > 0.3 or today.jet_lag > 0.5 or draw.random() < 0.1:
        return
    activity = str(draw.choice(["running", "cycling", "strength_training", "swimming"], p=[0.5, 0.2, 0.2, 0.1]))
    hour = (9.5 if today.day.weekday() >= 5 else 18.2) + float(draw.uniform(-0.4, 0.4))
    yield exercise(today, activity, hour, int(draw.integers(35, 55) * (0.75 + today.load / 2)))


def _walks(today: Today) -> Iterator[Exercise]:
    draw = today.draw("walk")
    vigour = today.steps / today.body.steps
    for hour, chance in ((7.9, 0.55), (12.3, 0.6), (15.4, 0.5), (17.1, 0.6), (20.0, 0.45)):
        if draw.random() < chance * vigour:
            start = max(hour, today.wake_hour + 0.4) + float(draw.uniform(0, 0.4))
            yield exercise(today, "walking", start, int(np.clip(draw.gamma(4, 6.7), 8, 50)))


def _pulse(today: Today, start: datetime, count: int, kind: str) -> Document:
    """Heart-rate series of a session; breathing exercises have none."""
    if kind == "breathing":
        return {"heart_rate": None, "heart_rate_variability": None}
    return {
        "heart_rate": _moment(today, start, count, today.resting_heart_rate_bpm + 11, 1.5),
        "heart_rate_variability": _moment(today, start, count, today.hrv_rmssd_ms, 6),
    }


def _moment(today: Today, start: datetime, count: int, level: float, spread: float) -> Document:
    values = np.round(level + spread * today.draw(f"moment{round(level)}").standard_normal(count), 1)
    items: list[float | None] = [None] * 4
    items += np.maximum(0, values)[4:].tolist()
    return {"interval": 5.0, "items": items[:count], "timestamp": start.isoformat(timespec="milliseconds")}


def _noted(today: Today, calendar: Calendar) -> Iterator[tuple[str | None, str, str | None]]:
    draw = today.draw("tags")
    if calendar.has_drink(today.day + DAY) and draw.random() < 0.85:
        yield "tag_sleep_alcohol", "", None
    if any(i.is_noted and i.onset + DAY == today.day for i in calendar.illnesses):
        yield "tag_generic_sick", "sore throat", None
    if draw.random() < 0.03:
        yield "tag_sleep_latemeal", "", None
    if draw.random() < 0.01:
        yield "custom", "", "Cold plunge"
    if draw.random() < 0.004:
        yield None, "long day", None


def _tag(today: Today, number: int, code: str | None, comment: str, name: str | None) -> Document:
    at = datetime.combine(today.day, time(20, 5 + 7 * number, 44), today.zone)
    is_span = code == "custom"
    return {
        "id": document_id(today.body.seed, "enhanced_tag", today.day, number),
        "tag_type_code": code,
        "start_time": at.isoformat(),
        "end_time": (at + timedelta(minutes=15)).isoformat() if is_span else None,
        "start_day": today.day.isoformat(),
        "end_day": today.day.isoformat() if is_span else None,
        "comment": comment,
        "custom_name": name,
    }
