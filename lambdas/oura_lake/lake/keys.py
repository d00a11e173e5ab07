"""Keys of the lake: the one place that knows them.

    raw/<source>/<table>/person=<p>/<yyyy>/<mm>/<run>.jsonl.gz       append-only, by time of fetching
    lake/<table>/person=<p>/<period>=<value>/data.parquet            one object per partition

Standard library only: the CDK app reads it too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from oura_lake.errors import SettingsWrong
from oura_lake.sources.ddl import Column, Scalar
from oura_lake.sources.model import Endpoint, Period

FIRST_YEAR = 2015  # the first ring was sold then; each earlier year would be a LIST of every scan in Athena
PERSON = re.compile(r"[a-z][a-z0-9-]{0,30}")
DATA_FILE = "data.parquet"
LINES_FILE = ".jsonl.gz"
STAMP = "%Y%m%dT%H%M%S%fZ"
_WHOSE = rf"(?P<table>[a-z0-9_]+)/person=(?P<person>{PERSON.pattern})/"
_YEAR, _MONTH, _STAMP = "[0-9]{4}", "[0-9]{4}-(?:0[1-9]|1[0-2])", "[0-9]{8}T[0-9]{12}Z"
KEYS = (
    re.compile(rf"lake/{_WHOSE}(?:year=(?P<year>{_YEAR})/|month=(?P<month>{_MONTH})/)?{re.escape(DATA_FILE)}"),
    re.compile(
        rf"raw/(?P<source>[a-z0-9_]+)/{_WHOSE}{_YEAR}/[0-9]{{2}}/(?P<stamp>{_STAMP})"
        rf"(?:-(?:(?P<month>{_MONTH})|(?P<year>{_YEAR})))?{re.escape(LINES_FILE)}"
    ),
)
PERIODS = {Period.YEAR: re.compile(_YEAR), Period.MONTH: re.compile(_MONTH), Period.ALL: re.compile("")}
RAW_TABLE = "raw_lines"  # raw as a table: its columns as they are written, whole documents and rows as JSON text
RAW_COLUMNS = tuple(
    Column(name, Scalar("boolean" if name == "deleted" else "string"))
    for name in ("fetched_at", "request", "hash", "deleted", "document", "rows")
)
RAW_PARTITIONS = tuple(Column(name, Scalar("string")) for name in ("source", "collection", "person", "fetched"))
WEBHOOKS_KEY = (
    "ledger/webhooks.json"  # time of the last check of the subscriptions, which belong to the app, not to a person
)
STORED_VIEW = "stored_"  # begins the name of a table with the rows of a view, one object a person
RESULTS_PREFIX = "athena-results/"  # results of queries, with rows of any person


@dataclass(frozen=True, kw_only=True)
class ParsedKey:
    """Parts of the key of an object of a table or of raw; a table's object has neither source nor stamp."""

    key: str
    table: str
    person: str
    period: str
    source: str = ""
    stamp: str = ""


def parsed_key(key: str) -> ParsedKey | None:
    """Parse a key under lake/ or raw/; None for one that no run writes, such as a sync client's copy.

    Every reader recognises objects by this alone.
    """
    for pattern in KEYS:
        if found := pattern.fullmatch(key):
            parts = found.groupdict()
            period = parts.pop("month") or "", parts.pop("year") or ""
            return ParsedKey(key=key, period="".join(period), **parts) if _is_moment(parts.get("stamp")) else None
    return None


def own_keys(endpoint: Endpoint, keys: Iterable[str]) -> Iterator[ParsedKey]:
    """Select the keys of a table's objects, in raw or under lake/, with the table's own period."""
    for key in keys:
        parsed = parsed_key(key)
        if parsed and parsed.table == endpoint.name and PERIODS[endpoint.period].fullmatch(parsed.period):
            yield parsed


def checked_person(name: str) -> str:
    """Return the name if it can be a partition; raises SettingsWrong."""
    if not PERSON.fullmatch(name):
        raise SettingsWrong(
            f"'{name}' cannot name a person", "use a lower-case letter, then up to 30 letters, digits or hyphens"
        )
    return name


def signing_key_name(prefix: str, person: str) -> str:
    """Name of the secret that signs calls of a person's webhook; `prefix` is that of the lake's secrets."""
    return f"{prefix}webhook/{person}"


def table_prefix(endpoint: Endpoint) -> str:
    """Prefix under which all objects of a table lie."""
    return f"lake/{endpoint.name}/"


def partitions_prefix(endpoint: Endpoint, person: str) -> str:
    """Prefix under which one person's partitions of a table lie."""
    return f"{table_prefix(endpoint)}person={person}/"


def lake_key(endpoint: Endpoint, person: str, period: str) -> str:
    """Key of one partition's object; `period` is '' for undated tables."""
    folder = f"{endpoint.period.value}={period}/" if endpoint.period is not Period.ALL else ""
    return f"{partitions_prefix(endpoint, person)}{folder}{DATA_FILE}"


def stored_view_table(view: str) -> str:
    """Name of the table that stores the rows of a view."""
    return f"{STORED_VIEW}{view}"


def stored_view_prefix(view: str) -> str:
    """Prefix under which the stored rows of a view lie, one object a person."""
    return f"lake/{stored_view_table(view)}/"


def stored_view_key(view: str, person: str) -> str:
    """Key of the stored rows of one person's view."""
    return f"{stored_view_prefix(view)}person={person}/{DATA_FILE}"


def partition_columns(endpoint: Endpoint) -> tuple[Column, ...]:
    """Partition columns: the person is text, a year is a number, a month is `yyyy-MM`."""
    person = Column("person", Scalar("string"))
    match endpoint.period:
        case Period.YEAR:
            return (person, Column("year", Scalar("int")))
        case Period.MONTH:
            return (person, Column("month", Scalar("string")))
        case Period.ALL:
            return (person,)


def period_of(endpoint: Endpoint, record: Mapping[str, Any]) -> str:
    """Period of a provider's record, from its own ISO text; '' for undated tables.

    A time series is cut at UTC months, since its rows carry UTC instants and no day.
    """
    match endpoint.period:
        case Period.YEAR:
            return str(record[endpoint.day or "day"])[:4]
        case Period.MONTH:
            return str(record[endpoint.instant])[:7]
        case Period.ALL:
            return ""


def is_of(key: str, person: str) -> bool:
    """Whether an object belongs to one person alone, in any table or note, also of another version."""
    return f"person={person}" in key.split("/")


def source_prefix(source: str, endpoint: Endpoint) -> str:
    """Prefix of all raw objects of a table."""
    return f"raw/{source}/{endpoint.name}/"


def raw_prefix(source: str, endpoint: Endpoint, person: str) -> str:
    """Prefix of all raw objects of one person's table."""
    return f"{source_prefix(source, endpoint)}person={person}/"


def raw_key(source: str, endpoint: Endpoint, person: str, fetched_at: datetime, period: str) -> str:
    """Key of the raw object of one run for one partition; sorts by time of fetching."""
    suffix = f"-{period}" if period else ""
    return f"{raw_prefix(source, endpoint, person)}{fetched_at:%Y/%m}/{fetched_at:{STAMP}}{suffix}{LINES_FILE}"


def stamp_in(key: str) -> str:
    """Time in the name of a raw object; sorts by time."""
    return key.rpartition("/")[2].partition("Z")[0] + "Z"


@lru_cache(maxsize=10_000)  # a landing compares the same few thousand again for each document
def stamp_moment(stamp: str) -> datetime:
    """Moment of a time in the name of a raw object."""
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)


def rejected_key(source: str, endpoint: Endpoint, person: str, digest: str) -> str:
    """Key of a record that fits no partition (no key, no day): stored once, never merged."""
    return f"rejected/{source}/{endpoint.name}/person={person}/{digest}.json.gz"


def ledger_key(person: str, kind: str) -> str:
    """Key of a person's ledger of one kind of alert: changed by compare-and-swap alone."""
    return f"ledger/person={person}/{kind}.json"


def notice_key(person: str, kind: str) -> str:
    """Key of a person's notice of one kind about the lake itself, such as a broken token."""
    return f"ledger/person={person}/notices/{kind}.json"


def token_state_key(person: str) -> str:
    """Key of the note that a person's token chain is broken."""
    return f"ledger/person={person}/token.json"


def account_key(person: str) -> str:
    """Key of the note of the provider's account behind the person's records."""
    return f"ledger/person={person}/account.json"


def request_log_key(person: str) -> str:
    """Key of the request log: the requested days and their outcome."""
    return f"ledger/person={person}/asked.json"


def drift_key(person: str) -> str:
    """Key of the note of drift."""
    return f"ledger/person={person}/drift.json"


def backfill_key(person: str) -> str:
    """Key of the progress of the last `oura-lake backfill` of a person."""
    return f"ledger/person={person}/backfill.json"


def pending_analysis_key(person: str) -> str:
    """Key of the note that landed data needs an analysis run that may send alerts."""
    return f"ledger/person={person}/owed.json"


def judged_key(person: str) -> str:
    """Key of the note of what a person's landed findings were made from."""
    return f"ledger/person={person}/judged.json"


def zone_key(person: str) -> str:
    """Key of the note of the time zone of a person's days, in a folder of this machine."""
    return f"ledger/person={person}/zone.json"


def claim_key(person: str) -> str:
    """Key of the claim on a person's refresh token, with the owner of the renewal."""
    return f"ledger/person={person}/refresh.json"


def _is_moment(stamp: str | None) -> bool:
    try:
        return stamp is None or bool(datetime.fromisoformat(stamp[:15]))
    except ValueError:
        return False
