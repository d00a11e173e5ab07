"""Schema drift: undeclared fields, types and values, since when, and whether it was reported."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from oura_lake.errors import UnreadableObject
from oura_lake.lake.keys import drift_key
from oura_lake.lake.plain import plain
from oura_lake.lake.request_plan import Days
from oura_lake.lake.rows import Drift
from oura_lake.lake.store import Store
from oura_lake.ledger.note import change_note, read_note, reading

MOST_NAMES = 5  # of new fields below one parent, and of new values of one field
LONGEST_NAME = 80
NAME = re.compile(rf"[A-Za-z_][\w.\[\]-]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
DATED = re.compile(r"(^|\.)\d|\d{4}")
MORE = "*"
OF_ANY_NAME = ("unknown", "character")  # what is told of fields that nobody declared
SHARED = (*OF_ANY_NAME, "value")
OF_ANOTHER_FORM = "value of another form"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One field that came otherwise than declared: the days of fetching it was first and last seen, how many."""

    collection: str
    field: str
    problem: str
    first_seen: date
    last_seen: date
    n_days: int
    is_told: bool = False
    telling: str = ""  # the kind of the notice that it was put into

    @property
    def name(self) -> str:
        """What the note calls it."""
        return f"{self.collection}.{self.field}: {self.problem}"

    @property
    def sentence(self) -> str:
        """What it is, in words."""
        return sentence(self.collection, Drift(self.field, self.problem))


def sentence(collection: str, drift: Drift) -> str:
    """What came otherwise than declared, in words that name no value but a new one of a list."""
    place = plain(f"{collection}.{drift.field}", 2 * LONGEST_NAME)
    match drift.problem.split(" ", 1):
        case ["unknown"] if drift.field.endswith(MORE):
            return f"{place.removesuffix('.' + MORE)} has more new fields, which are not named one by one"
        case ["unknown"]:
            return f"{place} is a new field"
        case ["character"]:
            return f"{place} has a character that could not be read, stored as U+FFFD"
        case ["type"]:
            return f"{place} is of another type than before"
        case ["fraction"]:
            return f"{place} is no whole number, so it is rounded"
        case ["value", "of another form"]:
            return f"{place} has a value of another form"
        case [_, value]:
            return f"{place} has the new value '{plain(value)}'"
    return plain(f"{place}: {drift.problem}")


def remark(collection: str, drift: Drift) -> str:
    """The same with what it means for what is stored."""
    said = sentence(collection, drift)
    return said if drift.problem == "character" else f"{said}, which this version does not know; raw keeps it"


def note_drift(store: Store, person: str, days: Days, found: Mapping[str, Collection[Drift]]) -> bool:
    """Note what was found, by collection; returns whether that was news, which it is once a day.

    Raises WriteConflict, UnreadableObject and StoreUnavailable.
    """
    today = days.now.astimezone(days.zone).date().isoformat()
    came = [(collection, drift) for collection, drifts in sorted(found.items()) for drift in sorted(drifts)]

    def noted(note: dict[str, Any]) -> dict[str, Any]:
        changed = dict(note)
        for collection, drift in came:
            name = _bounded(changed, collection, drift)
            with reading(drift_key(person)):
                changed[name] = _counted(changed.get(name), today)
        return changed

    return bool(came) and change_note(store, drift_key(person), noted)


def read_drift(store: Store, person: str) -> list[Seen]:
    """All that was ever noted, in order; raises UnreadableObject and StoreUnavailable."""
    try:
        return [_seen(name, entry) for name, entry in sorted(read_note(store, drift_key(person)).items())]
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableObject(f"The note {drift_key(person)} is damaged", "delete it, a new one is made") from cause


def mark_telling(store: Store, person: str, news: Iterable[Seen], kind: str) -> None:
    """Note into which notice these are put, before it goes out; one that was put into another stays there."""
    names = {drift.name for drift in news}

    def marked(note: dict[str, Any]) -> dict[str, Any]:
        return note | {name: {"telling": kind} | note[name] for name in names & note.keys()}

    change_note(store, drift_key(person), marked)


def mark_told(store: Store, person: str, told: Iterable[Seen]) -> None:
    """Note that a person was told of these."""
    names = {drift.name for drift in told}

    def marked(note: dict[str, Any]) -> dict[str, Any]:
        return note | {name: note[name] | {"told": True} for name in names & note.keys()}

    change_note(store, drift_key(person), marked)


def _name(collection: str, drift: Drift) -> str:
    return f"{collection}.{drift.field}: {drift.problem}"


def _bounded(note: Mapping[str, Any], collection: str, drift: Drift) -> str:
    """The name of what came; where a field has had `MOST_NAMES` of the kind, all others share one name.

    So fields that are named after days, or at random, cost one message and one entry, not one a day.
    """
    kind, field = drift.problem.partition(" ")[0], drift.field
    if kind in OF_ANY_NAME and not (NAME.fullmatch(field) and not DATED.search(field)):
        field = f"{_parent(field)}{MORE}"
    name = _name(collection, replace(drift, field=field))
    if name in note or kind not in SHARED:
        return name
    family = f"{collection}.{_parent(drift.field) if kind in OF_ANY_NAME else f'{field}: value'}"
    alike = [known for known in note if known.startswith(family) and _is_sister(known, family, kind)]
    return name if len(alike) < MOST_NAMES else _name(collection, _shared(drift, field, kind))


def _shared(drift: Drift, field: str, kind: str) -> Drift:
    if kind in OF_ANY_NAME:
        return replace(drift, field=f"{_parent(drift.field)}{MORE}")
    return Drift(field, OF_ANOTHER_FORM)


def _is_sister(known: str, family: str, kind: str) -> bool:
    rest = known.removeprefix(family)
    return kind == "value" or (rest.endswith(f": {kind}") and "." not in rest)


def _parent(field: str) -> str:
    """What a field's name stands below, with the dot behind it; empty for a field of the document itself."""
    parent = field.rpartition(".")[0]
    return f"{parent}." if NAME.fullmatch(parent) else ""


def _counted(before: dict[str, Any] | None, today: str) -> dict[str, Any]:
    if before is None:
        return {"first_seen": today, "last_seen": today, "n_days": 1}
    if before["last_seen"] >= today:
        return before
    return before | {"last_seen": today, "n_days": before["n_days"] + 1}


def _seen(name: str, entry: dict[str, Any]) -> Seen:
    place, _, problem = name.partition(": ")
    collection, _, field = place.partition(".")
    first, last = (date.fromisoformat(entry[moment]) for moment in ("first_seen", "last_seen"))
    return Seen(
        collection=collection,
        field=field,
        problem=problem,
        first_seen=first,
        last_seen=last,
        n_days=entry["n_days"],
        is_told=entry.get("told", False),
        telling=entry.get("telling", ""),
    )
