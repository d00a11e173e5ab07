"""Which rows does the report ask the lake for, and how do they become values?"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from oura_lake.engines._model import Engine
from oura_lake.errors import SettingsWrong
from oura_lake.lake.layout import checked_person
from oura_lake.lake.people import chosen_person as chosen
from oura_lake.lake.plain import plain
from oura_lake.report.history import Alert, Day, Driver, History
from oura_lake.report.signals import ALSO, CHARTED

NUMBERS = tuple(s.column for s in CHARTED + ALSO)
LONGEST_TAG = 60  # letters: what a person or a partner app typed has no end of its own
PREFIX = re.compile(r"^tag_(generic_|sleep_)?")
FLAGS = {"has_alcohol_tag": "alcohol", "is_rest_mode": "rest mode", "has_low_battery": "low battery"}
DAYS_SQL = """
    SELECT day, {columns}, n_workouts, workout_min, {flags}, json_format(CAST(tags AS JSON)) AS tags
    FROM person_day WHERE person = '{person}' ORDER BY day"""
ALERTS_SQL = """
    SELECT kind, level, alert_status AS status, onset_day, first_alert_day, last_alert_day, subject, message
    FROM stg_alerts WHERE person = '{person}' ORDER BY onset_day DESC, kind"""
FINDINGS_SQL = """
    SELECT day, kind, score, n_baseline_nights, coverage,
        drivers_json AS drivers, json_format(CAST(confounders AS JSON)) AS confounders
    FROM stg_findings WHERE person = '{person}' ORDER BY day, kind"""

Row = Mapping[str, Any]


def chosen_person(engine: Engine, wanted: str | None) -> str:
    """The person to report on: the one asked for, or the only one there is."""
    known = [str(row["person"]) for row in engine.query("SELECT DISTINCT person FROM person_day ORDER BY 1").dicts()]
    return chosen(wanted, known)


def history_of(engine: Engine, person: str, today: date) -> History:
    """Everything the report needs of one person; `today` is not over, so its steps are not told."""
    columns = {"columns": ", ".join(NUMBERS), "flags": ", ".join(FLAGS), "person": checked_person(person)}
    days, alerts, findings = (
        engine.query(sql.format(**columns)).dicts() for sql in (DAYS_SQL, ALERTS_SQL, FINDINGS_SQL)
    )
    if not days:
        raise SettingsWrong(f"The lake holds no day of '{person}' yet; run `oura-lake sync` first.")
    return History(
        person=person,
        days={day.day: day for day in (_day(row, today) for row in days)},
        alerts=tuple(_alert(row, findings) for row in alerts),
    )


def _day(row: Row, today: date) -> Day:
    day = _date(row["day"])
    numbers = {name: _number(row[name]) for name in NUMBERS if name != "steps" or day < today}
    return Day(
        day=day,
        values={name: value for name, value in numbers.items() if value is not None},
        notes=tuple(dict.fromkeys(_notes(row))),
    )


def _notes(row: Row) -> Iterator[str]:
    if n_workouts := _number(row["n_workouts"]):
        minutes = _number(row["workout_min"])
        yield f"{n_workouts:.0f} workout{'s' if n_workouts > 1 else ''}" + (f", {minutes:.0f} min" if minutes else "")
    yield from (words for flag, words in FLAGS.items() if _is_true(row[flag]))
    yield from (_tag(code) for code in _list(row["tags"]))


def _tag(code: Any) -> str:
    return plain(PREFIX.sub("", str(code)).replace("_", " "), LONGEST_TAG)


def _alert(row: Row, findings: Sequence[Row]) -> Alert:
    onset, last = _date(row["onset_day"]), _date(row["last_alert_day"] or row["onset_day"])
    within = [f for f in findings if f["kind"] == row["kind"] and onset <= _date(f["day"]) <= last]
    told: dict[str, Any] = {name: str(row[name] or "") for name in ("kind", "level", "status", "subject", "message")}
    return Alert(
        **told,
        onset_day=onset,
        first_alert_day=_date(row["first_alert_day"] or row["onset_day"]),
        last_alert_day=last,
        **_reasons(max(within, key=lambda f: _number(f["score"]) or 0.0, default=None)),
    )


def _reasons(peak: Row | None) -> dict[str, Any]:
    if peak is None:
        return {}
    n_nights = _number(peak["n_baseline_nights"])
    return {
        "peak_day": _date(peak["day"]),
        "drivers": tuple(d for entry in _list(peak["drivers"]) if (d := _driver(entry))),
        "confounders": tuple(_tag(c) for c in _list(peak["confounders"])),
        "n_baseline_nights": None if n_nights is None else int(n_nights),
        "coverage": _number(peak["coverage"]),
    }


def _driver(entry: Row) -> Driver | None:
    value = _number(entry.get("value"))
    if value is None:
        return None
    low, high = _number(entry.get("low")), _number(entry.get("high"))
    return Driver(signal=str(entry.get("signal")), value=value, low=low, high=high)


def _list(text: Any) -> list[Any]:
    """A JSON array as an engine gives it: text, or NULL."""
    return json.loads(text) or [] if isinstance(text, str) else []


def _number(value: Any) -> float | None:
    if value is None or math.isnan(float(value)):
        return None
    return float(value)


def _is_true(value: Any) -> bool:
    return value is not None and value == True  # noqa: E712 - numpy's bool and pandas' NA are no `True`


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
