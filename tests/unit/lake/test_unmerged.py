"""Raw objects that the footer of an object names, and how a wrong clock counts."""

from datetime import UTC, datetime, timedelta

from oura_lake.lake import raw
from oura_lake.lake.keys import STAMP
from oura_lake.lake.unmerged import UnmergedRaw, not_before, recent
from support.builders import a_table

NEWEST = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)
SLOWEST = timedelta(minutes=15)


def stamp(ago: timedelta) -> str:
    return format(NEWEST - ago, STAMP)


def test_the_footer_names_the_newest_raw_object_and_those_less_than_the_slowest_run_older() -> None:
    ages = [timedelta(days=1), SLOWEST, SLOWEST - MOMENT, timedelta(minutes=1), timedelta(0)]
    keys = [f"raw/oura/daily_sleep/person=me/2026/08/{stamp(age)}-2026.jsonl.gz" for age in ages]
    assert recent(reversed(keys)) == tuple(map(stamp, ages[2:]))


def test_the_footer_of_no_raw_object_names_none() -> None:
    assert recent([]) == ()


def test_a_moment_that_a_slow_run_can_explain_stays_and_an_older_one_comes_just_after_the_newest() -> None:
    seen = [stamp(timedelta(days=1)), stamp(timedelta(0))]
    explained = NEWEST - SLOWEST + MOMENT
    assert not_before(seen, explained) == explained
    assert not_before(seen, NEWEST - SLOWEST) == NEWEST + MOMENT
    assert not_before([], explained) == explained


def test_what_an_object_may_lack_are_the_raw_objects_from_the_slowest_run_before_its_newest_on() -> None:
    table = a_table()
    keys = [raw.append(table, "2026", [], NEWEST - age) for age in (2 * SLOWEST, SLOWEST - MOMENT, timedelta(0))]
    unmerged: UnmergedRaw[None] = UnmergedRaw(table, "2026", lambda entries: None)
    assert unmerged.keys([stamp(timedelta(0)), stamp(2 * SLOWEST)]) == keys[1:]
    assert unmerged.keys([]) == keys
