"""How does a command that needs no pandas do without it?

pyarrow imports pandas at its first conversion wherever it is installed: 50 MB and half a second
(measured) for a command that only writes Parquet. It asks once; while it asks, there is none.
"""

import sys

import pyarrow as pa


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
