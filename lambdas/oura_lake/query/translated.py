"""The views' SQL for DuckDB, translated beforehand by `make setup`; the functions that run DuckDB have it too.

Parsing the views below `person_day` and writing them for DuckDB takes longer than the query itself. The file has them
by a digest of all that they are made from, so a stale entry is never found. A missing or damaged file costs time alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlglot import _version

REPOSITORY, BUNDLE = Path(__file__).resolve().parents[3], Path(__file__).resolve().parents[2]
FILE = (BUNDLE if (BUNDLE / "athena").is_dir() else REPOSITORY) / ".cache" / "duckdb-views.json"
TRANSLATOR = Path(__file__).with_name("views.py")


@dataclass(frozen=True)
class Translated:
    """SQL of a view for DuckDB, the tables and views that it reads, and its columns with DuckDB's types."""

    sql: str
    reads: frozenset[str]
    columns: Mapping[str, str]


def digest_of(*texts: str) -> str:
    """Digest of a view's texts, and of the code and the version of sqlglot that translate it."""
    whole = json.dumps([_version.__version__, _translator(), *texts])
    return hashlib.sha256(whole.encode()).hexdigest()


def found(digest: str, file: Path = FILE) -> Translated | None:
    """Find the translation of that digest; None where the file has none."""
    match entries_of(file).get(digest):
        case {"sql": str(sql), "reads": [*reads], "columns": {**columns}}:
            return Translated(sql, frozenset(map(str, reads)), {str(name): str(kind) for name, kind in columns.items()})
        case _:
            return None


def store(entries: Iterable[tuple[str, Translated]], file: Path = FILE) -> None:
    """Write the file anew with translations by their digest."""
    content = {
        digest: {"sql": known.sql, "reads": sorted(known.reads), "columns": dict(known.columns)}
        for digest, known in entries
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps(content, indent=1), encoding="utf-8")
    unfinished.replace(file)
    entries_of.cache_clear()


@cache
def entries_of(file: Path) -> dict[str, object]:
    """Content of a file by digest; empty where it is missing or damaged."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # without the file the views are translated when they are needed
        return {}
    return content if isinstance(content, dict) else {}


@cache
def _translator() -> str:
    return TRANSLATOR.read_text(encoding="utf-8")
