"""Objects written before one of their columns was declared, to be rebuilt from raw.

Only tables with columns added later can have such objects, so no object of another table is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from oura_lake.lake.keys import own_keys, partitions_prefix
from oura_lake.lake.parquet import version_of
from oura_lake.lake.store import Store
from oura_lake.sources.model import Endpoint


@dataclass(frozen=True, kw_only=True)
class Outdated:
    """The partitions of one person's table that lack a column's values; '' is the period of an undated table."""

    table: str
    periods: tuple[str, ...]


def outdated(store: Store, endpoints: Iterable[Endpoint], person: str) -> list[Outdated]:
    """Find tables with such partitions: one LIST, and a GET for each object, of tables above version 1 alone.

    Raises UnreadableObject and StoreUnavailable.
    """
    found = []
    for endpoint in endpoints:
        if endpoint.version > 1 and (periods := _older(store, endpoint, person)):
            found.append(Outdated(table=endpoint.name, periods=periods))
    return found


def _older(store: Store, endpoint: Endpoint, person: str) -> tuple[str, ...]:
    found = own_keys(endpoint, store.keys(partitions_prefix(endpoint, person)))
    objects = ((own, store.get(own.key)) for own in found)
    return tuple(
        own.period for own, stored in objects if stored and version_of(stored.data, own.key) < endpoint.version
    )
