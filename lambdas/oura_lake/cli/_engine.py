"""The query engine of a folder, or of the lake in the AWS account."""

from datetime import UTC, datetime
from pathlib import Path

from oura_lake.cli._lean import collect_rarely
from oura_lake.cli._store import store_of
from oura_lake.errors import SettingsWrong
from oura_lake.lake.store import Store
from oura_lake.query.model import Engine, Limits


def engine_of(
    lake: Path | None,
    *,
    deployed: bool,
    as_of: datetime | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    person: str | None = None,
) -> Engine:
    """Engine over the named lake in its present state, or in its state at a moment (UTC).

    The limits hold for DuckDB on this machine; Athena has those of its workgroup. Raises SettingsWrong unless exactly
    one lake is named. With a `person` DuckDB reads the objects of that person alone.
    """
    if lake is None and deployed and as_of is None:
        return _athena()
    store = store_of(lake, deployed=deployed)
    return _duckdb(_past(store, as_of.replace(tzinfo=UTC)) if as_of else store, limits, person)


def _duckdb(store: Store, limits: Limits, person: str | None) -> Engine:
    from oura_lake.query.duckdb import DuckDBEngine  # sqlglot and duckdb are slow to load: not for every `--help`

    collect_rarely()  # the trees of the views are hundreds of thousands of objects
    return DuckDBEngine(store, limits=limits, person=person)


def _past(store: Store, moment: datetime) -> Store:
    """Snapshot that raw makes of a moment. DuckDB reads it here, for a lake in AWS too: Athena has no past."""
    from oura_lake.lake.snapshot import PastStore

    return PastStore(store, moment)


def _athena() -> Engine:
    from oura_lake.aws.stack import outputs
    from oura_lake.query.athena import AthenaEngine  # pandas takes seconds to load

    named = outputs()
    try:
        return AthenaEngine(database=named["Database"], workgroup=named["WorkGroup"])
    except KeyError as error:
        raise SettingsWrong(f"The deployed stack does not say its {error}", "deploy this version of it") from error
