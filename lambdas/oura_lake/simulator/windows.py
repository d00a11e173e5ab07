"""The window rule that fits the measurements of the real API.

An answer has a record if start <= its own instant <= end; a bare date is a midnight. So a window of dates omits the
events of its last day after midnight, and an event near midnight belongs to its UTC date.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from oura_lake.simulator.routes import Clock

DAY = timedelta(days=1)


class BadBound(ValueError):
    """A bound that the API refuses with 422; `kind` and the text are those of its error body."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The time of a record on both clocks, without offsets."""

    utc: datetime
    local: datetime


@dataclass(frozen=True, kw_only=True)
class Window:
    """The requested window; bounds with an offset are in UTC, bare ones on the clock of the route."""

    first: datetime
    last: datetime
    first_is_aware: bool = False
    last_is_aware: bool = False

    def contains(self, moment: Moment, clock: Clock) -> bool:
        """Check that an answer has a record of that moment."""
        bare = moment.local if clock is Clock.LOCAL else moment.utc
        after = (moment.utc if self.first_is_aware else bare) >= self.first
        return after and (moment.utc if self.last_is_aware else bare) <= self.last


def window_of(first: str, last: str) -> Window:
    """Window between two bounds as sent; raises BadBound."""
    (start, start_is_aware), (end, end_is_aware) = bound(first), bound(last)
    if start > end:
        raise BadBound("value_error", "Start date must be before end date")
    return Window(first=start, last=end, first_is_aware=start_is_aware, last_is_aware=end_is_aware)


def bound(text: str) -> tuple[datetime, bool]:
    """Bound as a naive moment, and whether it had an offset; a number is seconds since 1970, as in the API."""
    try:
        moment = datetime.fromtimestamp(int(text), UTC) if text.isdigit() else datetime.fromisoformat(text)
        is_aware = moment.tzinfo is not None
        return (moment.astimezone(UTC).replace(tzinfo=None) if is_aware else moment), is_aware
    except (ValueError, OverflowError, OSError) as error:
        raise BadBound("datetime_from_date_parsing", "Input should be a valid datetime or date") from error


def moment_of(text: str | None, day: str) -> Moment:
    """Moment of a document from its instant, or midnight of its day where it has none."""
    if not text:
        midnight = datetime.combine(date.fromisoformat(day), time())
        return Moment(utc=midnight, local=midnight)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return Moment(utc=moment, local=moment)
    return Moment(utc=moment.astimezone(UTC).replace(tzinfo=None), local=moment.replace(tzinfo=None))


def candidate_days(window: Window, first: date, last: date) -> list[date]:
    """Days between `first` and `last` under which a record of the window may be filed."""
    start = max(first, window.first.date() - 2 * DAY) if window.first.date() > first else first
    end = min(last, window.last.date() + 2 * DAY) if window.last.date() < last else last
    return [start + n * DAY for n in range((end - start).days + 1)]
