"""Maintenance task: the stored rows of views, made again where a source changed and no analysis made them."""

from oura_lake.maintenance.model import MaintenanceTask, Upkeep


def run(upkeep: Upkeep) -> dict[str, int]:
    """Compare the versions of all sources, and write what they changed; raises QueryFailed and StoreError."""
    return {"n_written": int(upkeep.refresh())}


TASK = MaintenanceTask(question="Are the stored rows of views up to date?", run=run)
