"""Which days lack a record, and why? The gap ledger as a table; only what changed is written."""

from datetime import date, datetime

from oura_lake.chores._model import Upkeep
from oura_lake.engines._model import Engine
from oura_lake.lake.asked import read_asked
from oura_lake.lake.gaps import Gap, Known, Trace, find_gaps
from oura_lake.lake.landing import Landed, Table, bury, land
from oura_lake.lake.layout import checked_person, token_state_key
from oura_lake.lake.note import read_note
from oura_lake.lake.store import Store
from oura_lake.sources import lake, oura

QUESTION = "Which days lack a record, and why?"


def run(upkeep: Upkeep) -> dict[str, int]:
    """Judge every day anew and bring the table up to date."""
    known = known_of(upkeep.engine, upkeep.store, upkeep.person.name, upkeep.today)
    gaps = list(find_gaps(known, oura.ENDPOINTS))
    landed = _land(upkeep, gaps)
    return {"n_gaps": len(gaps), "n_changed": landed.n_new + landed.n_revised}


def known_of(engine: Engine, store: Store, person: str, today: date) -> Known:
    """What the lake and its notes know of a person; raises QueryFailed and StoreError."""
    whose = f"WHERE person = '{checked_person(person)}'"
    records: dict[str, set[date]] = {}
    for collection, day in engine.query(f"SELECT collection, day FROM record_days {whose} AND day IS NOT NULL").rows:
        records.setdefault(collection, set()).add(day)
    columns = "day, non_wear_s, night_non_wear_s, lowest_battery_pct, last_battery_pct"
    traces = engine.query(f"SELECT {columns} FROM ring_evidence {whose}").dicts()
    since = read_note(store, token_state_key(person)).get("since")
    return Known(
        today=today,
        records={collection: frozenset(days) for collection, days in records.items()},
        asked=read_asked(store, person),
        traces={trace.pop("day"): Trace(**trace) for trace in traces},
        rejected_since=datetime.fromisoformat(since).date() if since else None,
    )


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
