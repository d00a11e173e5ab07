"""One person's trouble delays no other: shown with the handler, one process for each message as in Lambda."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from oura_lake.ingestion.job import Job
from oura_lake.simulator import FOR_EVER, Fault
from support.deployed_world import TODAY, World, deployed_world

BLOCKED, FREE = "sleep", "daily_sleep"  # what ada has fetched, and what bob has
TROUBLES = {
    "a provider that hangs": Fault(collection=BLOCKED, delay_s=120.0, times=FOR_EVER),
    "a rate limit": Fault(collection=BLOCKED, status=429, retry_after=100, times=FOR_EVER),
}


@pytest.fixture
def world() -> Iterator[World]:
    with deployed_world({"ada": {"collections": [BLOCKED]}, "bob": {"collections": [FREE]}}) as made:
        yield made


def does_next(world: World) -> tuple[str | None, float]:
    """Take the next job and wait for its end; whose it was, and the seconds."""
    began = time.monotonic()
    person = world.takes()
    assert person is None or world.end(person) == [0]
    return person, time.monotonic() - began


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_person_whose_job_is_stuck_delays_no_other(world: World, trouble: str) -> None:
    world.jobs.send(Job(person="bob"), slot="alone")
    _, alone_s = does_next(world)
    world.oura.plant(TROUBLES[trouble])
    for slot in ("1", "2", "3"):
        world.jobs.send(Job(person="ada"), slot=slot)
    for slot in ("4", "5"):
        world.jobs.send(Job(person="bob", first=TODAY - timedelta(days=int(slot) * 9)), slot=slot)
    assert world.takes() == "ada"
    done = [does_next(world) for _ in range(3)]
    assert [person for person, _ in done] == ["bob", "bob", None]  # ada's others wait behind her first
    assert [(person, running.is_alive) for person, _, running in world.at_work] == [("ada", True)]
    assert {key.split("/")[2] for key in world.objects() if key.startswith("lake/")} == {"person=bob"}
    assert max(seconds for _, seconds in done) < 10 * max(alone_s, 1.0)  # not the hundred that ada's takes
