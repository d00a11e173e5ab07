"""One Trino for this folder, over lakes in one temporary folder; the cost of the views is printed at the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest
from engine.catalog import make_tables, make_view
from engine.client import TrinoEngine
from engine.glue import glue_and_s3, settings
from engine.installed import absent
from engine.lakes import generated, recorded
from engine.server import Running, trino
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.views import in_order, load_views
from support.aws_over_http import Aws

FOLDER = Path(__file__).parent
YEARS = 10
LINES = pytest.StashKey[dict[str, list[str]]]()


@dataclass(frozen=True, kw_only=True)
class Lake:
    """Lake before both engines."""

    store: FolderStore
    trino: TrinoEngine
    duckdb: DuckDBEngine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep this folder in one worker, for it has one server, and out of `make test`."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("engine"))
            item.add_marker(pytest.mark.engine)


def pytest_configure(config: pytest.Config) -> None:
    """Have a place for the lines to print at the end."""
    config.stash[LINES] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the notes of the tests, by title."""
    for title, lines in config.stash[LINES].items():
        terminalreporter.section(title)
        terminalreporter.write_line("\n".join(lines))


@pytest.fixture(scope="session")
def notes(pytestconfig: pytest.Config) -> dict[str, list[str]]:
    """Lines to print at the end, by title."""
    return pytestconfig.stash[LINES]


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that is the bucket of the deployed lake."""
    return tmp_path_factory.mktemp("bucket")


@pytest.fixture(scope="session")
def aws(bucket: Path) -> Iterator[Aws]:
    """Glue and S3 of the deployed lake."""
    with glue_and_s3(bucket) as served:
        yield served


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, aws: Aws) -> Iterator[Running]:
    """Trino that sees one temporary folder, and the deployed lake."""
    if reason := absent():
        pytest.skip(reason)
    with trino(tmp_path_factory.mktemp("engine"), settings(aws)) as server:
        yield server


@pytest.fixture(scope="session")
def ten_years(running: Running) -> Lake:
    """Ten years of the generated person."""
    (running.folder / "ten_years").mkdir()
    copytree(generated(YEARS), running.folder / "ten_years" / "lake")  # no link: a store follows none
    return _lake(running, "ten_years")


@pytest.fixture(scope="session")
def recorded_lake(running: Running, shared: Path) -> Lake:
    """Lake with the recorded answers of the real API."""
    recorded(shared, running.folder / "recorded")
    return _lake(running, "recorded")


def _lake(running: Running, name: str) -> Lake:
    engine = make_tables(running, name, name)
    for view in in_order(load_views()):
        make_view(engine, view)
    store = FolderStore(running.folder / name)
    return Lake(store=store, trino=engine, duckdb=DuckDBEngine(store))
