"""Evaluation of the illness warning beside three known rules: how early, how rarely and how rightly it fires.

Run: `make evaluate` (PERSONS=50 for a quick look). Prints, as the tables of docs/explanation/detection.md, generated
persons (people.py, scenarios.py), persons like those on whom the constants were chosen (tuning_people.py, other
seeds), and the recorded history of one real ring where ../shared is at hand. outcomes.py defines the measures.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from benchmarks import people, tuning_people
from benchmarks.outcomes import Numbers, Outcome, at_equal_events, outcome, spoken
from benchmarks.people import NAMES, Life
from benchmarks.recorded_history import print_recorded
from benchmarks.references import RULES
from benchmarks.scenarios import ONSET, SCENARIOS
from benchmarks.tuning_people import Course
from click import echo
from oura_lake.analyses.model import PersonDay
from oura_lake.analyses.questions.illness import analyse

PERSONS = int(os.environ.get("PERSONS", "200"))
PROCESSES = 2
FRESH_SEED = 500_000  # nobody with such a seed was looked at while constants were chosen
TUNED_ON = {
    "all signals": Course(),
    "without steps": Course(only=NAMES[:4]),
    "heart rate only": Course(only=NAMES[1:2]),
    "heart rate and steps": Course(only=(NAMES[1], NAMES[4])),
}
OURS = (
    "scenario",
    "events a month",
    "alert days a month",
    "hit ±3 days, %",
    "chance",
    "lift",
    "by morning 2, %",
    "3",
    "5",
    "lead, days",
)
OTHERS = (
    "scenario",
    "rule",
    "its events, days a month",
    "by morning 2",
    "at equal events",
    "ours minus it, by morning 2",
    "in lift",
)
TOGETHER = ("rule", "events a month", "ours by morning 2", "it", "ours minus it, by morning 2", "in lift")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Outcome of the warning in one scenario, and each rule's scores."""

    name: str
    onset: int | None
    ours: Outcome
    scores: dict[str, Numbers]


def main() -> None:
    """Print every table."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        reported = list(pool.map(partial(judged_life, persons=PERSONS), SCENARIOS.items()))
        tuned_on = list(pool.map(partial(judged_course, persons=PERSONS), TUNED_ON.items()))
    for title, judged in (("Generated persons", reported), ("Persons like those it was tuned on", tuned_on)):
        echo(f"\n{title}, {PERSONS} a scenario; in brackets 95 % of 2,000 bootstraps\n")
        echo(table(OURS, (_our_row(j) for j in judged)))
        echo(f"\n{title}: the known rules on the same days\n")
        echo(table(OTHERS, (row for j in judged if j.onset is not None for row in _rule_rows(j))))
        echo(f"\n{title}: each rule with one threshold for all of them, as many false events as the warning has\n")
        echo(table(TOGETHER, (_together(judged, rule) for rule in RULES)))
    print_recorded()


def judged_life(scenario: tuple[str, Life], persons: int, first_seed: int = 0) -> Judged:
    """Judge that many persons of a scenario."""
    name, life = scenario
    histories = [people.live(life, seed) for seed in range(first_seed, first_seed + persons)]
    return judged(name, histories, life.onset)


def judged_course(scenario: tuple[str, Course], persons: int) -> Judged:
    """Judge that many persons of the model that the constants were chosen on, with fresh seeds."""
    name, course = scenario
    histories = [tuning_people.live(course, seed) for seed in range(FRESH_SEED, FRESH_SEED + persons)]
    return judged(name, histories, course.onset)


def judged(name: str, histories: Sequence[Sequence[PersonDay]], onset: int | None) -> Judged:
    """Outcomes of the warning and of the known rules on the same days."""
    ours = outcome(np.array([alerts_of(days) for days in histories]), onset)
    scores = {rule: np.array([scored(days) for days in histories]) for rule, (scored, _) in RULES.items()}
    echo(f"Judged: {name}", err=True)  # the tables come at the end only
    return Judged(name=name, onset=onset, ours=ours, scores=scores)


def alerts_of(days: Sequence[PersonDay]) -> list[bool]:
    """Whether the warning calls each day a day of illness."""
    alerts = {f.day for f in analyse(days) if f.is_alert}
    return [d.day in alerts for d in days]


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """Format rows as Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _our_row(judged: Judged) -> list[str]:
    o = judged.ours
    is_ill = not np.isnan(o.near).all()
    later = [f"{o.by_morning[:, n].mean():.0%}" if is_ill else "" for n in (2, 4)]
    lead = f"{np.nanmedian(o.lead):+.0f}" if is_ill else ""
    return [
        judged.name,
        o.a_month(o.events),
        o.a_month(o.days),
        f"{o.near.mean():.0%}" if is_ill else "",
        f"{o.chance.mean():.0%}",
        spoken(o.near - o.chance, percent=True),
        spoken(o.by_morning[:, 1], percent=True),
        *later,
        lead,
    ]


def _rule_rows(judged: Judged) -> Iterator[list[str]]:
    for rule, scores in judged.scores.items():
        own = outcome(scores >= RULES[rule][1], judged.onset)
        equal = outcome(at_equal_events([(scores, judged.onset)], judged.ours.events_a_month)[0], judged.onset)
        second = own.by_morning[:, 1].mean(), equal.by_morning[:, 1].mean()
        yield [
            judged.name,
            rule,
            f"{own.events_a_month:.2f}, {own.days.mean() / own.months:.2f}",
            f"{second[0]:.0%}",
            f"{second[1]:.0%}",
            *(spoken(values, percent=True) for values in _better(judged.ours, equal)),
        ]


def _together(judged: Sequence[Judged], rule: str) -> list[str]:
    wanted, ill = _at_equal_events(judged, rule)
    second = [f"{np.mean([o.by_morning[:, 1].mean() for o in outcomes]):.0%}" for outcomes in zip(*ill, strict=True)]
    return [rule, f"{wanted:.2f}", *second, *(spoken(values, percent=True) for values in margins(judged, rule))]


def margins(judged: Sequence[Judged], rule: str) -> tuple[Numbers, Numbers]:
    """Margins of the warning over a rule in all scenarios: by the second morning, and in lift.

    The rule has one threshold for all of them and as many false events as the warning; a person is drawn with all.
    """
    _, ill = _at_equal_events(judged, rule)
    early, near = (np.mean(values, axis=0) for values in zip(*(_better(*pair) for pair in ill), strict=True))
    return early, near


def _at_equal_events(judged: Sequence[Judged], rule: str) -> tuple[float, list[tuple[Outcome, Outcome]]]:
    """Rate of false events a month, and of each ill scenario the outcomes of the warning and of the rule."""
    wanted = float(np.mean([j.ours.events_a_month for j in judged]))
    alerts = at_equal_events([(j.scores[rule], j.onset) for j in judged], wanted)
    ill = [(j.ours, outcome(a, j.onset)) for j, a in zip(judged, alerts, strict=True) if j.onset is not None]
    return wanted, ill


def _better(ours: Outcome, other: Outcome) -> tuple[Numbers, Numbers]:
    """Margins of the warning, person by person: by the second morning, and in lift."""
    return ours.by_morning[:, 1] - other.by_morning[:, 1], (ours.near - ours.chance) - (other.near - other.chance)


if __name__ == "__main__":
    assert {life.onset for life in SCENARIOS.values()} <= {ONSET, None}
    main()
