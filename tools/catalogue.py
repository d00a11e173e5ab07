"""Catalogue page: every view with a question, its SQL and the answer for a generated person.

python -m tools.catalogue         writes docs/reference/catalogue.md of this folder
"""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from oura_lake.errors import OuraLakeError
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.request_plan import Days
from oura_lake.local.folder_store import FolderStore
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.tasks import gaps
from oura_lake.monitoring.run import watch
from oura_lake.oura.client import OuraClient
from oura_lake.oura.tokens import FixedToken
from oura_lake.person import Person
from oura_lake.query.catalog import describe
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.meanings import declared
from oura_lake.query.model import Engine
from oura_lake.query.views import View, load_views
from oura_lake.simulator import GeneratedPerson, simulated_oura
from oura_lake.sources.oura import SOURCE

PAGE = Path("docs/reference/catalogue.md")
ZONE = "Europe/Berlin"
FIRST, LAST = date(2025, 9, 1), date(2026, 8, 31)
NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
MOST_ROWS, MOST_TEXT = 7, 60
HEAD = """# Every view

Written by `make reference` from `athena/*.sql` and `*.yml`; the answers are those of a generated person, who does not
exist, on 2026-09-01 (`oura-lake query` gives yours). A view without a question of its own shows its newest row beside
its columns. Views that begin with `stg_` are the documents as received, with units, NULLs and no deleted rows.

"""


def catalogue(engine: Engine) -> str:
    """Catalogue page; raises QueryFailed where an example cannot be run."""
    ordered = sorted(load_views().values(), key=lambda view: (view.name.startswith("stg_"), view.name))
    links = "".join(f"- [{view.name}](#{view.name}): {view.grain}\n" for view in ordered)
    return HEAD + links + "".join(_section(view, engine) for view in ordered)


def generated_lake(folder: Path) -> DuckDBEngine:
    """Year of the generated person, fetched and judged, as an engine; the same on every machine."""
    store = FolderStore(folder)
    days = Days(first=FIRST, last=LAST, zone=ZoneInfo(ZONE), now=NOW)
    with (
        simulated_oura(GeneratedPerson(until=LAST)) as api,
        OuraClient(tokens=FixedToken("simulated-access-token"), base_url=api.base_url, clock=lambda: NOW) as client,
    ):
        ingest(Run(client=client, store=store, source=SOURCE, person="me", window=days), SOURCE.endpoints)
    me = Person(name="me", timezone=ZONE)
    gaps.run(Upkeep(store=store, engine=DuckDBEngine(store), person=me, now=NOW, send=lambda message: None))
    watch(DuckDBEngine(store), store, me, "catalogue", NOW, None)
    return DuckDBEngine(store)


def main() -> None:
    """Write the page of the current folder."""
    if not PAGE.parent.is_dir():
        sys.exit("There is no folder docs/ here; run it in the project's folder.")
    try:
        with TemporaryDirectory(prefix="oura-lake-catalogue-") as folder:
            PAGE.write_text(catalogue(generated_lake(Path(folder))), encoding="utf-8")
    except OuraLakeError as error:
        sys.exit(str(error))


def _section(view: View, engine: Engine) -> str:
    described, example = describe(view.name), declared(view.name).get("example")
    stands_on = ", ".join(f"`{name}`" for name in sorted(view.upstream))
    text = f"\n## {view.name}\n\n{view.grain}\n\n{described.description}\n\nReads {stands_on}.\n\n"
    newest = {} if example else _newest(view.name, engine)
    heads = ("column", "type", "unit", "what it is", *(["newest row"] if newest else []))
    text += _table(
        heads,
        (
            (
                f"`{c.name}`",
                c.type.replace("|", "\\|"),
                c.unit,
                c.description,
                *([_cell(newest[c.name])] if newest else []),
            )
            for c in described.columns
        ),
    )
    return text + (_answered(example, engine) if example else "")


def _answered(example: dict[str, str], engine: Engine) -> str:
    result = engine.query(example["sql"])
    rows = ([_cell(value) for value in row] for row in result.rows[:MOST_ROWS])
    return f"\n**{example['question']}**\n\n```sql\n{example['sql'].strip()}\n```\n\n{_table(result.columns, rows)}"


def _newest(name: str, engine: Engine) -> dict[str, Any]:
    """Newest row of a view, empty where it has none."""
    kinds = ("date", "timestamp", "varchar")
    order = ", ".join(f"{c.name} DESC" for c in describe(name).columns if c.type.startswith(kinds))
    rows = engine.query(f"SELECT * FROM {name} ORDER BY {order} LIMIT 1").dicts()
    return rows[0] if rows else {}


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    first = list(heads)
    return "".join(f"| {' | '.join(line)} |\n" for line in _lines(first, rows))


def _lines(heads: list[str], rows: Iterable[Iterable[str]]) -> Iterator[Iterable[str]]:
    yield heads
    yield ["---"] * len(heads)
    yield from rows


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            text = str(value).lower()
        case float():
            text = f"{value:.3f}".rstrip("0").rstrip(".")
        case list() | dict():
            text = json.dumps(value, default=str, ensure_ascii=False)
        case _:
            text = str(value)
    text = " ".join(text.replace("|", "\\|").split())
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]} …"


if __name__ == "__main__":
    main()
