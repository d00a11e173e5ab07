"""Rows of the report, read from the lake."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.analyses.model import COLUMNS, ILLNESS, Driver, Finding, person_days
from oura_lake.analyses.signals import STEPS, charted, listed
from oura_lake.errors import SettingsWrong
from oura_lake.lake.keys import checked_person
from oura_lake.lake.people import chosen_person as chosen
from oura_lake.lake.plain import plain
from oura_lake.query.model import Engine
from oura_lake.registry import plugins
from oura_lake.report.episodes import counted, episodes_of
from oura_lake.report.history import Alert, Day, History

LONGEST_TAG = 60  # letters; a tag typed in an app has no limit of its own
PREFIX = re.compile(r"^tag_(generic_|sleep_)?")
FLAGS = {"has_alcohol_tag": "alcohol", "is_rest_mode": "rest mode", "has_low_battery": "low battery"}
WALKS = ("walking", "other")  # too many to be worth a note
DAYS_SQL = """
    SELECT {columns}, {flags}, CAST(tags AS JSON) AS tag_list
    FROM person_day WHERE person = '{person}' ORDER BY day"""
WORKOUTS_SQL = """
    SELECT day, started_at, activity, duration_s / 60e0 AS duration_min
    FROM stg_workout WHERE person = '{person}' ORDER BY day, started_at, activity"""
ACTIVITY_SQL = """
    SELECT day, utc_offset_min, fetched_at
    FROM stg_daily_activity WHERE person = '{person}' ORDER BY day DESC LIMIT 1"""
ALERTS_SQL = """
    SELECT kind, level, alert_status AS status, onset_day, first_alert_day, last_alert_day, subject, message
    FROM stg_alerts WHERE person = '{person}' ORDER BY onset_day DESC, kind"""
FINDINGS_SQL = """
    SELECT day, kind, finding_status AS status, level, score, deviation, n_baseline_nights, coverage,
        JSON_PARSE(drivers_json) AS drivers, CAST(confounders AS JSON) AS confounders
    FROM stg_findings WHERE person = '{person}' AND kind IN ({kinds}) ORDER BY day, kind"""
DAY_ENDS = timedelta(days=1)

Row = Mapping[str, Any]


def chosen_person(engine: Engine, wanted: str | None) -> str:
    """Person of the report: the wanted one, or the only one of the lake."""
    known = [str(row["person"]) for row in engine.query("SELECT DISTINCT person FROM calendar ORDER BY 1").dicts()]
    return chosen(wanted, known)


def history_of(engine: Engine, person: str) -> History:
    """History of one person for the report, without the steps of a day that was fetched before it was over."""
    names = dict.fromkeys((*(c for c in COLUMNS if c != "tags"), *_shown()))
    columns = {
        "columns": ", ".join(names),
        "flags": ", ".join(FLAGS),
        "person": checked_person(person),
        "illness": ILLNESS,
    }

    def queried(sql: str, **more: str) -> list[dict[str, Any]]:
        return list(engine.query(sql.format(**columns, **more)).dicts())

    if not (days := queried(DAYS_SQL)):
        raise SettingsWrong(f"The lake holds no day of '{person}' yet", "run `oura-lake sync` first")
    running = _running_day(queried(ACTIVITY_SQL))
    workouts = _workouts(queried(WORKOUTS_SQL))
    alerts = [_alert(row) for row in queried(ALERTS_SQL)]
    kinds = {ILLNESS, *(alert.kind for alert in alerts)} & plugins(ALERT_KINDS, AlertKind).keys()
    findings = counted(_findings(queried(FINDINGS_SQL, kinds=", ".join(f"'{kind}'" for kind in sorted(kinds)))))
    return History(
        person=person,
        days={day.day: day for day in (_day(row, running, workouts) for row in days)},
        alerts=episodes_of(alerts, findings),
        findings=findings,
        judged=[replace(day, steps=None) if day.day == running else day for day in person_days(days)],
    )


def _shown() -> list[str]:
    """Columns that the report shows."""
    return [s.column for s in (*charted(), *listed())]


def _running_day(newest: Sequence[Row]) -> date | None:
    """Newest day with activity, if it was fetched before it was over at the person's place."""
    for row in newest:
        if row["fetched_at"] is None:
            return None
        fetched: datetime = row["fetched_at"] + timedelta(minutes=_number(row["utc_offset_min"]) or 0)
        return row["day"] if fetched.date() < row["day"] + DAY_ENDS else None
    return None


def _day(row: Row, running: date | None, workouts: Mapping[date, Sequence[str]]) -> Day:
    day = row["day"]
    numbers = {name: _number(row.get(name)) for name in _shown() if name != STEPS.column or day != running}
    return Day(
        day=day,
        values={name: value for name, value in numbers.items() if value is not None},
        notes=tuple(dict.fromkeys((*_notes(row), *workouts.get(day, ())))),
    )


def _notes(row: Row) -> Iterator[str]:
    yield from (words for flag, words in FLAGS.items() if row[flag])
    yield from (_tag(code) for code in row["tag_list"] or ())


def _workouts(rows: Iterable[Row]) -> dict[date, list[str]]:
    """Workouts of each day in words, walks left out."""
    found: dict[date, list[str]] = {}
    for row in rows:
        if (activity := str(row["activity"] or "workout")) not in WALKS:
            minutes = _number(row["duration_min"])
            length = f", {minutes:.0f} min" if minutes else ""
            found.setdefault(row["day"], []).append(f"{_tag(activity)}{length}")
    return found


def _tag(code: Any) -> str:
    return plain(PREFIX.sub("", str(code)).replace("_", " "), LONGEST_TAG)


def _alert(row: Row) -> Alert:
    onset = row["onset_day"]
    texts: dict[str, Any] = {name: str(row[name] or "") for name in ("kind", "level", "status", "subject", "message")}
    return Alert(
        **texts,
        onset_day=onset,
        first_alert_day=row["first_alert_day"] or onset,
        last_alert_day=row["last_alert_day"] or onset,
    )


def _findings(rows: Iterable[Row]) -> dict[str, list[Finding]]:
    """Return the findings by kind, oldest first."""
    found: dict[str, list[Finding]] = {}
    for finding in sorted(map(_finding, rows), key=lambda f: f.day):
        found.setdefault(finding.kind, []).append(finding)
    return found


def _finding(row: Row) -> Finding:
    return Finding(
        day=row["day"],
        kind=str(row["kind"]),
        status=str(row["status"]),
        level=str(row["level"]),
        score=_number(row["score"]),
        deviation=_number(row["deviation"]),
        deviation_low=None,
        deviation_high=None,
        n_baseline_nights=int(_number(row["n_baseline_nights"]) or 0),
        coverage=_number(row["coverage"]) or 0.0,
        drivers=tuple(d for entry in row["drivers"] or () if (d := _driver(entry))),
        confounders=tuple(map(str, row["confounders"] or ())),
        method_version="",
    )


def _driver(entry: Row) -> Driver | None:
    numbers = {name: _number(entry.get(name)) for name in ("value", "baseline", "low", "high", "z")}
    known = {name: number for name, number in numbers.items() if number is not None}
    return Driver(signal=str(entry.get("signal")), **known) if len(known) == len(numbers) else None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
