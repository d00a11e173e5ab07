"""Lean imports for commands that only write Parquet.

pyarrow imports pandas at its first conversion wherever it is installed: 50 MB and half a second
(measured) for a command that only writes Parquet. pyarrow looks for pandas once; `spare_pandas` hides it then.
The garbage collector searches a year of rows again and again for cycles that rows do not have: a sixth of the
processor time of a sync (measured). Rarer searches cost no memory, since reference counts free the rows.
"""

import gc
import sys

OBJECTS_BETWEEN_COLLECTIONS = 20_000  # Python's default is 700; more than 5 times as many saves no more time


class _NoPandas:
    """An import finder that has no pandas."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        """Refuse pandas, leave all else to the other finders."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not needed here", name=name)


def spare_pandas() -> None:
    """Let pyarrow in this process believe that pandas is not installed; not for commands that query Athena."""
    import pyarrow as pa  # not for every `--help`

    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
        pa.array([0])
        sys.meta_path.remove(_NoPandas)


def spare_collections() -> None:
    """Make the search for cycles rare and exclude every object loaded so far; for a process that handles many rows."""
    gc.freeze()
    collect_rarely()


def collect_rarely() -> None:
    """Make the search for cycles rare, without an exclusion: duckdb reports types that are excluded as leaks."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
