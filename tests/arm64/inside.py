"""What the arm64 check does in the functions' own Python: each word of the command line is one thing to do.

handler:NAME imports a function; view:NAME asks DuckDB for a view over the lake in OBJECTS; partition:KEY reads an
object of it with pyarrow. A line of the output has what was done, the digest of the rows, and the seconds.
"""

import hashlib
import importlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

LOADED_LATE = {"ingest": ("oura_lake.bootstrap.ingestion", "aws_lambda_powertools")}  # at the first job


def main() -> None:
    """Do each thing."""
    for word in sys.argv[1:]:
        begun = time.monotonic()
        kind, _, name = word.partition(":")
        found = DO[kind](name)
        sys.stdout.write(f"{word} {found}, {time.monotonic() - begun:.0f} s\n")
        sys.stdout.flush()


def handler(name: str) -> str:
    """Import a function with all that it loads; return the processor that Python sees."""
    for module in (f"oura_lake.handlers.{name}", *LOADED_LATE.get(name, ())):
        importlib.import_module(module)
    return os.uname().machine


def view(name: str) -> str:
    """Ask DuckDB for all rows of a view."""
    from oura_lake.lake.store import MemoryStore
    from oura_lake.query.duckdb import DuckDBEngine

    folder, store = Path(os.environ["OBJECTS"]), MemoryStore()
    paths = (path for path in folder.rglob("*") if path.is_file())
    store.objects |= {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return digest(DuckDBEngine(store).query(f"SELECT * FROM {name} ORDER BY person, day").rows)


def partition(key: str) -> str:
    """Read an object with pyarrow."""
    from oura_lake.lake.parquet import read_table

    return digest(read_table(key, (Path(os.environ["OBJECTS"]) / key).read_bytes()).to_pylist())


def digest(rows: Sequence[object]) -> str:
    """Return the number of rows, and a digest of them."""
    return f"{len(rows)} rows {hashlib.sha256(repr(rows).encode()).hexdigest()[:16]}"


DO = {"handler": handler, "view": view, "partition": partition}


if __name__ == "__main__":
    main()
