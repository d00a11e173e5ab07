"""Scenarios for clients: persons made for one question, with the expected records."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from oura_lake.simulator.generated import activity, events, night, scores
from oura_lake.simulator.generated.fate import DAY
from oura_lake.simulator.generated.person import GeneratedPerson
from oura_lake.simulator.generated.series import write_rows
from oura_lake.simulator.generated.story import Story, Today
from oura_lake.simulator.given_documents import GivenDocuments
from oura_lake.simulator.source import NO_ROWS, Document, Rows

ROWS_A_DAY, STEP_S = 1231, 70
NAP_WEEKDAYS = (1, 5)
AROUND_DAYS = 6  # so many days on either side must not be in an answer


@dataclass(frozen=True, kw_only=True)
class LocalWeek:
    """Seven days of a person far from Greenwich; `truth` holds every record of them, by collection in the path."""

    source: GivenDocuments
    timezone: str
    first: date
    last: date
    truth: dict[str, list[Document]]


class SteadyPerson(GeneratedPerson):
    """A generated person with exactly ROWS_A_DAY heart-rate rows on every UTC day: 449,315 in 365 days."""

    rows_a_day = ROWS_A_DAY

    def rows(self, collection: str, day: date) -> Rows:
        """See Source."""
        if collection != "heartrate":
            return super().rows(collection, day)
        is_inside = self.first <= day <= self.last
        return _steady(datetime.combine(day, time(), UTC), self.rows_a_day) if is_inside else NO_ROWS


def local_week(*, timezone: str = "America/Costa_Rica", first: date = date(2026, 8, 14), seed: int = 1) -> LocalWeek:
    """Local week of 7 activity days, 7 sleep scores, 9 sleeps, 7 workouts and 8,617 heart-rate rows.

    Every second workout is in the evening, which at UTC-6 is the next day in UTC; the days around the week
    are as full as the week.
    """
    start, end = first - AROUND_DAYS * DAY, first + (6 + AROUND_DAYS) * DAY
    zone = ZoneInfo(timezone)
    story = Story(seed=seed, first=start, last=end + DAY, home=zone, onset=None)
    days = [start + n * DAY for n in range((end - start).days + 1)]
    person = GeneratedPerson(seed=seed, until=end, timezone=timezone)
    served = {name: person.undated(name) for name in ("personal_info", "ring_configuration")}
    truth: dict[str, list[Document]] = {}
    for day in days:
        for collection, documents in _documents(story.on(day), zone).items():
            served.setdefault(collection, []).extend(documents)
            if first <= day < first + 7 * DAY:
                truth.setdefault(collection, []).extend(documents)
    return LocalWeek(source=GivenDocuments(served), timezone=timezone, first=first, last=first + 6 * DAY, truth=truth)


def _documents(today: Today, zone: ZoneInfo) -> dict[str, list[Document]]:
    """Documents of one day: a night, sometimes a nap, one workout, and rows from midnight to midnight, local time."""
    is_odd = bool(today.day.toordinal() % 2)
    naps = [night.nap(today, 14.0, 45)] if today.day.weekday() in NAP_WEEKDAYS else []
    sleeps = night.sleep_documents(today, [night.main_period(today), *naps])
    done = events.exercise(today, "running" if is_odd else "walking", 18.6 if is_odd else 7.2, 40)
    waking = activity.Waking(up=180, down=1140)
    midnight = datetime.combine(today.day, time(), zone).astimezone(UTC)
    return {
        "daily_activity": [activity.daily_activity(today, waking, [done])],
        "daily_sleep": [scores.daily_sleep(today, sleeps[0])],
        "sleep": sleeps,
        "workout": [events.workout_document(today, done, 0)],
        "heartrate": json.loads(b"[" + _steady(midnight, ROWS_A_DAY).text + b"]"),
    }


def _steady(start: datetime, count: int) -> Rows:
    """Rows at equal intervals; two of them share an instant, as the real ones do at the start of a workout."""
    seconds = np.arange(count, dtype=np.int64) * STEP_S
    sources = np.where(np.arange(count) < count // 3, 1, 0)
    sources[600], seconds[600] = 2, seconds[599]
    beats = np.round(62 + 12 * np.sin(np.arange(count) / 190 + start.day)).astype(np.int64)
    return write_rows((start + timedelta(hours=12)).date(), int(start.timestamp()), seconds, sources, beats)
