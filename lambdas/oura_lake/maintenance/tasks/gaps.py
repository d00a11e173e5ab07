"""Which days lack a record, and why? The gap ledger as a table; only what changed is written."""

from datetime import date, datetime, timedelta, tzinfo

from oura_lake.maintenance.model import Upkeep
from oura_lake.query.model import Engine
from oura_lake.ledger.request_log import read_asked
from oura_lake.ledger.gaps import Gap, Known, Trace, find_gaps
from oura_lake.lake.documents import Landed, Table, bury, land
from oura_lake.lake.keys import checked_person, token_state_key
from oura_lake.ledger.note import read_note
from oura_lake.lake.store import Store
from oura_lake.sources import lake, oura

QUESTION = "Which days lack a record, and why?"


def run(upkeep: Upkeep) -> dict[str, int]:
    """Judge every day anew and bring the table up to date."""
    known = known_of(upkeep.engine, upkeep.store, upkeep.person.name, upkeep.now, upkeep.zone)
    gaps = list(find_gaps(known, oura.ENDPOINTS))
    landed = _land(upkeep, gaps)
    return {"n_gaps": len(gaps), "n_changed": landed.n_new + landed.n_revised}


def known_of(engine: Engine, store: Store, person: str, now: datetime, zone: tzinfo) -> Known:
    """What the lake and its notes know of a person; raises QueryFailed and StoreError."""
    local = now.astimezone(zone)
    whose = f"WHERE person = '{checked_person(person)}'"
    records: dict[str, set[date]] = {}
    for collection, day in engine.query(f"SELECT collection, day FROM record_days {whose} AND day IS NOT NULL").rows:
        if collection != "ring_configuration":
            records.setdefault(collection, set()).add(day)
    since = read_note(store, token_state_key(person)).get("since")
    return Known(
        today=local.date(),
        records={collection: frozenset(days) for collection, days in records.items()},
        asked=read_asked(store, person),
        traces=_traces(engine, whose, int((local.utcoffset() or timedelta()).total_seconds() // 60)),
        rejected_since=datetime.fromisoformat(since).date() if since else None,
    )


def _traces(engine: Engine, whose: str, offset_min: int) -> dict[date, Trace]:
    """What each local day says of the ring; its clock is taken to be what it is now, an hour does not matter."""
    columns = "day, non_wear_s, night_non_wear_s, lowest_battery_pct, last_battery_pct"
    traces = {row["day"]: row for row in engine.query(f"SELECT {columns} FROM ring_evidence {whose}").dicts()}
    local_day = f"CAST(DATE_ADD('minute', {offset_min}, sampled_at) AS date)"
    beats = f"SELECT {local_day} AS day, COUNT(*) AS n FROM stg_heartrate {whose} GROUP BY {local_day}"
    for day, n_heartbeats in engine.query(beats).rows:
        traces.setdefault(day, {"day": day})["n_heartbeats"] = n_heartbeats
    return {day: Trace(**{name: value for name, value in row.items() if name != "day"}) for day, row in traces.items()}


def _land(upkeep: Upkeep, gaps: list[Gap]) -> Landed:
    """Land the gaps and bury those that are none any more."""
    source = lake.SOURCE
    table = Table(
        store=upkeep.store, source=source.name, endpoint=source.endpoint("gaps"), person=upkeep.person.name,
    )
    prefix = table.key("").partition("year=")[0]
    held = (key.removeprefix(prefix)[5:9] for key in upkeep.store.keys(prefix))
    years = {*held, *(f"{gap.day:%Y}" for gap in gaps)}
    documents = (gap.document() for gap in gaps)
    landed = land(table, documents, upkeep.now, "upkeep", complete=dict.fromkeys(years, lambda _: True))
    filled = [{"id": row["id"], "day": row["day"].isoformat()} for row in landed.missing]
    landed.add(bury(table, filled, upkeep.now, "upkeep"))
    return landed
