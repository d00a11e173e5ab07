"""The views, what they stand on, and their SQL for DuckDB.

`athena/<view>.sql` is the SELECT alone, in Athena's dialect, its first line a comment with the grain. One
text serves both ways to deploy it: as `originalSql` of a static Glue VIRTUAL_VIEW, together with the
columns declared in `athena/<view>.yml` (names and Trino types, in the order of the SELECT), and as DDL
after `CREATE OR REPLACE VIEW <view> AS`. Tables and views are named without a database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import ErrorLevel, exp

from oura_lake.errors import SettingsWrong

DIALECT = "athena"


@dataclass(frozen=True)
class View:
    """One file of athena/: its name and its SELECT."""

    name: str
    sql: str
    declaration: Path | None = None

    @property
    def grain(self) -> str:
        """What one row is: the comment of the first line."""
        return self.sql.partition("\n")[0].removeprefix("--").strip()

    @cached_property
    def tree(self) -> exp.Expr:
        """The SELECT, parsed."""
        return sqlglot.parse_one(self.sql, dialect=DIALECT)

    @cached_property
    def upstream(self) -> frozenset[str]:
        """The tables and views it reads."""
        return relations(self.tree)


@cache
def load_views(folder: Path | None = None) -> Mapping[str, View]:
    """Every view of a folder by name, in alphabetical order."""
    files = sorted((folder or views_folder()).rglob("*.sql"), key=lambda path: path.stem)
    return {f.stem: View(f.stem, f.read_text(encoding="utf-8"), f.with_suffix(".yml")) for f in files}


def views_folder() -> Path:
    """The folder athena/: beside lambdas/ in the repository, beside the package in a bundle."""
    package = Path(__file__).resolve().parents[1]
    for root in (package.parents[1], package.parent):
        if (root / "athena").is_dir():
            return root / "athena"
    raise SettingsWrong(f"There is no folder athena/ beside {package}", "put the views there or install from the clone")


def in_order(views: Mapping[str, View], wanted: Iterable[str] | None = None) -> list[View]:
    """The wanted views (all, if not said) and those they stand on, each after what it reads."""
    graph: dict[str, list[str]] = {}
    todo = sorted(views.keys() & (views if wanted is None else wanted), reverse=True)
    while todo:
        name = todo.pop()
        if name not in graph:
            graph[name] = sorted(views[name].upstream & views.keys())
            todo.extend(graph[name])
    return [views[name] for name in TopologicalSorter(graph).static_order()]


def relations(tree: exp.Expr) -> frozenset[str]:
    """The tables and views a statement reads, without the names it defines itself."""
    return frozenset(table.name.lower() for table in tables_read(tree))


def tables_read(tree: exp.Expr) -> Iterator[exp.Table]:
    """Each place that names a table or view, and not a name that a WITH around it defines."""
    return (table for table in tree.find_all(exp.Table) if not _is_defined_around(table))


def _is_defined_around(table: exp.Table) -> bool:
    """Whether a WITH in whose reach the name stands defines it: below it, or in one of its later parts."""
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
    """A statement as DuckDB says it; raises sqlglot's UnsupportedError where it cannot."""
    said = tree.copy()
    for reduced in said.find_all(exp.Reduce):  # DuckDB's has no last function: one that changes nothing is no loss
        if changes_nothing(reduced.args.get("finish")):
            reduced.set("finish", None)
    return said.sql(dialect="duckdb", unsupported_level=ErrorLevel.RAISE)


def changes_nothing(function: exp.Expr | None) -> bool:
    """Whether a function gives back what it is given: `x -> x`."""
    return isinstance(function, exp.Lambda) and function.expressions == [function.this]
