"""Where does an answer go that is to be kept: a CSV or Parquet file?"""

import csv
from pathlib import Path

from oura_lake.engines._model import Result
from oura_lake.errors import SettingsWrong
from oura_lake.export import FOR_SPREADSHEETS, cell

SUFFIXES = (".csv", ".parquet")


def checked(path: Path) -> Path:
    """The path if it can be written; raises SettingsWrong before anything is asked."""
    if path.suffix not in SUFFIXES:
        raise SettingsWrong(f"{path.name} tells no form; end it with {' or '.join(SUFFIXES)}.")
    if not path.parent.is_dir():
        raise SettingsWrong(f"{path} cannot be written: there is no folder {path.parent}; make it first.")
    return path


def keep(result: Result, path: Path) -> None:
    """Write all rows; raises SettingsWrong where the file cannot be written."""
    try:
        if path.suffix == ".csv":
            _csv(result, path)
        else:
            _parquet(result, path)
    except OSError as error:
        raise SettingsWrong(f"Cannot write {path}: {error.strerror or 'the disk refused'}; choose another.") from error


def _csv(result: Result, path: Path) -> None:
    with path.open("w", encoding=FOR_SPREADSHEETS, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(result.columns)
        writer.writerows([cell(value) for value in row] for row in result.rows)


def _parquet(result: Result, path: Path) -> None:
    import pyarrow as pa  # a third of a second that a table on the terminal needs not
    import pyarrow.parquet as pq

    columns = zip(*result.rows, strict=True) if result.rows else ([] for _ in result.columns)
    arrays = [pa.array(list(values)) for values in columns]
    texts = [a.cast(pa.string()) if pa.types.is_null(a.type) else a for a in arrays]  # nobody reads a column of no type
    pq.write_table(pa.table(texts, names=list(result.columns)), path, compression="zstd")
