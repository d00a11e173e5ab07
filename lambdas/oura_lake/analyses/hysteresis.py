"""Hysteresis of levels: a level is raised at one score and kept down to a lower one."""

from math import exp

from oura_lake.analyses.model import MAJOR, MINOR, NONE

RAISE = {MINOR: 0.50, MAJOR: 0.93}
HOLD = {MINOR: 0.45, MAJOR: 0.70}
RANK = {NONE: 0, MINOR: 1, MAJOR: 2}


def score_of(evidence: float, mark: float) -> float:
    """Evidence as 0 to 1, where 0.5 is the person's own mark; both are log-odds."""
    return 1 / (1 + exp(mark - evidence))


def level_of(score: float, before: str) -> str:
    """Level of a night whose forerunner had the level `before`."""
    for level in (MAJOR, MINOR):
        held = RANK[before] >= RANK[level]
        if score >= (HOLD if held else RAISE)[level]:
            return level
    return NONE
