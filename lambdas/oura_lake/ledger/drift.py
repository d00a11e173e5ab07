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

MOST_NAMES = 5  # new fields below one parent, or new values of one field
LONGEST_NAME = 80
NAME = re.compile(rf"[A-Za-z_][\w.\[\]-]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
DATED = re.compile(r"(^|\.)\d|\d{4}")
MORE = "*"
OF_ANY_NAME = (DriftKind.UNKNOWN, DriftKind.CHARACTER)  # kinds of undeclared fields
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
    notice: str = field(name="telling", default="")  # the kind of the notice that reports it


NOTE = records(Sighting, advice=REMAKE)
Sightings = Mapping[str, Sighting]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One field that differs from its declaration, and the days of its sightings."""

    collection: str
    drift: Drift
    when: Sighting

    @property
    def name(self) -> str:
        """Name of the entry in the note."""
        return _name(self.collection, self.drift)

    @property
    def sentence(self) -> str:
        """Sentence with the drift and its first day."""
        return f"{sentence(self.collection, self.drift)} (since {self.when.first_seen})"


def sentence(collection: str, drift: Drift) -> str:
    """Describe a drift in words that repeat no value but a new one of a list."""
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
    """Describe a drift and its effect on the stored rows."""
    words = sentence(collection, drift)
    return words if drift.kind is DriftKind.CHARACTER else f"{words}, which this version does not know; raw keeps it"


def note_drift(store: Store, person: str, days: Days, found: Mapping[str, Collection[Drift]]) -> bool:
    """Record drift by collection; returns True when that changed the note, once a day.

    Raises WriteConflict, UnreadableObject and StoreUnavailable.
    """
    today = days.now.astimezone(days.zone).date()
    all_drift = [(collection, drift) for collection, drifts in sorted(found.items()) for drift in sorted(drifts)]

    def noted(before: Sightings) -> Sightings:
        note = dict(before)
        for collection, drift in all_drift:
            name = _bounded(note, collection, drift)
            note[name] = _counted(note.get(name), today)
        return note

    return bool(all_drift) and update(store, drift_key(person), NOTE, noted)


def read_drift(store: Store, person: str) -> list[Seen]:
    """Read every noted drift, in order; raises UnreadableObject and StoreUnavailable."""
    return [_seen(name, when) for name, when in sorted(read(store, drift_key(person), NOTE).items())]


def mark_notice(store: Store, person: str, news: Iterable[Seen], kind: str) -> None:
    """Note the notice that reports these, before it goes out; an earlier assignment stays."""
    _mark(store, person, news, lambda when: structs.replace(when, notice=when.notice or kind))


def mark_reported(store: Store, person: str, reported: Iterable[Seen]) -> None:
    """Note that a notice has reported these to the person."""
    _mark(store, person, reported, lambda when: structs.replace(when, is_reported=True))


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
    """Name a drift in the note; beyond `MOST_NAMES` of a kind below one parent all others share one name.

    So fields with days or random text in their names cost one message and one entry, not one a day.
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
    """Parent of a field's name, with the dot behind it; empty for a field of the document itself."""
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
