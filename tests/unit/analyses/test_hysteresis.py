"""Level of a night: it is raised at one score and stays down to a lower one."""

import pytest
from oura_lake.analyses.hysteresis import level_of, score_of
from oura_lake.analyses.model import MAJOR, MINOR, NONE


@pytest.mark.parametrize(
    ("score", "after_none", "after_minor", "after_major"),
    [
        (0.44, NONE, NONE, NONE),
        (0.45, NONE, MINOR, MINOR),
        (0.49, NONE, MINOR, MINOR),
        (0.50, MINOR, MINOR, MINOR),
        (0.69, MINOR, MINOR, MINOR),
        (0.70, MINOR, MINOR, MAJOR),
        (0.92, MINOR, MINOR, MAJOR),
        (0.93, MAJOR, MAJOR, MAJOR),
    ],
)
def test_a_level_is_kept_down_to_a_lower_score_than_it_takes_to_reach_it(
    score: float, after_none: str, after_minor: str, after_major: str
) -> None:
    assert [level_of(score, before) for before in (NONE, MINOR, MAJOR)] == [after_none, after_minor, after_major]


def test_the_own_mark_is_a_half() -> None:
    assert score_of(1.7, 1.7) == 0.5
    assert score_of(1.6, 1.7) < 0.5 < score_of(1.8, 1.7)
