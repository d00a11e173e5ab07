"""The generated tables of the documents, written between their markers.

python -m oura_lake.local.readme            fills README.md of this folder
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from oura_lake.errors import OuraLakeError, SettingsWrong
from oura_lake.query.views import load_views
from oura_lake.sources.model import Endpoint, Period, Window
from oura_lake.sources.oura import SOURCE

README = Path("README.md")
ASKED_BY = {Window.DATES: "days", Window.INSTANTS: "instants", Window.NONE: "all at once"}
OBJECT_HOLDS = {Period.YEAR: "a year", Period.MONTH: "a month", Period.ALL: "everything"}


def collections() -> str:
    """One row per collection: the scope it needs, how it is asked for, what one object holds, whether it pushes."""
    heads = ("collection", "scope", "asked by", "days a request", "key", "one object holds", "webhook")
    return _table(heads, (_collection(endpoint) for endpoint in SOURCE.endpoints))


def views() -> str:
    """One row per view: what one row of it is; the staging views last."""
    ordered = sorted(load_views().values(), key=lambda view: (view.name.startswith("stg_"), view.name))
    return _table(("view", "grain"), ((f"`{view.name}`", view.grain) for view in ordered))


def filled(text: str) -> str:
    """A README with its tables as the code says now; raises SettingsWrong where a marker is missing."""
    for name, table in (("collections", collections()), ("views", views())):
        block = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not block.search(text):
            raise SettingsWrong(
                f"README.md lacks a line `<!-- {name} -->` and a line `<!-- /{name} -->` below it; add both."
            )
        text = block.sub(lambda found, table=table: f"{found[1]}{table}{found[2]}", text)  # type: ignore[misc]
    return text


def main() -> None:
    """Fill README.md of the current folder."""
    try:
        README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
    except FileNotFoundError:
        sys.exit("There is no README.md here; run it in the project's folder.")
    except OuraLakeError as error:
        sys.exit(str(error))


def _collection(endpoint: Endpoint) -> tuple[str, ...]:
    chunk = "" if endpoint.window is Window.NONE else str(endpoint.chunk_days)
    names = (f"`{endpoint.collection}`", f"`{endpoint.scope}`")
    key = ", ".join(f"`{name}`" for name in endpoint.key)
    holds, pushes = OBJECT_HOLDS[endpoint.period], "yes" if endpoint.webhook else "no"
    return (*names, ASKED_BY[endpoint.window], chunk, key, holds, pushes)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"


if __name__ == "__main__":
    main()
