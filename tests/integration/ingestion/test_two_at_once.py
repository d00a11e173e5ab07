"""Two concurrent processes of one person store every record once and keep the token chain alive."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from oura_lake.ingestion.job import Job
from oura_lake.lake.parquet import read_table
from oura_lake.simulator import Fault, GeneratedPerson, simulated_oura
from support.command_line import assert_nothing_half_written, ended_unjudged, for_api
from support.deployed_world import World, deployed_world
from support.own_process import start

LAST = date(2026, 8, 20)
FIRST = LAST - timedelta(days=200)
NAMES = ("daily_sleep", "sleep", "workout")
ASKED = ("--from", FIRST, "--to", LAST, "--timezone", "UTC", *(part for name in NAMES for part in ("--endpoint", name)))


def ids(objects: dict[str, bytes]) -> dict[str, Counter[str]]:
    """Count of each id in each table."""
    found: dict[str, Counter[str]] = {}
    for key, data in sorted(objects.items()):
        if key.startswith("lake/"):
            found.setdefault(key.split("/")[1], Counter()).update(read_table(key, data)["id"].to_pylist())
    return found


def files(lake: Path) -> dict[str, bytes]:
    return {str(path.relative_to(lake)): path.read_bytes() for path in lake.rglob("*.parquet")}


def test_two_backfills_at_once_end_well_with_every_record_once(tmp_path: Path) -> None:
    person = GeneratedPerson(years=1, until=LAST)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    truth = {name: Counter(d["id"] for day in days for d in person.on(name, day)) for name in NAMES}
    with simulated_oura(person) as api:
        command = [str(part) for part in ("backfill", "--lake", tmp_path, *ASKED)]
        both = [start(ended_unjudged, command, for_api(api)) for _ in range(2)]
        assert [process.ended().result for process in both] == [0, 0]
    found = ids(files(tmp_path))
    assert {name: found[name] for name in NAMES} == truth
    assert {max(counted.values()) for counted in truth.values()} == {1}
    assert_nothing_half_written(tmp_path)


@pytest.fixture
def world() -> Iterator[World]:
    with deployed_world({"ada": {"collections": [*NAMES]}}, token_lasts=timedelta(hours=-1)) as made:
        yield made


def test_two_workers_of_one_person_spend_one_refresh_token_and_land_each_record_once(world: World) -> None:
    job = Job(person="ada")
    world.oura.plant(Fault(collection="token", delay_s=1.5))  # while one renews, the other comes
    world.begin(job)
    world.begin(job)
    assert world.end() == [0, 0]
    assert [seen.status for seen in world.oura.requests if seen.path.endswith("token")] == [200]
    found = ids(world.objects())
    assert set(found) >= {"daily_sleep", "sleep"}
    assert {max(counted.values()) for counted in found.values()} == {1}
    world.begin(job)
    before = world.objects()
    assert (world.end(), {key for key in world.objects() if key not in before}) == ([0], set())
