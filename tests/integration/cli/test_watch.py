"""`oura-lake watch` reports its work, also where nothing is new."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from oura_lake.cli.watch import summary
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.run import Watched, watch
from oura_lake.person import Person
from oura_lake.simulator.scenarios import local_week
from support.command_line import Exit
from support.illness_days import FIRST, NOW, FakeEngine, calm_days

WEEK = local_week()
LAST = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("n_days", "n_shown", "expected"),
    [
        (730, 0, "Judged 730 days to 29 November 2026; nothing new."),
        (1, 1, "Judged 1 day to 29 November 2026; 1 new message, see above."),
        (2191, 3, "Judged 2,191 days to 29 November 2026; 3 new messages, see above."),
    ],
)
def test_the_last_line_says_what_was_judged_and_what_is_new(n_days: int, n_shown: int, expected: str) -> None:
    assert summary(Watched(n_days=n_days, last_day=LAST), n_shown) == expected


def test_where_there_is_no_day_that_is_said() -> None:
    assert summary(Watched(), 0) == "There is no day to judge yet."


def test_a_run_knows_the_newest_day_and_its_counts_hold_numbers_alone() -> None:
    days = calm_days(40)
    done = watch(FakeEngine(days), MemoryStore(), Person(name="me"), "schedule", NOW, None)
    assert (done.n_days, done.last_day) == (40, days[-1].day)
    assert days[0].day == FIRST
    assert {type(value) for value in done.counts().values()} == {int}


def test_the_command_says_it(lake: Path, oura_lake: Callable[..., Exit]) -> None:
    assert oura_lake("sync", "--lake", lake, "--from", WEEK.first, "--to", WEEK.last).code == 0
    for _ in range(2):
        result = oura_lake("watch", "--lake", lake)
        assert (result.code, result.lines) == (0, [])
    assert result.out.startswith("Judged ")
    assert result.out.endswith("nothing new.\n")
