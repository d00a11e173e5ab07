"""Request plan: the requests for every record of some local days, whatever the window rules.

Oura compares each record's own instant with the bounds, some routes by UTC, some ends excluded (measured by several
projects). So a request by dates has two days more on each side, and the record's own day selects from the answer. A
request for a time series uses instants, with one second more on each side. A request never spans two partitions, so
that each object is written once a run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from oura_lake.lake.keys import FIRST_YEAR
from oura_lake.lake.placing import obstacle_of_day
from oura_lake.sources.model import Endpoint, Period, Window

PAD = timedelta(days=2)  # offsets reach 14 hours either way, an excluded end costs one day more
OVERLAP = timedelta(seconds=1)  # whether a bound is included is not published
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Days:
    """The person's local days that a run requests, both included, and the moment of the run.

    `is_trailing` means that no job named the days: they are the recent ones that the provider revises.
    """

    first: date
    last: date
    zone: tzinfo
    now: datetime
    is_trailing: bool = False

    def first_of(self, endpoint: Endpoint) -> date:
        """First day to request of a collection: earlier where its documents change long after their day."""
        return trailing_window(self.last - DAY, endpoint.lookback_days)[0] if self.is_trailing else self.first


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request to the provider: its parameters, and the wanted records of the answer.

    `first` and `last` are local days, `start` and `end` the instants between which they lie (end
    excluded). `period` is the partition that the wanted records belong to.
    """

    endpoint: Endpoint
    params: Mapping[str, str]
    period: str
    first: date | None = None
    last: date | None = None
    start: datetime | None = None
    end: datetime | None = None

    def wants(self, record: Mapping[str, Any]) -> bool:
        """Whether a record of the answer belongs to the requested days.

        A record without a readable day does, and so does any value that is no record: the landing reports both.
        """
        if not isinstance(record, Mapping):
            return True
        if self.start and self.end:
            return self._includes_instant(str(record.get(self.endpoint.instant) or ""))
        if self.first and self.last and self.endpoint.day:
            day = str(record.get(self.endpoint.day))
            return bool(obstacle_of_day(day, None)) or self.first.isoformat() <= day <= self.last.isoformat()
        return True

    def _includes_instant(self, text: str) -> bool:
        if not text or self.start is None or self.end is None:
            return True
        try:
            moment = datetime.fromisoformat(text)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return True  # set aside and reported where it lands
        return moment.year < FIRST_YEAR or self.start <= moment < self.end


def plan(endpoint: Endpoint, first: date, last: date, zone: tzinfo) -> list[Request]:
    """Plan the requests for the records of the local days `first` to `last`, both included."""
    match endpoint.window:
        case Window.NONE:
            return [Request(endpoint=endpoint, params={}, period="")]
        case Window.DATES:
            return [_by_dates(endpoint, a, b) for a, b in _spans(first, last, endpoint)]
        case Window.INSTANTS:
            return list(_by_instants(endpoint, first, last, zone))


def trailing_window(today: date, lookback_days: int) -> tuple[date, date]:
    """Days that a scheduled run requests again, because the provider revises recent days.

    The window ends tomorrow: a person who travelled east of the configured zone is already there.
    """
    return today - timedelta(days=lookback_days), today + DAY


def newest_possible_day(now: datetime) -> date:
    """Latest day of any zone on earth now; a later record is a fault."""
    return (now + timedelta(hours=14)).astimezone(UTC).date()


def _by_dates(endpoint: Endpoint, first: date, last: date) -> Request:
    params = {"start_date": (first - PAD).isoformat(), "end_date": (last + PAD).isoformat()}
    return Request(endpoint=endpoint, params=params, period=f"{first:%Y}", first=first, last=last)


def _by_instants(endpoint: Endpoint, first: date, last: date, zone: tzinfo) -> Iterator[Request]:
    start, end = _midnight(first, zone), _midnight(last + DAY, zone)
    for day, last_day in _spans(start.date(), end.date(), endpoint):
        a, b = max(start, _midnight(day, UTC)), min(end, _midnight(last_day + DAY, UTC))
        if a < b:
            params = {"start_datetime": (a - OVERLAP).isoformat(), "end_datetime": (b + OVERLAP).isoformat()}
            yield Request(endpoint=endpoint, params=params, period=f"{a:%Y-%m}", start=a, end=b)


def _spans(first: date, last: date, endpoint: Endpoint) -> Iterator[tuple[date, date]]:
    """Cut days into spans of at most `chunk_days` that do not cross a partition's border."""
    while first <= last:
        end = min(first + timedelta(days=endpoint.chunk_days - 1), last, _last_of_period(first, endpoint.period))
        yield first, end
        first = end + DAY


def _last_of_period(day: date, period: Period) -> date:
    if period is Period.YEAR:
        return date(day.year, 12, 31)
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - DAY


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
