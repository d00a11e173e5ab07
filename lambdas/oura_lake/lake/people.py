"""Persons of a lake; a command about a person refuses unknown names in one sentence."""

from collections.abc import Collection

from oura_lake.errors import NothingStored, SettingsWrong
from oura_lake.lake.keys import PERSON, STORED_VIEW, checked_person, own_keys, table_prefix
from oura_lake.lake.store import Store
from oura_lake.sources import lake, oura

PARTITION = "person="
FILL = "fill it with `oura-lake sync`"
OWN = (f"raw/{lake.SOURCE.name}/", f"lake/{STORED_VIEW}", *(table_prefix(endpoint) for endpoint in lake.ENDPOINTS))


def persons_in(store: Store) -> list[str]:
    """List the persons with received or requested records, in order; raises StoreUnavailable.

    The lake's own records of a person, such as a consent, do not count.
    """
    parts = (part for key in store.keys("") if not key.startswith(OWN) for part in key.split("/"))
    names = {part.removeprefix(PARTITION) for part in parts if part.startswith(PARTITION)}
    return sorted(name for name in names if PERSON.fullmatch(name))


def persons_with_rows(store: Store) -> list[str]:
    """List the persons with a table of the provider's records, in order; raises StoreUnavailable."""
    keys = list(store.keys("lake/"))
    return sorted({key.person for endpoint in oura.ENDPOINTS for key in own_keys(endpoint, keys)})


def known_person(name: str, known: Collection[str]) -> str:
    """Return the name if the lake has records of that person; raises SettingsWrong with the known names."""
    if checked_person(name) not in known:
        raise nothing_of(name, known)
    return name


def nothing_of(name: str, known: Collection[str]) -> NothingStored:
    """Make the error for a person whom the lake does not know."""
    if not known:
        return NothingStored(f"The lake holds nothing of {name}, and of nobody else", FILL)
    return NothingStored(f"The lake holds nothing of {name}", f"it has {', '.join(known)}")


def chosen_person(wanted: str | None, known: Collection[str]) -> str:
    """Return the requested person, or the only one; raises SettingsWrong."""
    if wanted is not None:
        return known_person(wanted, known)
    if not known:
        raise NothingStored("The lake holds nothing of anyone yet", FILL)
    if len(known) > 1:
        raise SettingsWrong(f"The lake holds {', '.join(known)}", f"choose one with --person {next(iter(known))}")
    return next(iter(known))
