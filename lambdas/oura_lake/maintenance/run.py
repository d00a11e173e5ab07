"""Daily maintenance of one person: every task runs, even if others fail."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from oura_lake.errors import OuraLakeError, caught
from oura_lake.maintenance.model import MaintenanceTask, Upkeep
from oura_lake.registry import plugins

TASKS = "oura_lake.maintenance.tasks"
Log = Callable[[dict[str, object]], None]


class ChoresFailed(ExceptionGroup[Exception]):
    """Some tasks failed; the others succeeded."""


def look_after(upkeep: Upkeep, log: Log, only: Collection[str] = ()) -> dict[str, dict[str, int]]:
    """Run every task for one person (or `only` some), log its counts or its error, return the counts by task.

    Raises ChoresFailed after the last task, with all errors.
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
        sentence = f"The maintenance of {upkeep.person.name} failed at {', '.join(failed)}; the log has each reason."
        raise ChoresFailed(sentence, list(failed.values()))
    return done


def look_after_each(upkeeps: Iterable[Upkeep], log: Log, only: Collection[str] = ()) -> dict[str, dict[str, int]]:
    """Run the tasks of several persons, and sum up the counts; a failure of one person does not stop the others."""
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
    """Reason of an error for the log: our own sentence, which contains no measurement, else only the type."""
    return str(error) if isinstance(error, OuraLakeError) else type(error).__name__
