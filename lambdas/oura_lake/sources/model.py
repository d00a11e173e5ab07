"""Declaration of a collection, the one source of all its facts."""

from dataclasses import dataclass, field
from enum import Enum

from oura_lake.sources.ddl import Column, Scalar, parse_columns


class Window(Enum):
    """Parameters with which a request names a span of time."""

    DATES = "start_date, end_date"
    INSTANTS = "start_datetime, end_datetime"
    NONE = "no window: everything comes back"


class Period(Enum):
    """Span of time of one Parquet object; the value is the partition column's name."""

    YEAR = "year"
    MONTH = "month"
    ALL = ""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One collection of a provider and the table it fills.

    `columns` is Hive DDL of the fields as the provider names them; `redundant` are fields that repeat another and
    stay in raw alone. `day` is the field with the record's own local day (None: a time series or an undated document).
    `instant` is the field whose moment the provider compares with the window (empty: the day itself). `key` makes a
    record unique within a person. `webhook` is the provider's data type name (empty: the collection must be polled).
    `lookback_days` is the number of days after its day on which a document may still change. `is_daily` means that
    each day with a worn ring has a record. `known_values` are the values that the provider lists for fields of text:
    `field: a b c; other: d e`. `version` counts the forms of `columns`: raise it with each added column; an object
    carries the version of its oldest row.
    """

    name: str
    columns: str
    redundant: tuple[str, ...] = ()
    scope: str = ""
    path: str = ""
    window: Window = Window.DATES
    day: str | None = "day"
    instant: str = ""
    key: tuple[str, ...] = ("id",)
    by_id: bool = True
    webhook: str = ""
    period: Period = Period.YEAR
    chunk_days: int = 90
    lookback_days: int = 7
    is_daily: bool = True
    known_values: str = ""
    version: int = 1

    @property
    def is_series(self) -> bool:
        """Whether records are rows of a time series: no id, no revision, many a day."""
        return self.period is Period.MONTH

    @property
    def collection(self) -> str:
        """Collection as the provider spells it in the path."""
        return self.path or self.name

    @property
    def fields(self) -> tuple[Column, ...]:
        """Provider's fields with their types."""
        return parse_columns(self.columns)

    @property
    def table_columns(self) -> tuple[Column, ...]:
        """Columns of the table: the fields, an offset beside each instant, and the bookkeeping.

        A time series holds its fields alone: 449,315 rows with a hash each would be 30 MB, not 1 MB.
        """
        if self.is_series:
            return self.fields
        columns: list[Column] = []
        for column in self.fields:
            columns.append(column)
            if column.type == Scalar("timestamp"):
                columns.append(Column(f"{column.name}_utc_offset_min", Scalar("int")))
        return (*columns, *BOOKKEEPING)

    @property
    def listed(self) -> dict[str, frozenset[str]]:
        """Values of each field whose values are listed."""
        fields = (entry.partition(":") for entry in self.known_values.split(";") if entry.strip())
        return {name.strip(): frozenset(values.split()) for name, _, values in fields}


BOOKKEEPING = parse_columns("content_hash string, fetched_at timestamp, is_deleted boolean")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A provider: its name (the raw prefix) and its collections."""

    name: str
    endpoints: tuple[Endpoint, ...] = field(default=())

    def endpoint(self, name: str) -> Endpoint:
        """Endpoint of that table name; raises KeyError."""
        return {e.name: e for e in self.endpoints}[name]
