"""A question to the lake: a SELECT with its values filled in, or all rows of a view."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from oura_lake.errors import QueryFailed
from oura_lake.query.catalog import describe
from oura_lake.query.statement import of_any_depth, read_only
from oura_lake.query.views import DIALECT

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """Filter of the rows of a view: one person, a first and a last day; None: all."""

    person: str | None = None
    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return any((self.person, self.first, self.last))


def is_name(text: str) -> bool:
    """Return whether a text is the name of a view or table alone, instead of SQL."""
    return NAME.fullmatch(text.strip()) is not None


def of_view(name: str, wanted: Narrowing) -> str:
    """SELECT of a view's or table's rows, newest first, in a fixed order; raises QueryFailed for an unknown name."""
    described = describe(name.strip().lower())
    day = described.day
    if not day and (wanted.first or wanted.last):
        raise QueryFailed(f"{described.name} has no day to choose by", "leave out --from and --to")
    if wanted.person and not described.is_personal:
        raise QueryFailed(f"{described.name} is nobody's own", "leave out --person")
    conditions = [f"person = {_literal(wanted.person)}"] if wanted.person else []
    conditions += [f"{day} >= {_literal(wanted.first.isoformat())}"] if wanted.first else []
    conditions += [f"{day} <= {_literal(wanted.last.isoformat())}"] if wanted.last else []
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT * FROM {described.name}{where}" + (f" ORDER BY {described.order}" if described.order else "")


@of_any_depth()
def filled(sql: str, values: Mapping[str, str]) -> str:
    """SELECT with each `:name` replaced by its value; raises QueryFailed for a name or value without the other.

    A value that looks like a day becomes a DATE, one that looks like a number becomes a number, any other a text.
    """
    statement = read_only(sql)
    named = {hole.name for hole in statement.find_all(exp.Placeholder)}
    for name in sorted(named ^ values.keys()):
        if name in named:
            raise QueryFailed(f"The query has :{name} and no value for it", f"add --set {name}=VALUE")
        raise QueryFailed(f"The query has no :{name} to set", "write it where the value belongs")
    if not named:
        return sql
    for hole in list(statement.find_all(exp.Placeholder)):
        hole.replace(exp.maybe_parse(_literal(values[hole.name]), dialect=DIALECT))
    return statement.sql(dialect=DIALECT)


def _literal(value: str) -> str:
    if DAY.fullmatch(value):
        return f"DATE '{value}'"
    return value if NUMBER.fullmatch(value) else "'" + value.replace("'", "''") + "'"
