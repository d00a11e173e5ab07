"""Completeness of a person's records: the days with data, the requests, the traces of the ring."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from oura_lake.lake.keys import checked_person
from oura_lake.lake.store import Store
from oura_lake.ledger.gaps import Known, Trace
from oura_lake.ledger.request_log import read_request_log
from oura_lake.ledger.token_status import broken
from oura_lake.query.model import Engine

RecordDays = Iterable[tuple[str, date | None, int]]
"""Collection, day (None: undated) and number of records, as the view `record_days` has them."""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """Number of a collection's records, and the first and the last day of them; None without a day."""

    n_records: int
    first_day: date | None
    last_day: date | None


def record_days(engine: Engine, person: str) -> RecordDays:
    """Query the days with records of each collection; raises QueryFailed."""
    whose = f"WHERE person = '{checked_person(person)}'"
    return [
        (c, day, n) for c, day, n in engine.query(f"SELECT collection, day, n_records FROM record_days {whose}").rows
    ]


def extents_of(found: RecordDays) -> dict[str, Extent]:
    """Sum up the records of each collection, as the view `coverage` does."""
    by_collection: dict[str, list[tuple[date | None, int]]] = {}
    for collection, day, n in found:
        by_collection.setdefault(collection, []).append((day, n))
    return {collection: _extent(rows) for collection, rows in by_collection.items()}


def _extent(rows: list[tuple[date | None, int]]) -> Extent:
    days = [day for day, _ in rows if day]
    return Extent(
        n_records=sum(n for _, n in rows), first_day=min(days, default=None), last_day=max(days, default=None)
    )


def known_of(
    engine: Engine, store: Store, person: str, now: datetime, zone: tzinfo, found: RecordDays | None = None
) -> Known:
    """Collect a person's records, requests and traces of the ring; raises QueryFailed and StoreError.

    `found` are the `record_days` where they were queried already.
    """
    local = now.astimezone(zone)
    whose = f"WHERE person = '{checked_person(person)}'"
    records: dict[str, set[date]] = {}
    for collection, day, _ in record_days(engine, person) if found is None else found:
        if day and collection != "ring_configuration":
            records.setdefault(collection, set()).add(day)
    refused = broken(store, person)
    return Known(
        today=local.date(),
        records={collection: frozenset(days) for collection, days in records.items()},
        requests=read_request_log(store, person),
        traces=_traces(engine, whose, int((local.utcoffset() or timedelta()).total_seconds() // 60)),
        rejected_since=refused.since.date() if refused else None,
    )


def _traces(engine: Engine, whose: str, offset_min: int) -> dict[date, Trace]:
    """Collect the traces of the ring by local day, with the present UTC offset: an hour does not matter."""
    columns = "day, non_wear_s, night_non_wear_s, lowest_battery_pct, last_battery_pct"
    traces = {row["day"]: row for row in engine.query(f"SELECT {columns} FROM ring_evidence {whose}").dicts()}
    local_day = f"CAST(DATE_ADD('minute', {offset_min}, sampled_at) AS date)"
    beats = f"SELECT {local_day} AS day, COUNT(*) AS n FROM stg_heartrate {whose} GROUP BY {local_day}"
    for day, n_heartbeats in engine.query(beats).rows:
        traces.setdefault(day, {"day": day})["n_heartbeats"] = n_heartbeats
    return {day: Trace(**{name: value for name, value in row.items() if name != "day"}) for day, row in traces.items()}
