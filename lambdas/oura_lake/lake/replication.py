"""Replication of a lake to another place, complete and verified.

Raw and rejected records are append-only, so the copy of the missing objects completes the new place; the tables are
made from raw there. Notes of the ledger change, and are copied as long as the new place has not started to run.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oura_lake.errors import StoreUnavailable, UnreadableObject
from oura_lake.lake.keys import STORED_VIEW, claim_key, parsed_key
from oura_lake.lake.parquet import n_rows
from oura_lake.lake.rebuild import partitions, rebuild
from oura_lake.lake.store import Store
from oura_lake.sources import lake, oura

ADDED_TO = ("raw/", "rejected/")
Step = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A person's table with another number of rows at the new place."""

    person: str
    table: str
    n_old: int
    n_new: int


def bring(old: Store, new: Store, step: Step) -> int:
    """Copy the missing append-only objects; returns their number. Raises StoreError."""
    missing = [key for prefix in ADDED_TO for key in _missing(old, new, prefix)]
    for n, key in enumerate(missing, start=1):
        _copy(old, new, key, replacing=None)
        step("copied", n, len(missing))
    return len(missing)


def bring_ledger(old: Store, new: Store, person: str) -> int:
    """Copy a person's notes unchanged, except the claim on a renewal; returns their number. Raises StoreError."""
    n = 0
    for key in (key for key in old.keys(f"ledger/person={person}/") if key != claim_key(person)):
        mine, theirs = old.get(key), new.get(key)
        if mine and (theirs is None or theirs.data != mine.data):
            new.put(key, mine.data, replacing=theirs.etag if theirs else None)
            n += 1
    return n


def make_tables(new: Store, step: Step) -> int:
    """Make every table from raw; returns the number of objects. Raises StoreError."""
    found = [p for source in (oura.SOURCE, lake.SOURCE) for p in partitions(new, source, source.endpoints)]
    for n, partition in enumerate(found, start=1):
        if (made := rebuild(partition)).note:
            raise UnreadableObject(f"{made.key}: {made.note}")
        step("made from raw", n, len(found))
    return len(found)


def rows_of(store: Store) -> Counter[tuple[str, str]]:
    """Count the rows of each person's table, without those that a view made. Raises StoreError."""
    rows: Counter[tuple[str, str]] = Counter()
    for parsed in filter(None, map(parsed_key, store.keys("lake/"))):
        if parsed.table.startswith(STORED_VIEW):
            continue
        if stored := store.get(parsed.key):
            rows[parsed.person, parsed.table] += n_rows(stored.data, parsed.key)
    return rows


def differences(old: Counter[tuple[str, str]], new: Counter[tuple[str, str]]) -> list[Difference]:
    """List the tables with different numbers of rows."""
    return [
        Difference(person=person, table=table, n_old=old[person, table], n_new=new[person, table])
        for person, table in sorted(old.keys() | new.keys())
        if old[person, table] != new[person, table]
    ]


def _missing(old: Store, new: Store, prefix: str) -> Iterator[str]:
    there = set(new.keys(prefix))
    return (key for key in old.keys(prefix) if key not in there)


def _copy(old: Store, new: Store, key: str, *, replacing: str | None) -> None:
    stored = old.get(key)
    if stored is None:  # it was listed: an error, not an object less to copy
        raise StoreUnavailable(f"The object {key} was listed and cannot be found", "run it again")
    new.put(key, stored.data, replacing=replacing)
