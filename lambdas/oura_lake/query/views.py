"""The views, the tables and views that they read, and their SQL for DuckDB.

`<view>.sql` is the SELECT alone, in Athena's dialect, its first line a comment with the grain. `<view>.yml` beside it
declares the columns: names and Trino types, in the order of the SELECT. `View.sql` is the SELECT cast to these types.
DuckDB runs this one text, Glue has it as `originalSql` of a VIRTUAL_VIEW, and `CREATE OR REPLACE VIEW <view> AS` takes
it. Tables and views are named without a database.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from itertools import zip_longest
from pathlib import Path
from typing import Any

import sqlglot
import yaml
from sqlglot import ErrorLevel, exp

from oura_lake.errors import SettingsWrong
from oura_lake.query.translated import Translated, digest_of, found

DIALECT = "athena"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is nine times as fast; not every build has it


@dataclass(frozen=True)
class View:
    """One view: its name, the text of its .sql, and the path of its .yml."""

    name: str
    body: str
    declaration: Path | None = None

    @property
    def grain(self) -> str:
        """Meaning of one row: the comment of the first line."""
        return self.body.partition("\n")[0].removeprefix("--").strip()

    @cached_property
    def declared(self) -> Mapping[str, Any]:
        """Content of the .yml; empty where the view has none."""
        return _content(self.declaration) if self.declaration else {}

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """Declared columns in their order, with Trino's types."""
        return {name: column["type"] for name, column in self.declared.get("columns", {}).items()}

    @property
    def sql(self) -> str:
        """SELECT of the view: the body, each column cast to its declared type."""
        return cast_to(self.columns, self.body) if self.columns else self.body.strip()

    @cached_property
    def tree(self) -> exp.Expr:
        """Parsed SELECT; raises SettingsWrong where the columns of .sql and .yml differ."""
        tree = sqlglot.parse_one(self.sql, dialect=DIALECT)
        if self.columns:
            _same_columns(self.name, [column.alias_or_name for column in _body(tree).selects], list(self.columns))
        return tree

    @property
    def body_tree(self) -> exp.Expr:
        """Parsed body, without the casts around it."""
        return _body(self.tree) if self.columns else self.tree

    @property
    def selects(self) -> list[exp.Expr]:
        """Expression of the body for each column."""
        return self.body_tree.selects if isinstance(self.body_tree, exp.Query) else []

    @cached_property
    def upstream(self) -> frozenset[str]:
        """Tables and views it reads."""
        return known.reads if (known := self.translated) else relations(self.tree)

    @property
    def in_duckdb(self) -> str:
        """SELECT for DuckDB; raises sqlglot's UnsupportedError where DuckDB has no equal."""
        return known.sql if (known := self.translated) else to_duckdb(self.tree)

    @cached_property
    def translated(self) -> Translated | None:
        """Translation that `make setup` made of the same texts; None without one."""
        return found(self.digest)

    @property
    def digest(self) -> str:
        """Digest of its .sql and its .yml."""
        return digest_of(self.body, _text(self.declaration) if self.declaration else "")


def cast_to(columns: Mapping[str, str], body: str) -> str:
    """SELECT around another one that casts each of its columns."""
    casts = ",\n".join(f"    CAST({name} AS {kind}) AS {name}" for name, kind in columns.items())
    return f"SELECT\n{casts}\nFROM (\n{body.strip()}\n)"


@cache
def load_views(folder: Path | None = None) -> Mapping[str, View]:
    """Load the views of a folder by name, in alphabetical order."""
    files = sorted((folder or views_folder()).rglob("*.sql"), key=lambda path: path.stem)
    return {f.stem: View(f.stem, f.read_text(encoding="utf-8"), f.with_suffix(".yml")) for f in files}


def views_folder() -> Path:
    """Folder athena/: beside lambdas/ in the repository, beside the package in a bundle."""
    package = Path(__file__).resolve().parents[1]
    for root in (package.parents[1], package.parent):
        if (root / "athena").is_dir():
            return root / "athena"
    raise SettingsWrong(f"There is no folder athena/ beside {package}", "put the views there or install from the clone")


def hive_type(trino: str) -> str:
    """Hive's word for one of Trino's types."""
    kind = exp.DataType.build(trino, dialect=DIALECT)
    text = kind.sql(dialect="hive").lower().replace(": ", ":").replace(", ", ",")
    return text.replace("varchar", "string")


def _content(declaration: Path) -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.load(_text(declaration), Loader=LOADER)
    return content


def _text(declaration: Path) -> str:
    try:
        return declaration.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingsWrong(
            f"The view {declaration.stem} has no {declaration.name}", "put it beside its .sql"
        ) from error


def _body(tree: exp.Expr) -> exp.Query:
    """SELECT within the casts."""
    body: exp.Query = tree.args["from_"].this.this
    return body


def _same_columns(view: str, selected: list[str], declared: list[str]) -> None:
    for number, (in_sql, in_yml) in enumerate(zip_longest(selected, declared, fillvalue="missing"), 1):
        if in_sql != in_yml:
            found = f"{in_sql or 'without a name'} in its .sql and {in_yml} in its .yml"
            raise SettingsWrong(
                f"Column {number} of the view {view} is {found}", "name the same columns in the same order in both"
            )


def in_order(
    views: Mapping[str, View], wanted: Iterable[str] | None = None, is_table: Callable[[View], bool] = lambda _: False
) -> list[View]:
    """Wanted views (None: all) and the views that they read, each after those that it reads.

    A view that `is_table` reads no other one: its rows are stored.
    """
    graph: dict[str, list[str]] = {}
    todo = sorted(views.keys() & (views if wanted is None else wanted), reverse=True)
    while todo:
        name = todo.pop()
        if name not in graph:
            view = views[name]
            graph[name] = [] if is_table(view) else sorted(view.upstream & views.keys())
            todo.extend(graph[name])
    return [views[name] for name in TopologicalSorter(graph).static_order()]


def relations(tree: exp.Expr) -> frozenset[str]:
    """Tables and views that a statement reads, without the names that it defines itself."""
    return frozenset(table.name.lower() for table in tables_read(tree))


def tables_read(tree: exp.Expr) -> Iterator[exp.Table]:
    """Tables and views wherever a statement names them, without the names that a WITH around the place defines."""
    return (table for table in tree.find_all(exp.Table) if not _is_defined_around(table))


def _is_defined_around(table: exp.Table) -> bool:
    """Return whether a WITH defines the name for this place: below the WITH, or in one of its later parts."""
    below: exp.Expr = table
    while (above := below.parent) is not None:
        if isinstance(above, exp.With):
            reached = above.expressions[: _index(above, below) + bool(above.recursive)]
        else:
            around = above.args.get("with_")
            reached = around.expressions if around is not None and around is not below else []
        if any(cte.alias.lower() == table.name.lower() for cte in reached):
            return True
        below = above
    return False


def _index(above: exp.With, part: exp.Expr) -> int:
    return next(n for n, cte in enumerate(above.expressions) if cte is part)


def to_duckdb(tree: exp.Expr) -> str:
    """Statement in DuckDB's dialect; raises sqlglot's UnsupportedError where DuckDB has no equal."""
    copied = tree.copy()
    for reduced in copied.find_all(exp.Reduce):  # DuckDB's has no last function: an idle one is dropped
        if changes_nothing(reduced.args.get("finish")):
            reduced.set("finish", None)
    return copied.sql(dialect="duckdb", unsupported_level=ErrorLevel.RAISE)


def changes_nothing(function: exp.Expr | None) -> bool:
    """Return whether a function returns its argument: `x -> x`."""
    return isinstance(function, exp.Lambda) and function.expressions == [function.this]
