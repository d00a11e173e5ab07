"""Schema drift: undeclared fields, types and values, since when, and whether it was reported."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from msgspec import Struct, field, structs

from oura_lake.lake.drift import OF_ANOTHER_FORM, Drift, DriftKind, parsed_drift
from oura_lake.lake.keys import drift_key
from oura_lake.lake.plain import plain
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import Store
from oura_lake.ledger.document import REMAKE, read, records, update

MOST_NAMES = 5  # of new fields below one parent, and of new values of one field
LONGEST_NAME = 80
NAME = re.compile(rf"[A-Za-z_][\w.\[\]-]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
DATED = re.compile(r"(^|\.)\d|\d{4}")
MORE = "*"
OF_ANY_NAME = (DriftKind.UNKNOWN, DriftKind.CHARACTER)  # what is noted of fields that nobody declared
SHARED = (*OF_ANY_NAME, DriftKind.VALUE)
WORDS = {
    DriftKind.UNKNOWN: "is a new field",
    DriftKind.TYPE: "is of another type than before",
    DriftKind.FRACTION: "is no whole number, so it is rounded",
    DriftKind.CHARACTER: "has a character that could not be read, stored as U+FFFD",
    DriftKind.VALUE: "has a value of another form",
}


class Sighting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The days of fetching on which a drift was first and last seen, on how many, and whether it was reported."""

    first_seen: date
    last_seen: date
    n_days: int
    is_reported: bool = field(name="told", default=False)
    notice: str = field(name="telling", default="")  # the kind of the notice that it was put into


NOTE = records(Sighting, advice=REMAKE)
Sightings = Mapping[str, Sighting]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One field that came otherwise than declared, and when it was seen."""

    collection: str
    drift: Drift
    when: Sighting

    @property
    def name(self) -> str:
        """What the note calls it."""
        return _name(self.collection, self.drift)

    @property
    def sentence(self) -> str:
        """What it is and since when, in words."""
        return f"{sentence(self.collection, self.drift)} (since {self.when.first_seen})"


def sentence(collection: str, drift: Drift) -> str:
    """What came otherwise than declared, in words that name no value but a new one of a list."""
    place = plain(f"{collection}.{drift.field}", 2 * LONGEST_NAME)
    match drift.kind:
        case DriftKind.UNKNOWN if drift.field.endswith(MORE):
            return f"{place.removesuffix('.' + MORE)} has more new fields, which are not named one by one"
        case DriftKind.VALUE if drift.value != OF_ANOTHER_FORM:
            return f"{place} has the new value '{plain(drift.value)}'"
        case DriftKind.OTHER:
            return f"{place}: {plain(drift.value)}"
    return f"{place} {WORDS[drift.kind]}"


def remark(collection: str, drift: Drift) -> str:
    """The same with what it means for what is stored."""
    said = sentence(collection, drift)
    return said if drift.kind is DriftKind.CHARACTER else f"{said}, which this version does not know; raw keeps it"


def note_drift(store: Store, person: str, days: Days, found: Mapping[str, Collection[Drift]]) -> bool:
    """Note what was found, by collection; returns whether that was news, which it is once a day.

    Raises WriteConflict, UnreadableObject and StoreUnavailable.
    """
    today = days.now.astimezone(days.zone).date()
    came = [(collection, drift) for collection, drifts in sorted(found.items()) for drift in sorted(drifts)]

    def noted(before: Sightings) -> Sightings:
        note = dict(before)
        for collection, drift in came:
            name = _bounded(note, collection, drift)
            note[name] = _counted(note.get(name), today)
        return note

    return bool(came) and update(store, drift_key(person), NOTE, noted)


def read_drift(store: Store, person: str) -> list[Seen]:
    """All that was ever noted, in order; raises UnreadableObject and StoreUnavailable."""
    return [_seen(name, when) for name, when in sorted(read(store, drift_key(person), NOTE).items())]


def mark_telling(store: Store, person: str, news: Iterable[Seen], kind: str) -> None:
    """Note into which notice these are put, before it goes out; one that was put into another stays there."""
    _mark(store, person, news, lambda when: structs.replace(when, notice=when.notice or kind))


def mark_told(store: Store, person: str, told: Iterable[Seen]) -> None:
    """Note that a person was told of these."""
    _mark(store, person, told, lambda when: structs.replace(when, is_reported=True))


def _mark(store: Store, person: str, seen: Iterable[Seen], mark: Callable[[Sighting], Sighting]) -> None:
    names = {drift.name for drift in seen}
    update(
        store,
        drift_key(person),
        NOTE,
        lambda note: {name: mark(when) if name in names else when for name, when in note.items()},
    )


def _name(collection: str, drift: Drift) -> str:
    return f"{collection}.{drift.field}: {drift.problem}"


def _bounded(note: Sightings, collection: str, drift: Drift) -> str:
    """The name of what came; where a field has had `MOST_NAMES` of the kind, all others share one name.

    So fields that are named after days, or at random, cost one message and one entry, not one a day.
    """
    kind, field = drift.kind, drift.field
    if kind in OF_ANY_NAME and not (NAME.fullmatch(field) and not DATED.search(field)):
        field = f"{_parent(field)}{MORE}"
    name = _name(collection, replace(drift, field=field))
    if name in note or kind not in SHARED:
        return name
    family = f"{collection}.{_parent(drift.field) if kind in OF_ANY_NAME else f'{field}: value'}"
    alike = [known for known in note if known.startswith(family) and _is_sister(known, family, kind)]
    return name if len(alike) < MOST_NAMES else _name(collection, _shared(drift))


def _shared(drift: Drift) -> Drift:
    if drift.kind in OF_ANY_NAME:
        return replace(drift, field=f"{_parent(drift.field)}{MORE}")
    return replace(drift, value=OF_ANOTHER_FORM)


def _is_sister(known: str, family: str, kind: DriftKind) -> bool:
    rest = known.removeprefix(family)
    return kind is DriftKind.VALUE or (rest.endswith(f": {kind}") and "." not in rest)


def _parent(field: str) -> str:
    """What a field's name stands below, with the dot behind it; empty for a field of the document itself."""
    parent = field.rpartition(".")[0]
    return f"{parent}." if NAME.fullmatch(parent) else ""


def _counted(before: Sighting | None, today: date) -> Sighting:
    if before is None:
        return Sighting(first_seen=today, last_seen=today, n_days=1)
    if before.last_seen >= today:
        return before
    return structs.replace(before, last_seen=today, n_days=before.n_days + 1)


def _seen(name: str, when: Sighting) -> Seen:
    place, _, problem = name.partition(": ")
    collection, _, field_name = place.partition(".")
    return Seen(collection=collection, drift=parsed_drift(field_name, problem), when=when)
