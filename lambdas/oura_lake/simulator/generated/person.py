"""The generated person as a source of documents."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from oura_lake.simulator.generated import activity, events, night, scores
from oura_lake.simulator.generated.battery import battery_rows
from oura_lake.simulator.generated.fate import DAY
from oura_lake.simulator.generated.ids import day_of, document_id
from oura_lake.simulator.generated.series import heart_rows
from oura_lake.simulator.generated.story import Story, Today
from oura_lake.simulator.source import NO_ROWS, Document, Rows

Nights = list[night.Period]
ANY_DAY = date(2020, 1, 1)  # for the ids of documents without a day


class GeneratedPerson:
    """Years of one person's documents, made on request.

    `now` ends the last day's movement, events and rows (its night is always there); None: the day is over.
    `illness_nights` is the number of altered nights at the end of the history (0: a healthy end).
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        years: float = 1.0,
        until: date,
        timezone: str = "Europe/Berlin",
        now: datetime | None = None,
        illness_nights: int = 2,
    ) -> None:
        self.seed, self.last, self.now = seed, until, now
        self.first = until - timedelta(days=max(0, round(365.25 * years) - 1))
        onset = until - (illness_nights - 1) * DAY if illness_nights else None
        self.story = Story(seed=seed, first=self.first, last=until, home=ZoneInfo(timezone), onset=onset)
        self.nights: Callable[[date], Nights] = lru_cache(maxsize=2048)(self._nights)

    def undated(self, collection: str) -> list[Document]:
        """See Source."""
        return {"ring_configuration": self._rings, "personal_info": self._personal_info}[collection]()

    def on(self, collection: str, day: date) -> list[Document]:
        """See Source."""
        if not self.first <= day <= self.last or collection not in self._makers:
            return []
        today = self.story.on(day)
        documents = self._makers[collection](today) if today.is_worn else []
        return [_without_nulls(d) for d in documents] if _leaves_nulls_out(day) else documents

    def rows(self, collection: str, day: date) -> Rows:
        """See Source."""
        if not self.first - DAY <= day <= self.last + DAY:
            return NO_ROWS
        if collection == "ring_battery_level":
            return battery_rows(day) if self.first <= day <= self.last else NO_ROWS
        near = [d for d in (day - DAY, day, day + DAY) if self.first <= d <= self.last and self._is_worn(d)]
        return self._heart(day, [self.story.on(d) for d in near]) if near else NO_ROWS

    def day_of(self, collection: str, document_id: str) -> date | None:
        """See Source."""
        return day_of(self.seed, collection, document_id)

    @cached_property
    def _makers(self) -> dict[str, Callable[[Today], list[Document]]]:
        """Makers of the collections by their names in the path."""
        calendar = self.story.calendar
        return {
            "daily_activity": self._activity,
            "daily_cardiovascular_age": lambda t: _known(scores.cardiovascular_age(t)),
            "daily_readiness": lambda t: [scores.daily_readiness(t)],
            "daily_resilience": lambda t: _known(scores.resilience(t)),
            "daily_sleep": lambda t: [scores.daily_sleep(t, self._main(t))],
            "daily_spo2": lambda t: [scores.spo2(t)],
            "daily_stress": lambda t: [scores.stress(t)],
            "enhanced_tag": lambda t: self._past(events.enhanced_tags(t, calendar), "start_time"),
            "rest_mode_period": lambda t: events.rest_mode(t, calendar),
            "session": lambda t: self._past(events.sessions(t), "end_datetime"),
            "sleep": lambda t: night.sleep_documents(t, self.nights(t.day)),
            "sleep_time": lambda t: [scores.sleep_time(t)],
            "tag": events.tags,
            "vO2_max": lambda t: _known(scores.vo2_max(t)),
            "workout": self._workouts,
        }

    def _is_worn(self, day: date) -> bool:
        return self.story.on(day).is_worn

    def _nights(self, day: date) -> Nights:
        return night.periods(self.story.on(day))

    def _main(self, today: Today) -> Document:
        stretches = self.nights(today.day)
        longest = max(stretches, key=lambda p: p.hypnogram.in_bed_s)
        return night.sleep_documents(today, stretches)[stretches.index(longest)]

    def _workouts(self, today: Today) -> list[Document]:
        done = [events.workout_document(today, e, n) for n, e in enumerate(events.exercises(today))]
        return self._past(done, "end_datetime")

    def _past(self, documents: list[Document], field: str) -> list[Document]:
        """Documents of events until `now`."""
        return [d for d in documents if self.now is None or datetime.fromisoformat(d[field]) <= self.now]

    def _activity(self, today: Today) -> list[Document]:
        minutes = activity.MINUTES if self.now is None else min(activity.MINUTES, activity.minute_of(self.now, today))
        if minutes < 5:
            return []
        return [activity.daily_activity(today, self._waking(today), events.exercises(today), minutes)]

    def _waking(self, today: Today) -> activity.Waking:
        """Waking time from the end of the main night to the start of the next one (23:00 where there is none)."""
        up = activity.minute_of(night.main_period(today).end, today)
        tomorrow = today.day + DAY
        down = 19 * 60
        if tomorrow <= self.last and self._is_worn(tomorrow):
            down = activity.minute_of(night.main_period(self.story.on(tomorrow)).start, today)
        return activity.Waking(up=min(up, 900), down=max(down, 960))

    def _heart(self, day: date, around: list[Today]) -> Rows:
        start = datetime.combine(day, time(), UTC).timestamp()
        worn = [(round(a - start), round(b - start)) for a, b in map(self._worn_span, around)]
        asleep = [p for t in around for p in self.nights(t.day)]
        done = [e for t in around for e in events.exercises(t) if self.now is None or e.end <= self.now]
        return heart_rows(min(around, key=lambda t: abs((t.day - day).days)), day, asleep, done, worn)

    def _worn_span(self, today: Today) -> tuple[float, float]:
        """Span of wear from the first bedtime of a day to midnight on the person's clock, or to `now`."""
        end = datetime.combine(today.day + DAY, time(), today.zone)
        if self.now is not None:
            end = min(end, self.now.astimezone(today.zone))
        return self.nights(today.day)[0].start.timestamp(), end.timestamp()

    def _rings(self) -> list[Document]:
        swapped = datetime.combine(max(self.first, self.last - timedelta(days=500)), time(9, 48, 37), UTC)
        older = {"color": "stealth_black", "design": "heritage", "firmware_version": "2.9.32", "hardware_type": "gen3"}
        newer = {"color": "brushed_silver", "design": "horizon", "firmware_version": "1.3.9", "hardware_type": "gen4"}
        ids = [document_id(self.seed, "ring_configuration", ANY_DAY, number) for number in range(2)]
        return [
            {"id": ids[0], **older, "set_up_at": "1970-01-01T00:00:00+00:00", "size": 10},
            {"id": ids[1], **newer, "set_up_at": swapped.isoformat(), "size": 10},
        ]

    def _personal_info(self) -> list[Document]:
        body = self.story.body
        return [
            {
                "id": document_id(self.seed, "personal_info", ANY_DAY),
                "age": body.age_y,
                "weight": body.weight_kg,
                "height": body.height_m,
                "biological_sex": body.sex,
                "email": f"person-{self.seed}@example.com",
            }
        ]


def _leaves_nulls_out(day: date) -> bool:
    """Decide whether keys without a value are absent, as some are since 2025; here on every other day."""
    return day >= night.FIELDS_OF_2025 and day.toordinal() % 2 == 0


def _without_nulls(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None or key == "text"}


def _known(document: Document | None) -> list[Document]:
    return [] if document is None else [document]
