"""Threads share one client within its limits."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from oura_lake.errors import SourceUnavailable
from oura_lake.oura.client import OuraClient, RetryPolicy
from oura_lake.oura.rate_limit import Pace, Pause
from oura_lake.oura.tokens import FixedToken
from oura_lake.sources.oura import SOURCE

SLEEP = SOURCE.endpoint("sleep")


class Crowd:
    """A server that counts the requests in flight; each waits until there are `full` of them, or a while."""

    def __init__(self, full: int) -> None:
        self.most = self.now = 0
        self._lock = threading.Condition()
        self._full = full

    def answer(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self._lock.notify_all()
            self._lock.wait_for(lambda: self.now > self._full, timeout=0.05)
            self.now -= 1
        return httpx.Response(200, json={"data": []})


def test_no_more_requests_are_in_flight_than_allowed() -> None:
    crowd = Crowd(full=3)
    transport = httpx.MockTransport(crowd.answer)
    client = OuraClient(base_url="https://oura.test", tokens=FixedToken("t"), concurrency=3, transport=transport)
    with client, ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda n: list(client.pages(SLEEP, {"start_date": str(n)})), range(24)))
    assert crowd.most == 3


def test_a_pause_that_one_thread_sees_is_kept_by_the_others() -> None:
    now, slept = [50.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pause = Pause(sleep, lambda: now[0])
    pause.extend(30)
    pause.extend(10)
    pause.wait()
    pause.wait()
    assert slept == [30.0]


def test_a_pause_prolonged_while_it_is_slept_is_kept_to_its_new_end() -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds
        if len(slept) == 1:
            pause.extend(5)

    pause = Pause(sleep, lambda: now[0])
    pause.extend(10)
    pause.wait()
    assert slept == [10.0, 5.0]


def test_no_more_requests_go_out_in_any_time_than_the_limit_allows() -> None:
    now = [0.0]
    pace, turns = Pace(lambda: now[0], most=3, within_s=10.0), []
    for _ in range(8):
        turns.append(now[0] + pace.turn_in())
        now[0] += 1.0
    assert turns == [0.0, 1.0, 2.0, 10.0, 11.0, 12.0, 20.0, 21.0]


def test_a_run_that_ends_before_its_turn_says_when_to_come_back() -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"data": [], "next_token": None}))
    client = OuraClient(tokens=FixedToken("token"), transport=answer, retry_policy=RetryPolicy(run_s=60.0))
    client._pace = Pace(client.monotonic, most=1)
    with client:
        list(client.pages(SOURCE.endpoint("ring_configuration"), {}))
        with pytest.raises(SourceUnavailable, match="rate limit is used up before sleep; run it again in 5 minutes"):
            list(client.pages(SOURCE.endpoint("sleep"), {}))
