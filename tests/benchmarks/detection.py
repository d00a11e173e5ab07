"""How early, how rarely and how rightly does the illness warning fire?

Run: `PYTHONPATH=lambdas:tests python -m benchmarks.detection`

Prints, for generated persons (people.py) and for the recorded history of one real ring (where ../shared is at
hand), what docs/detection.md quotes. An event is a run of alert days with gaps of at most three days; healthy
days lie more than 21 days before and 28 days after an onset; lift is hits minus what chance would hit.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from benchmarks.people import NAMES, PEERS, START, Life, live
from benchmarks.references import RULES, Verdicts, ours
from click import echo
from oura_lake.alerts._episodes import MOST_GAP_DAYS
from oura_lake.analyses._model import PersonDay, person_days
from oura_lake.analyses.illness import analyse

SHARED = Path(os.environ.get("OURA_LAKE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
WARM_UP = 30  # nights before the first scored one: enough for a baseline
PERSONS = int(os.environ.get("PERSONS", "200"))
MONTH = 30.0
SCENARIOS = {
    "peers' illness, their signals": Life(illness=PEERS, shared=0.0, only=NAMES[:3]),
    "the same, 20 % of nights missing": Life(illness=PEERS, shared=0.0, only=NAMES[:3], missing=0.2),
    "the same, a night out three days before": Life(illness=PEERS, shared=0.0, only=NAMES[:3], night_out=137),
    "the same, a night out every ten": Life(illness=PEERS, shared=0.0, only=NAMES[:3], alcohol=0.1),
    "the same, clock change the day before": Life(illness=PEERS, shared=0.0, only=NAMES[:3], clock_change=139),
    "strong": Life(),
    "strong, 20 % of nights missing": Life(missing=0.2),
    "strong, 40 % of nights missing": Life(missing=0.4),
    "strong, alcohol one night in ten": Life(alcohol=0.1),
    "strong, clock change on the day before": Life(clock_change=139),
    "strong, all three": Life(missing=0.2, alcohol=0.1, clock_change=139),
    "half as strong": Life(strength=0.5),
    "slow onset": Life(ramp=(0.2, 0.4, 0.7, 1.0, 1.0)),
    "heart rate only": Life(only=("resting_heart_rate_bpm",)),
    "heart rate and steps": Life(only=("resting_heart_rate_bpm", "steps")),
    "temperature only": Life(only=("temperature_deviation_c",)),
    "never ill, alcohol one night in ten": Life(onset=None, alcohol=0.1),
    "never ill, alcohol every Saturday or so": Life(onset=None, alcohol=0.15, missing=0.1),
}
COMPARED = ("peers' illness, their signals", "the same, 20 % of nights missing", "strong, alcohol one night in ten")
Rule = Callable[[list[PersonDay]], Verdicts]


@dataclass(frozen=True, kw_only=True)
class Score:
    """What one scenario came to."""

    events_per_month: float
    alert_days_per_month: float
    major_days_per_month: float
    by_day: tuple[float, ...]  # share flagged by the 1st .. 5th morning of the illness


def main() -> None:
    """Print every table."""
    echo(f"{PERSONS} generated persons a scenario; false events and alert days per 30 healthy days")
    echo(f"{'scenario':<42}{'events':>7}{'days':>6}{'major':>6}   flagged by morning 1..5 of the illness")
    for name, life in SCENARIOS.items():
        echo(f"{name:<42}{_line(scored(life, PERSONS))}")
    for scenario in COMPARED:
        echo(f"\nthe known rules on '{scenario}'")
        for name, rule in RULES.items():
            echo(f"{name:<42}{_line(scored(SCENARIOS[scenario], PERSONS, rule=rule))}")
    folder = SHARED / "oura" / "recorded"
    recorded(folder) if folder.is_dir() else echo(f"{folder} is not here: the recorded history was not judged.")


def _line(score: Score) -> str:
    shares = " ".join(f"{s:4.0%}" for s in score.by_day)
    return f"{score.events_per_month:7.2f}{score.alert_days_per_month:6.2f}{score.major_days_per_month:6.2f}   {shares}"


def scored(life: Life, persons: int, first_seed: int = 0, rule: Rule = ours) -> Score:
    """Judge that many generated persons."""
    first, onset = START + timedelta(days=WARM_UP), START + timedelta(days=life.onset or life.nights)
    events = days = majors = 0
    flagged = np.zeros(5)
    for seed in range(first_seed, first_seed + persons):
        verdicts = rule(live(life, seed))
        false = {d: level for d, level in verdicts.items() if first <= d < onset}
        days, events = days + len(false), events + len(episodes(list(false)))
        majors += list(false.values()).count("major")
        flagged += [any(onset <= d <= onset + timedelta(days=n) for d in verdicts) for n in range(5)]
    months = persons * (onset - first).days / MONTH
    return Score(
        events_per_month=events / months, alert_days_per_month=days / months, major_days_per_month=majors / months,
        by_day=tuple(flagged / persons),
    )


def episodes(days: list[date], gap: int = MOST_GAP_DAYS) -> list[tuple[date, date]]:
    """First and last day of each run of alert days with gaps of at most `gap` days."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and (day - runs[-1][1]).days <= gap + 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def recorded(folder: Path) -> None:
    """One real ring, 2018 to 2024: temperature alone, judged against the onsets of rest mode."""
    findings = [f for f in analyse(recorded_days(folder)) if f.status == "ok"]
    rest = rest_mode(folder)
    onsets = [first for first, _ in episodes([d for d, _ in rest], gap=7)]
    tagged = sorted({d for d, tags in rest if any("cold" in t or "sick" in t for t in tags)})
    judged = {f.day: f for f in findings}
    healthy = {d for d in judged if all(not -21 <= (d - o).days <= 28 for o in onsets)}
    alerts = {d for d, f in judged.items() if f.is_alert}
    echo(f"\nrecorded history: {len(findings)} judged nights, {len(onsets)} onsets of rest mode "
          f"({len(rest)} periods), {len(healthy)} healthy days, {len(alerts)} alert days")
    rates = [f"events {len(episodes(sorted(alerts & of))) / len(of) * MONTH:.2f}, "
             f"alert days {len(alerts & of) / len(of) * MONTH:.2f}" for of in (healthy, set(judged))]
    echo(f"  a month on healthy days: {rates[0]}; on all days: {rates[1]}")
    chance = np.mean([_hit(d, alerts) for d in healthy])
    for name, days in (("rest mode", onsets), ("tagged cold or sick", tagged)):
        seen = [d for d in days if any(abs((d - j).days) <= 3 for j in judged)]
        hit = np.mean([_hit(d, alerts) for d in seen])
        echo(f"  {name}: n {len(seen)}, hit {hit:.2f}, chance {chance:.2f}, lift {hit - chance:+.2f}")
    in_rest = {d for d, _ in rest}
    echo(f"  area under the curve, rest-mode days against the rest (circular, a regression check): score "
          f"{area([(f.score or 0.0, f.day in in_rest) for f in findings]):.3f}, raw temperature "
          f"{area([(f.drivers[0].value, f.day in in_rest) for f in findings]):.3f}")


def _hit(day: date, alerts: set[date]) -> bool:
    return any(day + timedelta(days=n) in alerts for n in range(-3, 4))


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
    """Start day and tags of each recorded rest mode period."""
    rows = records(folder / "multiple_rest_mode_period_invalid_arguments.json")
    return [(date.fromisoformat(r["start_day"]), [t for e in r["episodes"] for t in e["tags"]]) for r in rows]


def records(path: Path) -> list[dict]:
    """The records of all answers in one recorded file."""
    return [row for answer in json.loads(path.read_text()) for row in answer["body"]["data"]]


if __name__ == "__main__":
    main()
