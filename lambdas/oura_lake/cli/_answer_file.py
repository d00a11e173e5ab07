"""Files of query results: CSV or Parquet."""

from pathlib import Path
from typing import BinaryIO

from oura_lake.errors import SettingsWrong
from oura_lake.lake.spreadsheet import write_csv
from oura_lake.output_file import private_file
from oura_lake.query.model import Result

SUFFIXES = (".csv", ".parquet")


def checked(path: Path) -> Path:
    """Path if it can be written; raises SettingsWrong before the query runs."""
    if path.suffix not in SUFFIXES:
        raise SettingsWrong(f"{path.name} names no format", f"end it with {' or '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise SettingsWrong(f"{path} cannot be written: there is no folder {path.parent}", "make it first")
    return path


def keep(result: Result, path: Path) -> None:
    """Write all rows into a file that its owner alone may read; raises SettingsWrong."""
    with private_file(path) as file:
        if path.suffix == ".csv":
            write_csv(file, result.columns, result.rows)
        else:
            _parquet(result, file)


def _parquet(result: Result, file: BinaryIO) -> None:
    import pyarrow as pa  # its import takes a third of a second; a table on the terminal does not need it
    import pyarrow.parquet as pq

    columns = zip(*result.rows, strict=True) if result.rows else ([] for _ in result.columns)
    arrays = [pa.array(list(values)) for values in columns]
    texts = [a.cast(pa.string()) if pa.types.is_null(a.type) else a for a in arrays]  # few readers know type null
    pq.write_table(pa.table(texts, names=list(result.columns)), file, compression="zstd")
