"""Lean imports for commands that only write Parquet.

pyarrow imports pandas at its first conversion wherever it is installed: 50 MB and half a second
(measured) for a command that only writes Parquet. It asks once; while it asks, there is none.
The garbage collector looks through a year of rows again and again for cycles that rows do not have: a sixth
of the processor time of a sync (measured). Asked more rarely, it costs no memory: rows go by their counts.
"""

import gc
import sys

import pyarrow as pa

OBJECTS_BETWEEN_COLLECTIONS = 20_000  # Python's own is 700; from 5 times as many on nothing more is gained


class _NoPandas:
    """An import finder that has no pandas."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        """Refuse pandas, leave all else to the other finders."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not needed here", name=name)


def spare_pandas() -> None:
    """Let pyarrow in this process believe that pandas is not installed; not for commands that query Athena."""
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
        pa.array([0])
        sys.meta_path.remove(_NoPandas)


def spare_collections() -> None:
    """Look for cycles rarely, and never among what is loaded by now; for a process that handles many rows."""
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
