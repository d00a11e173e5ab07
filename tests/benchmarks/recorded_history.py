"""What does the warning say of one real ring, 2018 to 2024? Temperature is the only nightly signal recorded of it.

Its known illnesses are the onsets of rest mode, which Oura suggests because of the temperature: a regression check,
never evidence. Three tagged illnesses say nothing about sensitivity either.
"""

import json
import os
from datetime import date
from pathlib import Path

import numpy as np
from click import echo
from oura_lake.alerts._episodes import episodes
from oura_lake.alerts._record import hits_of, onsets_of
from oura_lake.analyses._model import Finding, PersonDay, person_days
from oura_lake.analyses.illness import analyse

FOLDER = Path(os.environ.get("OURA_LAKE_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "oura" / "recorded"
BEFORE_DAYS, AFTER_DAYS = 21, 28
MONTH = 30.0
SICK = ("cold", "sick")


def print_recorded() -> None:
    """Judge the recorded history, or say why not."""
    if not FOLDER.is_dir():
        echo(f"\nThe recorded history was not judged: {FOLDER} is not here.")
        return
    days = recorded_days(FOLDER)
    findings = [f for f in analyse(days) if f.status == "ok"]
    rest = rest_mode(FOLDER)
    onsets = onsets_of(d for d, _ in rest)
    echo(f"\nRecorded history: {len(findings):,} judged nights, {len(onsets)} onsets of rest mode ({len(rest)} days)\n")
    healthy = [f for f in findings if all(not -BEFORE_DAYS <= (f.day - o).days <= AFTER_DAYS for o in onsets)]
    for name, of in (("healthy days", healthy), ("all days", findings)):
        events, alert_days = len(episodes(of)) / len(of) * MONTH, sum(f.is_alert for f in of) / len(of) * MONTH
        echo(f"- {name} ({len(of):,}): {events:.2f} events and {alert_days:.2f} alert days a month")
    for name, ill in (("rest mode", [d for d, _ in rest]), ("tagged cold or sick", _tagged(rest))):
        hits = hits_of(findings, ill)
        if hits and hits.chance is not None:
            echo(f"- {name}: {hits.n_hit} of {hits.n_onsets} hit, chance {hits.chance:.0%}, lift {hits.lift:+.0%}")
    areas = _areas(findings, {d for d, _ in rest})
    echo(f"- area under the curve, rest-mode days against the rest (circular, a regression check): {areas}")


def _areas(findings: list[Finding], in_rest: set[date]) -> str:
    score = area([(f.score or 0.0, f.day in in_rest) for f in findings])
    return f"score {score:.3f}, raw temperature deviation " \
           f"{area([(f.drivers[0].value, f.day in in_rest) for f in findings]):.3f}"


def _tagged(rest: list[tuple[date, list[str]]]) -> list[date]:
    return [d for d, tags in rest if any(word in tag for tag in tags for word in SICK)]


def area(pairs: list[tuple[float, bool]]) -> float:
    """The chance that a positive scores above a negative, ties halved."""
    yes = np.array([s for s, is_positive in pairs if is_positive])
    no = np.array([s for s, is_positive in pairs if not is_positive])
    return float((yes[:, None] > no).mean() + (yes[:, None] == no).mean() / 2)


def recorded_days(folder: Path) -> list[PersonDay]:
    """The recorded readiness days as rows of person_day: temperature is the only nightly signal there."""
    rows = records(folder / "multiple_daily_readiness_invalid_arguments.json")
    return person_days(
        {"day": date.fromisoformat(r["day"]), "temperature_deviation_c": r["temperature_deviation"]} for r in rows
    )


def rest_mode(folder: Path) -> list[tuple[date, list[str]]]:
    """Each recorded day of rest mode and the tags of its period."""
    rows = records(folder / "multiple_rest_mode_period_invalid_arguments.json")
    return [(date.fromisoformat(r["start_day"]), [t for e in r["episodes"] for t in e["tags"]]) for r in rows]


def records(path: Path) -> list[dict]:
    """The records of all answers in one recorded file."""
    return [row for answer in json.loads(path.read_text()) for row in answer["body"]["data"]]
