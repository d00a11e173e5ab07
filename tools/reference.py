"""Reference pages written from the code: collections, views, commands, settings.

python -m tools.reference            writes docs/reference/{collections,views,commands,config}.md of this folder
"""

import sys
from collections.abc import Callable, Iterable
from copy import copy
from itertools import groupby
from pathlib import Path

import click
from oura_lake.cli.main import EPILOG, oura_lake
from oura_lake.query.views import View, load_views
from oura_lake.sources.model import Endpoint, Period, Window
from oura_lake.sources.oura import SOURCE

from tools.config_schema import TABLES, rows

FOLDER = Path("docs/reference")
REQUESTED_BY = {Window.DATES: "days", Window.INSTANTS: "instants", Window.NONE: "all at once"}
OBJECT_HOLDS = {Period.YEAR: "a year", Period.MONTH: "a month", Period.ALL: "everything"}
SETTINGS = """`config.toml` has one table `[lake]`, and one for each person, such as `[persons.me]`.
Copy `config.example.toml` and edit it.

An editor that knows TOML schemas (Taplo, or Even Better TOML in VS Code) completes the settings and marks mistakes. The
first line of `config.example.toml`, `#:schema ./config.schema.json`, tells it where the schema lies. Schema and page
are those of the model that a deploy checks the file with. The deploy alone checks zones and schedules."""
WRITTEN = "Written by `make reference` from the code; do not edit it by hand."


def collections() -> str:
    """Table with a row per collection: its scope, its requests, the period of one object, whether Oura pushes it."""
    heads = ("collection", "scope", "requested by", "days a request", "key", "one object holds", "webhook")
    table = _table(heads, (_collection(endpoint) for endpoint in SOURCE.endpoints))
    return _page("Collections", "All collections of Oura's API v2, one entry each in `sources/oura.py`.", table)


def views() -> str:
    """Table per folder of athena/: each view and its grain."""
    ordered = sorted(load_views().values(), key=lambda view: (_folder(view), view.name))
    parts = [
        f"## {folder}\n\n{_table(('view', 'grain'), ((f'`{v.name}`', v.grain) for v in members))}"
        for folder, members in groupby(ordered, key=_folder)
    ]
    intro = "Start with `daily_overview` and `person_day`. [The catalogue](catalogue.md) explains every column."
    return _page("Views", intro, "\n".join(parts))


def commands() -> str:
    """Every command with its help."""
    parts = [f"## oura-lake {name}\n\n```\n{_help(command)}\n```\n" for name, command in sorted(_commands().items())]
    return _page("Commands", EPILOG, "\n".join(parts))


def config() -> str:
    """Table per table of config.toml: each setting, its kind, its default, its meaning."""
    heads = ("setting", "kind", "default", "meaning")
    parts = [f"## `[{table}]`\n\n{_table(heads, rows(table))}" for table in TABLES]
    return _page("Settings", SETTINGS, "\n".join(parts))


PAGES: dict[str, Callable[[], str]] = {
    "collections": collections,
    "views": views,
    "commands": commands,
    "config": config,
}


def main() -> None:
    """Write the pages."""
    if not FOLDER.is_dir():
        sys.exit("There is no folder docs/reference/ here; run it in the project's folder.")
    for name, page in PAGES.items():
        (FOLDER / f"{name}.md").write_text(page(), encoding="utf-8")


def _commands() -> dict[str, click.Command]:
    return dict(oura_lake.commands)


def _help(command: click.Command) -> str:
    """Help as the command line prints it, whatever was called before in this process."""
    fresh = copy(command)
    vars(fresh)["_help_option"] = None  # click remembers the names that it saw first
    parent = click.Context(oura_lake, info_name="oura-lake", help_option_names=["-h", "--help"])
    context = click.Context(fresh, parent=parent, info_name=command.name, terminal_width=100, max_content_width=100)
    return fresh.get_help(context).rstrip()


def _folder(view: View) -> str:
    return view.declaration.parent.name if view.declaration else ""


def _collection(endpoint: Endpoint) -> tuple[str, ...]:
    chunk = "" if endpoint.window is Window.NONE else str(endpoint.chunk_days)
    key = ", ".join(f"`{name}`" for name in endpoint.key)
    pushes = "yes" if endpoint.webhook else "no"
    names = (f"`{endpoint.collection}`", f"`{endpoint.scope}`")
    return (*names, REQUESTED_BY[endpoint.window], chunk, key, OBJECT_HOLDS[endpoint.period], pushes)


def _page(title: str, intro: str, body: str) -> str:
    return f"# {title}\n\n{intro}\n\n{WRITTEN}\n\n{body.rstrip()}\n"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
