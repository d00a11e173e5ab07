"""`oura-lake backtest`: the verdicts of today's analyses on years of history."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from textwrap import wrap

import click

from oura_lake.alerts.episodes import episodes
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.labels import ill_days, known_of
from oura_lake.alerts.names import kind_name
from oura_lake.alerts.track_record import Hits, Record, hits_of, record_of
from oura_lake.analyses.model import ILLNESS, MAJOR, MINOR, OK, Finding, PersonDay
from oura_lake.analyses.personal_threshold import EVENTS_A_MONTH, LEAST_EVENTS, MOST_EVENTS
from oura_lake.cli._days import ZONE_HELP
from oura_lake.cli._engine import engine_of
from oura_lake.cli._persons import deployed_persons, person_of, zone_of
from oura_lake.cli._store import store_of
from oura_lake.errors import SettingsWrong
from oura_lake.local.history_csv import POSSIBLE, History, read_history
from oura_lake.monitoring.findings import verdicts, verdicts_of
from oura_lake.monitoring.run import days_of
from oura_lake.output_file import write_private
from oura_lake.person import Person
from oura_lake.registry import plugins

EXAMPLES = """\b
Examples:
  oura-lake backtest me --lake ~/oura --output verdicts.jsonl
  oura-lake backtest history.csv --output verdicts.jsonl     any device: a row for each day
  oura-lake backtest me --lake ~/oura --output v.jsonl --alerts-a-month 1

\b
Columns of a CSV: day and any of resting_heart_rate_bpm, hrv_rmssd_ms,
temperature_deviation_c, respiratory_rate_bpm, steps.
"""
NEEDED = "each kind needs 14 nights of a signal that it watches"
MARKS = {MAJOR: "#", MINOR: "+"}


@click.command(name="backtest", short_help="Judge a history as if each day were its morning.", epilog=EXAMPLES)
@click.argument("source", metavar="INPUT")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="INPUT is a person of this folder.")
@click.option("--deployed", is_flag=True, help="INPUT is a person of the lake in your AWS account.")
@click.option("--timezone", help=ZONE_HELP)
@click.option(
    "--alerts-a-month",
    type=click.FloatRange(LEAST_EVENTS, MOST_EVENTS),
    metavar="N",
    help="Accepted false alarms of an illness (default: the person's illness_alerts_a_month as deployed, "
    f"else {EVENTS_A_MONTH}).",
)
def command(
    source: str, output: Path, lake: Path | None, deployed: bool, timezone: str | None, alerts_a_month: float | None
) -> None:
    """Judge every day of a history as if it were its morning; later days never change a verdict.

    INPUT is a person of a lake, or a CSV file of any device. The output has one JSON line for each judged day and
    kind: day, kind, level (none, minor, major), score, drivers, episode. A day has the level none for a slower kind
    if an illness explains its finding, since no message would be sent. The feedback in a lake counts too.
    """
    history = None
    if lake or deployed:
        days = _days_of_lake(source, lake, deployed)
        found = _as_the_lake_judges(source, lake, days, alerts_a_month, timezone)
    else:
        history = read_history(_existing(source))
        days = history.days
        found = verdicts(days, alerts_a_month or EVENTS_A_MONTH, known_of(days, (), {}))
    conditions = plugins(ALERT_KINDS, AlertKind)
    unexplained = {kind: conditions[kind].unexplained(findings, found[ILLNESS]) for kind, findings in found.items()}
    _write(output, unexplained)
    records = {kind: record_of(kind, findings) for kind, findings in unexplained.items()}
    for kind, record in records.items():
        if record.n_judged:
            click.echo("\n".join(report_lines(record, unexplained[kind], days)))
    click.echo("\n".join(not_judged(records, source, len(days))), nl=any(not r.n_judged for r in records.values()))
    for line in _left_out(history, source) if history else ():
        click.echo(f"oura-lake: {line}", err=True)


def _left_out(history: History, source: str) -> Iterator[str]:
    """Sentences on the parts of a file that count as not measured."""
    if history.n_unreadable:
        yield f"{history.n_unreadable} cells of {source} hold no number and count as not measured."
    for name in history.impossible:
        lowest, highest = POSSIBLE[name]
        yield (
            f"Of {name} in {source} no value is possible ({lowest:g} to {highest:g}), so it counts as not measured; "
            "check its unit."
        )


def report_lines(record: Record, findings: Sequence[Finding], days: Sequence[PersonDay]) -> list[str]:
    """Lines on one judged kind, of at most 80 characters.

    Hits of known illnesses are counted for the illness warning alone; they do not test a battery or a bedtime.
    """
    hits = _hit_lines(hits_of(findings, ill_days(days))) if record.kind == ILLNESS else []
    return [
        f"{kind_name(record.kind)} ({record.kind})",
        f"  judged days          {record.n_judged:,}, {findings[0].day} to {findings[-1].day}",
        f"  alerts a month       {record.events_a_month:.2f} ({record.n_events} in all)",
        f"  alert days a month   {record.alert_days_a_month:.2f} ({record.n_alert_days} in all)",
        f"  longest quiet time   {record.longest_quiet_days} days",
        *hits,
        "",
        *timeline(findings),
    ]


def not_judged(records: Mapping[str, Record], source: str, n_days: int) -> list[str]:
    """Kinds without a judged day, and the likely reason."""
    without = [kind_name(kind) for kind, record in records.items() if not record.n_judged]
    if len(without) == len(records):
        text = f"No day of {source} could be judged: {NEEDED}; days in it: {n_days}."
    else:
        text = f"Not judged, since {NEEDED}: {', '.join(without)}." if without else ""
    return wrap(text, 80, break_on_hyphens=False, break_long_words=False)


def timeline(findings: Sequence[Finding]) -> list[str]:
    """Lines of a calendar: a row for each month, a character for each day."""
    lines = ["          1        10        20        30   . judged  + minor  # major"]
    for month, members in groupby(findings, key=lambda f: f"{f.day:%Y-%m}"):
        row = [" "] * 31
        for f in members:
            row[f.day.day - 1] = MARKS.get(f.level, "." if f.status == OK else " ")
        lines.append(f"  {month} {''.join(row)}".rstrip())
    return lines


def _hit_lines(hits: Hits | None) -> list[str]:
    if hits is None:
        return ["  hits                 not known: neither rest mode nor sickness tags there"]
    beside = "" if hits.chance is None else f", by chance {hits.chance:.0%}"
    n = f"{hits.n_hit} of {hits.n_onsets}"
    return [f"  hits                 {n} onsets of rest mode or sickness tags{beside}"]


def _existing(source: str) -> Path:
    path = Path(source)
    if not path.is_file():
        raise SettingsWrong(f"There is no file {source}", "name a CSV file, or a person together with --lake DIR")
    return path


def _days_of_lake(person: str, lake: Path | None, deployed: bool) -> list[PersonDay]:
    person_of(store_of(lake, deployed=deployed), person, deployed=deployed)
    days = days_of(engine_of(lake, deployed=deployed), person)
    if not days:
        raise SettingsWrong(f"The lake holds no day of {person} yet", "run `oura-lake sync` first")
    return days


def _as_the_lake_judges(
    name: str, lake: Path | None, days: Sequence[PersonDay], alerts_a_month: float | None, timezone: str | None = None
) -> dict[str, list[Finding]]:
    """Verdicts with the person's feedback and their own setting, unless the option names another."""
    person = Person(name=name, timezone=str(zone_of(name, lake, timezone))) if lake else _deployed_person(name)
    wanted = alerts_a_month or person.illness_alerts_a_month
    return verdicts_of(store_of(lake, deployed=not lake), replace(person, illness_alerts_a_month=wanted), days)


def _deployed_person(name: str) -> Person:
    """Person with their deployed settings; defaults for one whose table was removed."""
    return deployed_persons().get(name, Person(name=name))


def _write(output: Path, verdicts: dict[str, list[Finding]]) -> None:
    lines = [line for findings in verdicts.values() for line in _lines(findings)]
    write_private(output, "".join(f"{json.dumps(line)}\n" for line in lines))


def _lines(findings: Sequence[Finding]) -> list[dict[str, object]]:
    episode = {f.day: f"{run[0].kind}-{run[0].day}" for run in episodes(findings) for f in run}
    return [
        {
            "day": f.day.isoformat(),
            "kind": f.kind,
            "level": f.level,
            "score": f.score,
            "drivers": [asdict(driver) for driver in f.drivers],
            "episode": episode.get(f.day),
        }
        for f in findings
        if f.status == OK
    ]
