"""Does the receive function, in a process of its own, lose nothing, double nothing and let no forgery in?"""

import json
from collections.abc import Iterator

import pytest
from fake_aws import FakeAws, fake_aws
from webhook_load import PARAMETERS, door_process, events, forged, send, signed

N = 200


@pytest.fixture(scope="module")
def open_door() -> Iterator[tuple[FakeAws, str]]:
    with fake_aws(PARAMETERS) as (aws, address), door_process(address) as url:
        yield aws, url


def documents(aws: FakeAws) -> list[str]:
    """The documents of the jobs on the queue."""
    return [json.loads(body)["document_id"] for body in aws.bodies]


def test_a_second_of_events_becomes_as_many_jobs_and_repetitions_none(open_door: tuple[FakeAws, str]) -> None:
    aws, url = open_door
    sent = send(url, events(N), per_s=N)
    assert sent.statuses == {200: N + N // 20}
    assert sorted(documents(aws)) == sorted(f"document-{number}" for number in range(N))
    assert aws.n_repeated == N // 20


def test_each_person_s_jobs_are_a_group_of_their_own_so_that_nobody_waits_for_another(
    open_door: tuple[FakeAws, str]
) -> None:
    aws, url = open_door
    send(url, [signed("of-a", "a"), signed("of-b", "b")])
    assert {d: g for d, g in zip(documents(aws), aws.groups, strict=True) if d.startswith("of-")} == {
        "of-a": "ada", "of-b": "bob",
    }


def test_strangers_put_nothing_on_the_queue_and_are_asked_for_nowhere(open_door: tuple[FakeAws, str]) -> None:
    aws, url = open_door
    send(url, [signed("first", "a")])
    before, asked = len(aws.bodies), aws.n_asked
    assert send(url, forged(N)).statuses == {403: N}
    assert (len(aws.bodies), aws.n_asked) == (before, asked)
