"""Warnings on one real ring, 2018 to 2024, of which temperature is the only nightly signal recorded.

Its known illnesses are the onsets of rest mode, which Oura suggests because of the temperature: a regression check,
never evidence. Three tagged illnesses say nothing about sensitivity either.
"""

import json
import os
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.outcomes import REACH, spoken
from benchmarks.references import plain_z
from click import echo
from oura_lake.alerts.episodes import MOST_GAP_DAYS
from oura_lake.alerts.track_record import onsets_of
from oura_lake.analyses.model import Finding, PersonDay, person_days
from oura_lake.analyses.personal_threshold import Known
from oura_lake.analyses.questions.illness import analyse

FOLDER = Path(os.environ.get("OURA_LAKE_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "oura" / "recorded"
BEFORE_DAYS, AFTER_DAYS = 21, 28
MONTH = 30.0
SICK = ("cold", "sick")
DAY = timedelta(days=1)
KNOWN_DAYS = 3  # a day of rest mode affects itself and so many days to either side
LEAST_Z = 1.0  # below it few events mean that they run into each other
HEAD = ("rule", "onsets of", "events a month", "alert days a month", "hit", "chance", "lift", "lead, days")


def print_recorded() -> None:
    """Judge the recorded history, or print the reason why not."""
    if not FOLDER.is_dir():
        echo(f"\nThe recorded history was not judged: {FOLDER} is not here.")
        return
    days, rest = recorded_days(FOLDER), rest_mode(FOLDER)
    knowing = [Known(on=d, first=d - KNOWN_DAYS * DAY, last=d + KNOWN_DAYS * DAY) for d, _ in rest]
    findings = [f for f in analyse(days) if f.status == "ok"]
    judged = [f.day for f in findings]
    onsets = {"rest mode": onsets_of(d for d, _ in rest), "tagged cold or sick": onsets_of(_tagged(rest))}
    healthy = [d for d in judged if all(not -BEFORE_DAYS <= (d - o).days <= AFTER_DAYS for o in onsets["rest mode"])]
    ours = {f.day for f in findings if f.is_alert}
    rules = {
        "the warning": ours,
        "the same, rest mode known from the morning after": {f.day for f in analyse(days, known=knowing) if f.is_alert},
        "28-day z of the temperature, at as many events": _at_as_many_events(days, healthy, _n_events(ours, healthy)),
    }
    echo(f"\nRecorded history: {len(judged):,} judged nights, {len(healthy):,} of them healthy\n")
    echo(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}")
    for rule, alerts in rules.items():
        for name, starts in onsets.items():
            echo(f"| {' | '.join([rule, name, *_figures(alerts, judged, healthy, starts)])} |")
    areas = _areas(findings, {d for d, _ in rest})
    echo(f"\nArea under the curve, rest-mode days against the rest (circular, a regression check): {areas}")


def _figures(alerts: set[date], judged: Sequence[date], healthy: Sequence[date], onsets: Sequence[date]) -> list[str]:
    """Row of false events and alert days a month, hits of the onsets that could be seen, chance, lift, median lead."""
    near = [[n for n in range(-REACH, REACH + 1) if o + n * DAY in alerts] for o in onsets if _is_near(o, set(judged))]
    hits = np.array([bool(n) for n in near], float)
    chance = float(np.mean([_is_near(d, alerts) for d in healthy]))
    months = len(healthy) / MONTH
    return [
        f"{_n_events(alerts, healthy) / months:.2f}",
        f"{len(alerts & set(healthy)) / months:.2f}",
        f"{int(hits.sum())} of {len(hits)}",
        f"{chance:.0%}",
        spoken(hits - chance, percent=True),
        f"{np.median([-n[0] for n in near if n]):+.0f}",
    ]


def _at_as_many_events(days: Sequence[PersonDay], healthy: Sequence[date], n_events: int) -> set[date]:
    """Alert days of the plain rule at the lowest threshold with no more false events than that."""
    scores = dict(zip((d.day for d in days), plain_z(days), strict=True))
    for threshold in sorted({scores[d] for d in healthy if np.isfinite(scores[d])}):
        alerts = {d for d, score in scores.items() if score >= threshold}
        if threshold >= LEAST_Z and _n_events(alerts, healthy) <= n_events:
            return alerts
    return set()


def _n_events(alerts: set[date], healthy: Sequence[date]) -> int:
    """Count the runs of alert days among the healthy ones, with gaps of at most three days."""
    found = sorted(alerts & set(healthy))
    return bool(found) + sum((b - a).days > MOST_GAP_DAYS + 1 for a, b in pairwise(found))


def _is_near(day: date, alerts: set[date]) -> bool:
    return any(day + n * DAY in alerts for n in range(-REACH, REACH + 1))


def _areas(findings: list[Finding], in_rest: set[date]) -> str:
    score = area([(f.score or 0.0, f.day in in_rest) for f in findings])
    return (
        f"score {score:.3f}, raw temperature deviation "
        f"{area([(f.drivers[0].value, f.day in in_rest) for f in findings]):.3f}"
    )


def _tagged(rest: list[tuple[date, list[str]]]) -> list[date]:
    return [d for d, tags in rest if any(word in tag for tag in tags for word in SICK)]


def area(pairs: list[tuple[float, bool]]) -> float:
    """Chance that a positive scores above a negative, ties halved."""
    yes = np.array([s for s, is_positive in pairs if is_positive])
    no = np.array([s for s, is_positive in pairs if not is_positive])
    return float((yes[:, None] > no).mean() + (yes[:, None] == no).mean() / 2)


def recorded_days(folder: Path) -> list[PersonDay]:
    """Read recorded readiness days as rows of person_day: temperature is the only nightly signal there."""
    rows = records(folder / "multiple_daily_readiness_invalid_arguments.json")
    return person_days(
        {"day": date.fromisoformat(r["day"]), "temperature_deviation_c": r["temperature_deviation"]} for r in rows
    )


def rest_mode(folder: Path) -> list[tuple[date, list[str]]]:
    """Each recorded day of rest mode and the tags of its period."""
    rows = records(folder / "multiple_rest_mode_period_invalid_arguments.json")
    return [(date.fromisoformat(r["start_day"]), [t for e in r["episodes"] for t in e["tags"]]) for r in rows]


def records(path: Path) -> list[dict[str, Any]]:
    """Read the records of all answers in one recorded file."""
    return [row for answer in json.loads(path.read_text()) for row in answer["body"]["data"]]
