"""Hysteresis of levels: a level is raised at one score and stays down to a lower one."""

from math import exp

from oura_lake.analyses.model import MAJOR, MINOR, NONE

RAISE = {MINOR: 0.50, MAJOR: 0.93}
HOLD = {MINOR: 0.45, MAJOR: 0.70}
RANK = {NONE: 0, MINOR: 1, MAJOR: 2}


def score_of(evidence: float, threshold: float) -> float:
    """Evidence as 0 to 1, where 0.5 is the person's own threshold; both arguments are log-odds."""
    return 1 / (1 + exp(threshold - evidence))


def level_of(score: float, before: str) -> str:
    """Level of a night after a night of the level `before`."""
    for level in (MAJOR, MINOR):
        is_reached = RANK[before] >= RANK[level]
        if score >= (HOLD if is_reached else RAISE)[level]:
            return level
    return NONE
