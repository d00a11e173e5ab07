"""The daily maintenance of one person: every task runs, whatever becomes of the others."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from oura_lake.errors import OuraLakeError, caught
from oura_lake.maintenance.model import MaintenanceTask, Upkeep
from oura_lake.registry import plugins

TASKS = "oura_lake.maintenance.tasks"
Log = Callable[[dict[str, object]], None]


class ChoresFailed(ExceptionGroup[Exception]):
    """Some chores failed; the others were done."""


def look_after(upkeep: Upkeep, log: Log, only: Collection[str] = ()) -> dict[str, dict[str, int]]:
    """Do every chore for one person (or `only` some), log counts or the reason of each, return the counts by chore.

    Raises ChoresFailed after the last chore, with all that was raised.
    """
    done: dict[str, dict[str, int]] = {}
    failed: dict[str, Exception] = {}
    for name, chore in _wanted(only).items():
        with caught() as found:
            done[name] = chore.run(upkeep)
        if found.error:
            failed[name] = found.error
            log({"person": upkeep.person.name, "chore": name, "failed": _reason(found.error)})
        else:
            log({"person": upkeep.person.name, "chore": name, **done[name]})
    if failed:
        sentence = f"Of the upkeep of {upkeep.person.name} failed: {', '.join(failed)}; the log says why of each."
        raise ChoresFailed(sentence, list(failed.values()))
    return done


def look_after_each(upkeeps: Iterable[Upkeep], log: Log, only: Collection[str] = ()) -> dict[str, dict[str, int]]:
    """Same for several persons, counts summed up; one whose chores fail keeps no other from theirs."""
    done: dict[str, Counter[str]] = {}
    failed: list[ChoresFailed] = []
    for upkeep in upkeeps:
        try:
            for name, counts in look_after(upkeep, log, only).items():
                done.setdefault(name, Counter()).update(counts)
        except ChoresFailed as error:
            failed.append(error)
    if failed:
        raise failed[0]
    return {name: dict(counts) for name, counts in done.items()}


def _wanted(only: Collection[str]) -> dict[str, MaintenanceTask]:
    return {name: chore for name, chore in plugins(TASKS, MaintenanceTask).items() if not only or name in only}


def _reason(error: Exception) -> str:
    """Our own sentences hold no measurement; of any other error the log gets the kind alone."""
    return str(error) if isinstance(error, OuraLakeError) else type(error).__name__
