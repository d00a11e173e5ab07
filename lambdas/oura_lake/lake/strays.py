"""Stray objects: a sync client's copy, a renamed file, a folder.

No reader reads a stray object, since its rows would count twice or under a wrong name. Commands list it for the user.
"""

from collections.abc import Iterable, Mapping

from oura_lake.lake.keys import own_keys, parsed_key
from oura_lake.lake.store import Store
from oura_lake.sources import lake, oura
from oura_lake.sources.model import Endpoint

PREFIXES = ("lake/", "raw/")
TABLES: Mapping[str, Endpoint] = {e.name: e for e in (*oura.ENDPOINTS, *lake.ENDPOINTS)}
MOST_NAMED = 5


def strays(store: Store) -> list[str]:
    """List the keys under lake/ and raw/ that no run of this program writes; raises StoreUnavailable."""
    return [key for prefix in PREFIXES for key in store.keys(prefix) if is_stray(key)]


def is_stray(key: str) -> bool:
    """Whether a key is of no object of a table or of raw; an unknown table may be a later version's."""
    parsed = parsed_key(key)
    if parsed is None:
        return True
    return parsed.table in TABLES and not any(own_keys(TABLES[parsed.table], [key]))


def sentence(keys: Iterable[str]) -> str:
    """Name the objects that are not read and the remedy; empty without any."""
    named = sorted(keys)
    if not named:
        return ""
    rest = f" and {len(named) - MOST_NAMED:,} more" if len(named) > MOST_NAMED else ""
    shown = ", ".join(f"'{key}'" for key in named[:MOST_NAMED])
    return f"Not read, since no run of Oura Lake writes such a name: {shown}{rest}; move it out of the lake's folder."
