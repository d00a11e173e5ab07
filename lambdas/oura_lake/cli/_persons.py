"""The person of a command, and the zone of their days."""

from pathlib import Path
from zoneinfo import ZoneInfo

from oura_lake.cli._days import zone
from oura_lake.cli._store import STACK
from oura_lake.lake.people import chosen_person, persons_in
from oura_lake.lake.store import Store
from oura_lake.ledger.home_zone import remembered_zone
from oura_lake.local.folder_store import FolderStore
from oura_lake.person import Person, persons


def person_of(store: Store, wanted: str | None, *, deployed: bool, stack: str = STACK) -> str:
    """Person of a folder or the deployed lake (None: the only one); raises SettingsWrong and StoreUnavailable.

    The deployed lake knows everybody in its settings, and removed persons as long as some of their data remains.
    """
    if not deployed:
        return chosen_person(wanted, persons_in(store))
    configured = sorted(deployed_persons(stack))
    if wanted is None or wanted in configured:
        return chosen_person(wanted, configured)
    return chosen_person(wanted, sorted({*configured, *persons_in(store)}))


def zone_of(person: str, lake: Path | None, named: str | None = None) -> ZoneInfo:
    """Zone by name, else of the folder's record or of the deployed settings, else of this machine.

    Raises SettingsWrong and StoreError.
    """
    if named or lake is not None:
        return zone(named or remembered_zone(FolderStore(Path(lake or "")), person))
    configured = deployed_persons(STACK)
    return ZoneInfo(configured[person].timezone) if person in configured else zone(None)


def deployed_persons(stack: str = STACK) -> dict[str, Person]:
    """Persons of the deployed settings by name; raises SettingsWrong and StoreUnavailable."""
    from oura_lake.aws.stack import outputs  # boto3 takes a second to load; `--lake` need not wait

    return persons(outputs(stack).get("Persons", "{}"))
