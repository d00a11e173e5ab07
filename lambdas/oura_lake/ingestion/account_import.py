"""Import of an account's export into the lake, never in place of the API's documents.

A file is read and landed in portions, so that a portion and a partition bound the memory. A line that is no document is
stored under rejected/ with its file and line, and the others land.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import islice

from oura_lake.errors import StoreError, StoreUnavailable
from oura_lake.lake.documents import Landed, Table, is_placeable, land, set_aside
from oura_lake.lake.drift import Drift, DriftKind
from oura_lake.lake.keys import period_of
from oura_lake.lake.partition import Partition
from oura_lake.lake.raw import Line
from oura_lake.lake.request_plan import Days, newest_possible_day
from oura_lake.lake.rows import key_of, typed
from oura_lake.ledger.drift import note_drift
from oura_lake.ledger.pending_analysis import note_pending
from oura_lake.oura.account_export import Part, Record, records
from oura_lake.oura.export_csv import BadLine
from oura_lake.oura.export_files import DAMAGE

PORTION_ROWS = 1_000
PORTION_CHARS = 4_000_000  # of CSV text: a day's activity is some 10,000
MOST_ROWS = 200_000  # of a file; ten years of a person's tags and workouts are below 50,000
MOST_NAMED = 5  # lines of a file
NO_PLACE = "has no key, no day or a day in the future"


@dataclass(kw_only=True)
class Brought:
    """Result of one file: its records by outcome, the first rejected lines, and the reason of an early end."""

    part: Part
    n_new: int = 0
    n_known: int = 0
    n_set_aside: int = 0
    n_short: int = 0
    n_without_offset: int = 0
    named: list[str] = field(default_factory=list)
    drift: set[Drift] = field(default_factory=set)
    ended_by: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether each line of the file is in the lake."""
        return not self.n_set_aside and not self.ended_by


@dataclass(frozen=True, kw_only=True)
class Import:
    """One import: its source, its moment, and the zone of moments without one."""

    request: str
    now: datetime
    zone: tzinfo | None = None

    def bring(self, table: Table, part: Part) -> Brought:
        """Land the new records of one file; raises StoreUnavailable."""
        brought = Brought(part=part, drift={Drift(name, DriftKind.UNKNOWN) for name in part.unknown})
        lands = _Landing(self, table, brought)
        try:
            found = records(part, self.zone)
            for portion in portions(islice(found, MOST_ROWS)):
                lands.portion(portion)
            if next(found, None):
                brought.ended_by = f"it has more than {MOST_ROWS:,} rows, and those after them were not read"
        except (OSError, *DAMAGE) as error:
            brought.ended_by = f"it was not read to its end ({error})"
        except StoreUnavailable:
            raise
        except StoreError as error:
            brought.ended_by = str(error)
        return brought


def portions(found: Iterable[Record | BadLine]) -> Iterator[list[Record | BadLine]]:
    """Group records in lists that end with `PORTION_ROWS` records or `PORTION_CHARS` characters."""
    portion, n_chars = list[Record | BadLine](), 0
    for record in found:
        portion.append(record)
        n_chars += len(record.text) if isinstance(record, BadLine) else record.n_chars
        if len(portion) >= PORTION_ROWS or n_chars >= PORTION_CHARS:
            yield portion
            portion, n_chars = [], 0
    if portion:
        yield portion


class _Landing:
    """Lands the portions of one file."""

    def __init__(self, run: Import, table: Table, brought: Brought) -> None:
        self._run, self._table, self._brought = run, table, brought
        self._newest = newest_possible_day(run.now)
        self._days_before: dict[str, set[object]] = {}

    def portion(self, found: list[Record | BadLine]) -> None:
        """Land the documents with a new key, and set aside the lines that are no document."""
        endpoint = self._table.endpoint
        placeable = list[Record]()
        for record in found:
            if isinstance(record, BadLine):
                self._aside({"line": record.number, "text": record.text}, record.number, record.reason)
            elif not is_placeable(endpoint, record.document, self._newest):
                self._aside(record.document, record.line, NO_PLACE)
            else:
                placeable.append(record)
        fresh = list(self._fresh(placeable))
        self._brought.n_known += len(placeable) - len(fresh)
        self._brought.n_short += sum(record.is_short for record in fresh)
        self._brought.n_without_offset += sum(record.without_offset for record in fresh)
        if fresh:
            self._land(fresh)

    def _land(self, fresh: list[Record]) -> None:
        run, table, brought = self._run, self._table, self._brought
        if not brought.n_new:
            note_pending(table.store, table.person, run.now)
        documents = [record.document for record in fresh]
        landed = land(table, documents, run.now, run.request, newest_day=self._newest)
        brought.n_new += landed.n_new
        brought.n_known += len(fresh) - landed.n_new - landed.n_rejected
        brought.n_set_aside += landed.n_rejected
        brought.drift |= landed.drift
        today = run.now.date()
        days = Days(first=today, last=today, zone=UTC, now=run.now)
        note_drift(table.store, table.person, days, {table.endpoint.name: brought.drift})

    def _aside(self, document: dict[str, object], line: int, reason: str) -> None:
        place = f"{self._brought.part.file.name}, line {line}"
        rejected = Line(document=document, fetched_at=self._run.now, request=f"{self._run.request}, {place}")
        set_aside(self._table, rejected, reason, aside := Landed())
        self._brought.n_set_aside += aside.n_rejected
        if len(self._brought.named) < MOST_NAMED:
            self._brought.named.append(f"{place} {reason}")

    def _fresh(self, placeable: Iterable[Record]) -> Iterator[Record]:
        """Select the records whose key is new, deleted documents included: the API's documents have priority.

        A record with a made-up id is fresh only on a day without a document before this import.
        """
        endpoint, partitions = self._table.endpoint, dict[str, Partition]()
        for record in placeable:
            period = period_of(endpoint, record.document)
            if period not in partitions:
                partitions[period] = self._table.partition(period)
            row = typed(endpoint, record.document)[0]
            is_stored = key_of(endpoint, row) in partitions[period].heads
            if not is_stored and not (record.has_made_up_id and self._had(period, partitions[period], row)):
                yield record

    def _had(self, period: str, partition: Partition, row: dict[str, object]) -> bool:
        """Whether the lake had documents of the row's day before this import."""
        day = self._table.endpoint.day or ""
        if period not in self._days_before:
            self._days_before[period] = {head[day] for head in partition.heads.values() if not head["is_deleted"]}
        return row[day] in self._days_before[period]
