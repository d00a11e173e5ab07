"""The receive function, in its own process, loses nothing, doubles nothing and accepts no forgery."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from oura_lake.public_endpoint.reply_links import links
from support.fake_aws import FakeAws, fake_aws
from support.webhook_load import PARAMETERS, SECRET, door_process, events, followed, forged, pressed, send, signed

N = 200


@pytest.fixture(scope="module")
def open_door() -> Iterator[tuple[FakeAws, str]]:
    with fake_aws(PARAMETERS) as (aws, address), door_process(address) as url:
        yield aws, url


def documents(aws: FakeAws) -> list[str]:
    """Documents of the jobs on the queue."""
    return [job["document_id"] for job in map(json.loads, aws.bodies) if "document_id" in job]


def test_a_second_of_events_becomes_as_many_jobs_and_repetitions_none(open_door: tuple[FakeAws, str]) -> None:
    aws, url = open_door
    sent = send(url, events(N), per_s=N)
    assert sent.statuses == {200: N + N // 20}
    assert sorted(documents(aws)) == sorted(f"document-{number}" for number in range(N))
    assert aws.n_repeated == N // 20


def test_each_person_s_jobs_are_a_group_of_their_own_so_that_nobody_waits_for_another(
    open_door: tuple[FakeAws, str],
) -> None:
    aws, url = open_door
    send(url, [signed("of-a", "a"), signed("of-b", "b")])
    assert {d: g for d, g in zip(documents(aws), aws.groups, strict=True) if d.startswith("of-")} == {
        "of-a": "ada",
        "of-b": "bob",
    }


def test_a_link_that_is_followed_and_pressed_all_the_time_is_a_job_a_second_at_most(
    open_door: tuple[FakeAws, str],
) -> None:
    aws, url = open_door
    link, before = links(url, "ada", "illness-2026-03-01", SECRET, datetime.now(UTC))["ill"], len(aws.bodies)
    assert send(link, followed(N)).statuses == {200: N}
    assert len(aws.bodies) == before
    sent = send(link, pressed(N))
    jobs = [json.loads(body) for body in aws.bodies[before:]]
    assert (sent.statuses, {job["word"]["episode"] for job in jobs}) == ({200: N}, {"illness-2026-03-01"})
    assert 1 <= len(jobs) <= sent.wall_s + 2
    assert aws.groups[-1] == "ada"
    assert send(f"{link[:-1]}{'AB'[link[-1] == 'A']}", pressed(N) + followed(N)).statuses == {403: 2 * N}


def test_strangers_put_nothing_on_the_queue_and_are_asked_for_nowhere(open_door: tuple[FakeAws, str]) -> None:
    aws, url = open_door
    send(url, [signed("first", "a")])
    before, n_reads = len(aws.bodies), aws.n_asked
    assert send(url, forged(N)).statuses == {403: N}
    assert (len(aws.bodies), aws.n_asked) == (before, n_reads)
