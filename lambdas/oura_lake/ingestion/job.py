"""An ingestion job: person, collections, days or document, reason."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from oura_lake.contract import Reason
from oura_lake.errors import SettingsWrong
from oura_lake.lake.json_text import parse_own
from oura_lake.lake.request_plan import Days, trailing_window
from oura_lake.person import Person
from oura_lake.sources.model import Endpoint, Source

LOOKBACK_DAYS = 7
DAYS = ("first", "last", "until")
TEXTS = ("document_id", "event", "reason")


@dataclass(frozen=True, kw_only=True)
class Word:
    """A person's answer about an episode by a link, and its moment (UTC)."""

    episode: str
    is_ill: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Job:
    """A person, collections, local days (none: the recent ones that Oura still revises), and a reason.

    A webhook's job names one document, and its event: created, updated or deleted. A backfill's job has `until`, the
    oldest day that remains after this chunk; without it this chunk is the last. `n_received` counts the deliveries by
    the queue, this one included; it is no part of the message. A job with a `word` fetches nothing: it stores the
    person's answer, in order with the person's other jobs.
    """

    person: str
    endpoints: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    until: date | None = None
    document_id: str | None = None
    event: str | None = None
    reason: str = Reason.SCHEDULE
    word: Word | None = None
    n_received: int = 1

    @property
    def is_retry(self) -> bool:
        """Whether the queue delivered it before, to a run that may have died midway."""
        return self.n_received > 1

    def body(self) -> str:
        """Write the job as a message of the queue, without its empty fields."""
        days = {name: day.isoformat() for name in DAYS if (day := getattr(self, name))}
        texts = {name: text for name in TEXTS if (text := getattr(self, name))}
        word = {"word": vars(self.word) | {"at": self.word.at.isoformat()}} if self.word else {}
        return json.dumps({"person": self.person, "endpoints": list(self.endpoints), **days, **texts, **word})

    @property
    def wish(self) -> str:
        """Text of the request without its moment: equal in a repetition."""
        if not self.word:
            return self.body()
        return replace(self, word=replace(self.word, at=datetime.min.replace(tzinfo=UTC))).body()

    def window(self, person: Person, now: datetime) -> Days:
        """Local days to request."""
        zone = ZoneInfo(person.timezone)
        first, last = trailing_window(now.astimezone(zone).date(), LOOKBACK_DAYS)
        is_trailing = not self.first and not self.last
        return Days(first=self.first or first, last=self.last or last, zone=zone, now=now, is_trailing=is_trailing)

    def chosen(self, source: Source, person: Person) -> list[Endpoint]:
        """Choose the collections to request: those of the job, else those of the person's settings, else all."""
        names = self.endpoints or person.collections
        return [e for e in source.endpoints if not names or e.name in names]


def parse_job(body: str) -> Job:
    """Parse a message of the queue; raises SettingsWrong if it is no job."""
    try:
        entry: dict[str, Any] = parse_own(body)
        return Job(
            person=entry["person"],
            endpoints=tuple(entry.get("endpoints") or ()),
            first=_day(entry.get("first")),
            last=_day(entry.get("last")),
            until=_day(entry.get("until")),
            document_id=entry.get("document_id"),
            event=entry.get("event"),
            reason=entry.get("reason") or Reason.SCHEDULE,
            word=_word(entry["word"]) if entry.get("word") else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsWrong(
            "A message on the job queue is no job",
            "it needs a person, and days as yyyy-mm-dd: delete it from the dead-letter queue and send it again",
        ) from error


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _word(entry: dict[str, Any]) -> Word:
    return Word(episode=entry["episode"], is_ill=bool(entry["is_ill"]), at=datetime.fromisoformat(entry["at"]))
