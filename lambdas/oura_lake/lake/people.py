"""Persons of a lake; a command that is about a person refuses everybody else in one sentence."""

from collections.abc import Collection

from oura_lake.errors import NothingStored, SettingsWrong
from oura_lake.lake.keys import PERSON, checked_person, table_prefix
from oura_lake.lake.store import Store
from oura_lake.sources import lake

PARTITION = "person="
OWN = (f"raw/{lake.SOURCE.name}/", *(table_prefix(endpoint) for endpoint in lake.ENDPOINTS))


def persons_in(store: Store) -> list[str]:
    """Everybody whose records were received or asked for, in order; raises StoreUnavailable.

    What the lake itself wrote down of a person, such as a consent, makes nobody known.
    """
    parts = (part for key in store.keys("") if not key.startswith(OWN) for part in key.split("/"))
    names = {part.removeprefix(PARTITION) for part in parts if part.startswith(PARTITION)}
    return sorted(name for name in names if PERSON.fullmatch(name))


def known_person(name: str, known: Collection[str]) -> str:
    """The name if the lake holds something of that person; raises SettingsWrong with those it has."""
    if checked_person(name) not in known:
        raise nothing_of(name, known)
    return name


def nothing_of(name: str, known: Collection[str]) -> NothingStored:
    """The refusal of a person whom the lake does not know."""
    return NothingStored(f"The lake holds nothing of {name}", f"it has {', '.join(known) or 'nobody'}")


def chosen_person(wanted: str | None, known: Collection[str]) -> str:
    """The person asked for, or the only one there is; raises SettingsWrong."""
    if wanted is not None:
        return known_person(wanted, known)
    if not known:
        raise NothingStored("The lake holds nothing of anyone yet", "fill it with `oura-lake sync`")
    if len(known) > 1:
        raise SettingsWrong(f"The lake holds {', '.join(known)}", f"choose one with --person {next(iter(known))}")
    return next(iter(known))
