"""`oura-lake rebuild`: makes the tables from raw again, or as they were at a moment."""

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from oura_lake.cli._complaints import ready
from oura_lake.cli._days import MOMENT
from oura_lake.cli._lean import spare_pandas
from oura_lake.cli._progress import progress_bar
from oura_lake.cli._store import store_of
from oura_lake.errors import EXIT_FAILED, SettingsWrong
from oura_lake.lake.keys import checked_person
from oura_lake.lake.people import known_person, persons_in
from oura_lake.lake.plain import plain
from oura_lake.lake.rebuild import (
    LEFT_UNDONE,
    SAME,
    Partition,
    Permissions,
    Rebuilt,
    not_read,
    partitions,
    rebuild,
    unknown_to_raw,
)
from oura_lake.lake.snapshot import SOURCES
from oura_lake.local.folder_store import FolderStore
from oura_lake.sources.model import Endpoint, Source

EXAMPLES = """\b
Examples:
  oura-lake rebuild --lake ~/oura --check                 what differs from raw? Nothing is written
  oura-lake rebuild --lake ~/oura                         mend what was damaged, lost or of an older version
  oura-lake rebuild --lake ~/oura --as-of 2026-03-01T08:00 --out ~/then
                                                          the lake as it was believed then
"""


@click.command(name="rebuild", short_help="Make the lake from raw again, or check it.", epilog=EXAMPLES)
@click.option("--lake", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="The lake in your AWS account.")
@click.option("--person", default="", help="Only this person's (default: everybody's).")
@click.option("--endpoint", "names", multiple=True, help="Only this table; may be repeated.")
@click.option("--check", is_flag=True, help="Say what differs, write nothing.")
@click.option("--skip-damaged", is_flag=True, help="Make objects without the raw lines that cannot be read.")
@click.option("--drop-rows", is_flag=True, help="Replace an object also where raw makes fewer rows than it has.")
@click.option("--as-of", type=MOMENT, help="What was fetched until this moment, UTC; needs --out.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="An empty folder for the lake of then.")
def command(  # noqa: PLR0913 - click hands over each option
    folder: Path | None,
    deployed: bool,
    person: str,
    names: tuple[str, ...],
    check: bool,
    skip_damaged: bool,
    drop_rows: bool,
    as_of: datetime | None,
    out: Path | None,
) -> None:
    """Make each object of the lake from raw again and put it where its bytes differ; readers are undisturbed.

    An object stays unchanged if its raw lines cannot be read or no longer make all of its rows; the others are made.
    """
    spare_pandas()
    if (as_of is None) != (out is None):
        raise SettingsWrong("--as-of and --out belong together: the lake of a moment is made in a folder of its own")
    store = store_of(folder, deployed=deployed)
    chosen = {source: _chosen(source, names) for source in SOURCES}
    if not any(chosen.values()):
        known = ", ".join(e.name for source in SOURCES for e in source.endpoints)
        raise SettingsWrong(f"There is no table {', '.join(names)}", f"known are {known}")
    whose = checked_person(person) if person else ""
    moment = as_of.replace(tzinfo=UTC) if as_of else None
    found = [p for source, endpoints in chosen.items() for p in partitions(store, source, endpoints, whose, moment)]
    if not found:
        if whose:
            known_person(whose, persons_in(store))
        raise SettingsWrong(
            "There is nothing under raw/ to rebuild from", "name the folder that `oura-lake sync` fills"
        )
    if moment and out:
        click.echo(_as_of(found, moment, out, skip_damaged=skip_damaged))
        return
    rebuilt = _rebuilt(found, check, Permissions(skip_damaged=skip_damaged, drop_rows=drop_rows)) + not_read(store)
    if not whose:
        known_keys = {p.key for p in found}
        rebuilt += [r for source, ends in chosen.items() for r in unknown_to_raw(store, source, ends, known_keys)]
    sys.exit(_report(rebuilt))


def _chosen(source: Source, names: tuple[str, ...]) -> tuple[Endpoint, ...]:
    return tuple(e for e in source.endpoints if not names or e.name in names)


def _rebuilt(found: list[Partition], is_check: bool, may: Permissions) -> list[Rebuilt]:
    done: list[Rebuilt] = []
    with progress_bar("rebuild") as step:
        for n, partition in enumerate(found, start=1):
            done.append(rebuild(partition, is_check=is_check, may=may))
            step(partition.table.endpoint.name, n, len(found))
    return done


def _as_of(found: list[Partition], moment: datetime, out: Path, *, skip_damaged: bool) -> str:
    if out.exists() and any(out.iterdir()):
        raise SettingsWrong(f"The folder {out} is not empty", "name a new one for the lake of then")
    then = FolderStore(out)
    for partition in found:
        then.put(partition.key, partition.made(skip_damaged=skip_damaged), replacing=None)
    text = f"{len(found)} objects as believed at {moment:%Y-%m-%d %H:%M} UTC"
    return f"{text}; ask them with `oura-lake query --lake {out}`."


def _report(rebuilt: list[Rebuilt]) -> int:
    """Print each object that differed and the counts of all; return a failure's exit code if some still differ."""
    for entry in rebuilt:
        if entry.state != SAME:
            note = f": {ready(entry.note, sys.argv[1:])}" if entry.note else ""
            click.echo(f"{entry.state}: {plain(entry.key)}{note}")
    counts = Counter(entry.state for entry in rebuilt)
    click.echo(f"{len(rebuilt)} objects: " + ", ".join(f"{n} {state}" for state, n in sorted(counts.items())) + ".")
    return EXIT_FAILED if any(counts[state] for state in LEFT_UNDONE) else 0
