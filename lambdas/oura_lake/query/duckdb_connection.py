"""Connection to DuckDB that reads one folder and writes no row where others may read it."""

import shutil
import tempfile
import weakref
from pathlib import Path

import duckdb

from oura_lake.query.duckdb_tables import literal, no_pattern
from oura_lake.query.model import Limits

OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "temp_directory": "",  # DuckDB's own choice is the working folder: read-only in Lambda, anybody's on a laptop
}


def connected(folder: Path, limits: Limits, spill_folder: str) -> duckdb.DuckDBPyConnection:
    """Connect an engine that reads the files below a folder, no other file and no address; no SQL can change that."""
    connection = duckdb.connect(":memory:", config=OFFLINE | {"temp_directory": spill_folder})
    connection.execute("SET TimeZone = 'UTC'")
    if limits.gigabytes:
        connection.execute(f"SET memory_limit = '{limits.gigabytes:.3f}GB'")
    allowed = ", ".join(literal(text) for text in (str(folder), no_pattern(folder)))  # a read names the second
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def spill_folder(owner: object) -> str:
    """Make a folder for rows beyond the memory, which is removed with its owner."""
    folder = tempfile.mkdtemp(prefix="oura-lake-spill-")  # this account alone may enter it
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return folder
