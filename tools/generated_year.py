"""Sums of every view over the generated year, which tests/views/test_generated_year.py compares.

python -m tools.generated_year         writes tests/views/generated_year.yml of this folder
"""

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

from oura_lake.query.model import Engine
from oura_lake.query.views import load_views

from tools.catalogue import generated_lake

PAGE = Path("tests/views/generated_year.yml")
HEAD = "# Written by `make reference`: of each column of each view how many values it has, and their sum.\n"
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the views' moments are naive
Sum = tuple[int, float]


def sums(engine: Engine, view: str) -> dict[str, Sum]:
    """Count of each column's values of a view, and their sum."""
    result = engine.query(f"SELECT * FROM {view}")
    return {
        column: _sum(row[n] for row in result.rows if row[n] is not None) for n, column in enumerate(result.columns)
    }


def _sum(values: Iterable[Any]) -> Sum:
    sizes = [_size(value) for value in values]
    return len(sizes), sum(sizes)


def _size(value: Any) -> float:
    """Return a number that changes with the value: of a text its checksum, of a moment its time."""
    match value:
        case None:
            return 0.0
        case str():
            return float(crc32(value.encode()))
        case datetime():
            return (value - EPOCH).total_seconds()
        case date():
            return float(value.toordinal())
        case dict():
            return sum(map(_size, value.values()))
        case list() | tuple():
            return sum(map(_size, value))
    return float(value)


def page(engine: Engine) -> str:
    """Format the sums of all views as YAML, a line a column."""
    return HEAD + "".join(
        f"{view}:\n" + "".join(f"  {name}: [{n}, {total:.12g}]\n" for name, (n, total) in sums(engine, view).items())
        for view in load_views()
    )


def main() -> None:
    """Write the file of the current folder."""
    if not PAGE.parent.is_dir():
        sys.exit("There is no folder tests/views/ here; run it in the project's folder.")
    with TemporaryDirectory(prefix="oura-lake-year-") as folder:
        PAGE.write_text(page(generated_lake(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
