"""Check of a statement: one SELECT over tables and views of the lake, or one sentence about the fault."""

import difflib
import logging
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError, SqlglotError, TokenError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from oura_lake.errors import QueryFailed
from oura_lake.query.views import DIALECT, relations, tables_read

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # SQL that it cannot parse is refused below, with our own message

NO_SELECT = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Set, exp.Pragma, exp.Attach, exp.Copy)  # at any depth
UNRESOLVED = re.compile(r"Column '([^']+)' could not be resolved|Unknown column: (\w+)")


@contextmanager
def of_any_depth() -> Iterator[None]:
    """Raise QueryFailed for a statement that is nested too deeply for Python's stack."""
    try:
        yield
    except RecursionError as error:
        raise QueryFailed("The SQL is nested too deeply", "write it with fewer parentheses and parts") from error


@of_any_depth()
def read_only(sql: str) -> exp.Query:
    """Parse the text, which must be one SELECT in Athena's dialect; raises QueryFailed."""
    try:
        statements = [s for s in sqlglot.parse(sql, dialect=DIALECT) if s is not None]
    except (ParseError, TokenError) as error:
        raise QueryFailed(f"The SQL cannot be read: {_first_fault(error)}", "mend it and run it again") from error
    if not statements:
        raise QueryFailed("There is no SQL to run", "write a SELECT")
    if len(statements) > 1:
        raise QueryFailed(f"One SELECT is run at a time, this is {len(statements)} statements", "run them one by one")
    statement = statements[0]
    if not isinstance(statement, exp.Query):
        raise _refused(statement)
    for part in statement.find_all(*NO_SELECT):
        raise _refused(part)
    return statement


def _refused(part: exp.Expr) -> QueryFailed:
    verb = (part.name if isinstance(part, exp.Command) else part.key).upper()
    return QueryFailed(f"{verb} is refused: the lake is only read here", "write a SELECT")


def local_names(statement: exp.Query, known: Collection[str]) -> None:
    """Drop database names from known tables; raises QueryFailed for an unknown table."""
    for lateral in statement.find_all(exp.Lateral):
        if not isinstance(lateral.this, exp.Subquery):
            raise no_relation(lateral.this.sql(), ())
    for table in tables_read(statement):
        name = table.name.lower()
        if not isinstance(table.this, exp.Identifier) or name not in known:
            raise no_relation(table.name or table.sql(), known)
    for table in statement.find_all(exp.Table):
        table.set("db", None)
        table.set("catalog", None)


def local_columns(statement: exp.Query, columns: Mapping[str, Collection[str]]) -> None:
    """Raise QueryFailed for a column that none of the tables and views has; any other fault is left to the engine."""
    schema: dict[str, object] = {name: dict.fromkeys(of, "varchar") for name, of in columns.items()}
    try:
        qualify(statement.copy(), schema=schema, dialect=DIALECT, quote_identifiers=False)
    except OptimizeError as error:
        if unknown := UNRESOLVED.search(str(error)):
            read = {name: columns[name] for name in relations(statement)}
            raise no_column(unknown[1] or unknown[2], read) from error


def no_column(word: str, read: Mapping[str, Collection[str]]) -> QueryFailed:
    """Error for a column that none of the tables read has."""
    known = {column for of in read.values() for column in of}
    tables = ", ".join(sorted(read)) or "this query"
    return QueryFailed(f"There is no column '{word}' in {tables}", suggestion(word, known))


def as_athena_types(statement: exp.Query, columns: Mapping[str, Mapping[str, str]]) -> exp.Expr:
    """Statement with the type of each part, so that 7 / 2 is 3 in DuckDB as it is in Athena.

    `columns` are those of the tables it reads, with DuckDB's types. A statement that cannot be resolved is returned
    unchanged: the engine then gives the reason.
    """
    schema: dict[str, object] = {
        table: {name: exp.DataType.build(kind, dialect="duckdb") for name, kind in of.items()}
        for table, of in columns.items()
    }
    try:
        tree = qualify(statement.copy(), schema=schema, dialect=DIALECT, quote_identifiers=False)
    except SqlglotError:
        return statement
    for column in tree.selects:
        if isinstance(column, exp.Alias) and re.fullmatch(r"_col_\d+", column.alias):
            column.set("alias", exp.to_identifier(column.alias.replace("_col_", "_col")))  # as Athena names them
    return annotate_types(tree, schema=schema, dialect=DIALECT)


def no_relation(word: str, known: Collection[str]) -> QueryFailed:
    """Error for an unknown table or view."""
    return QueryFailed(f"The lake has no table or view '{word}'", suggestion(word, known))


def suggestion(word: str, known: Collection[str]) -> str | None:
    """Advice that names the known names nearest to a word; None where no name is near."""
    close = difflib.get_close_matches(word.lower(), known, n=3, cutoff=0.6)
    parts = [name for name in sorted(known) if word.lower() in name.split("_")]
    names = [*close, *(p for p in parts if p not in close)][:3]
    return f"did you mean {' or '.join(names)}?" if names else None


def _first_fault(error: ParseError | TokenError) -> str:
    if isinstance(error, ParseError) and error.errors:
        fault = error.errors[0]
        description = re.sub(r"<Token .*?text: (.*?), line: .*>", r"\1", fault["description"])
        return f"{description.rstrip('.')} (line {fault['line']}, column {fault['col']})"
    return re.sub(r"\s+", " ", str(error)).strip().rstrip(".")
