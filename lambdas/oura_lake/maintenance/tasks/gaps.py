"""Maintenance task: the gap table, written where it changed."""

from oura_lake.lake.documents import Landed, Table, add_tombstones, land
from oura_lake.ledger.gaps import Gap
from oura_lake.maintenance.model import MaintenanceTask, Upkeep
from oura_lake.sources import lake


def run(upkeep: Upkeep) -> dict[str, int]:
    """Judge every day again and update the table."""
    landed = _land(upkeep, upkeep.gaps)
    return {"n_gaps": len(upkeep.gaps), "n_changed": landed.n_new + landed.n_revised}


def _land(upkeep: Upkeep, gaps: list[Gap]) -> Landed:
    """Land the gaps, and write a tombstone for each gap that is filled."""
    source = lake.SOURCE
    table = Table(
        store=upkeep.store,
        source=source.name,
        endpoint=source.endpoint("gaps"),
        person=upkeep.person.name,
    )
    prefix = table.key("").partition("year=")[0]
    stored_years = (key.removeprefix(prefix)[5:9] for key in upkeep.store.keys(prefix))
    years = {*stored_years, *(f"{gap.day:%Y}" for gap in gaps)}
    documents = (gap.document() for gap in gaps)
    landed = land(table, documents, upkeep.now, "upkeep", complete=dict.fromkeys(years, lambda _: True))
    filled = [{"id": row["id"], "day": row["day"].isoformat()} for row in landed.missing]
    landed.add(add_tombstones(table, filled, upkeep.now, "upkeep"))
    return landed


TASK = MaintenanceTask(question="Which days lack a record, and why?", run=run)
