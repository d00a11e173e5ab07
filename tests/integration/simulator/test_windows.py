"""The simulated API returns for two dates the records that the real one returned in measurements."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from oura_lake.simulator import GeneratedPerson, RunningApi, simulated_oura
from oura_lake.simulator.given_documents import GivenDocuments
from oura_lake.simulator.scenarios import local_week
from oura_lake.simulator.windows import BadBound, bound

UNTIL = date(2026, 11, 21)


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[..., httpx.Response]]:
    """Provide a function that requests the records of a list route of a generated person."""
    with simulated_oura(GeneratedPerson(seed=3, until=UNTIL)) as api, client(api) as http:
        yield lambda collection, **params: http.get(collection, params=params)


@pytest.fixture
def serve() -> Iterator[Callable[..., httpx.Client]]:
    """Provide a function that serves documents and returns a client."""
    with ExitStack() as stack:
        yield lambda **documents: stack.enter_context(
            client(stack.enter_context(simulated_oura(GivenDocuments(documents))))
        )


def client(api: RunningApi) -> httpx.Client:
    headers = {"Authorization": f"Bearer {api.token}"}
    return httpx.Client(base_url=f"{api.base_url}/v2/usercollection/", headers=headers)


def days(reply: httpx.Response) -> list[Any]:
    return [d["day"] for d in reply.json()["data"]]


def test_a_score_of_the_last_day_is_included(ask: Callable[..., httpx.Response]) -> None:
    assert days(ask("daily_sleep", start_date="2026-11-20", end_date="2026-11-21")) == ["2026-11-20", "2026-11-21"]


def test_activity_of_the_last_day_is_left_out(ask: Callable[..., httpx.Response]) -> None:
    assert days(ask("daily_activity", start_date="2026-11-20", end_date="2026-11-21")) == ["2026-11-20"]


def test_activity_is_dated_by_the_persons_own_clock() -> None:
    with simulated_oura(GeneratedPerson(until=UNTIL, timezone="Asia/Tokyo")) as api, client(api) as http:
        reply = http.get("daily_activity", params={"start_date": "2026-11-20", "end_date": "2026-11-21"})
    assert days(reply) == ["2026-11-20"]


def test_activity_of_the_last_day_comes_with_a_time(ask: Callable[..., httpx.Response]) -> None:
    assert days(ask("daily_activity", start_date="2026-11-21", end_date="2026-11-21T23:59:59")) == ["2026-11-21"]


@pytest.mark.parametrize("collection", ["daily_activity", "sleep", "workout"])
def test_one_date_twice_returns_no_event(ask: Callable[..., httpx.Response], collection: str) -> None:
    assert days(ask(collection, start_date="2026-11-18", end_date="2026-11-18")) == []


def test_a_sleep_is_found_under_the_utc_date_of_its_beginning(serve: Callable[..., httpx.Client]) -> None:
    night = {"id": "a", "day": "2026-01-17", "bedtime_start": "2026-01-16T22:00:00-05:00"}  # 03:00 UTC on the 17th
    http = serve(sleep=[night])
    assert days(http.get("sleep", params={"start_date": "2026-01-17", "end_date": "2026-01-17"})) == []
    assert days(http.get("sleep", params={"start_date": "2026-01-17", "end_date": "2026-01-18"})) == ["2026-01-17"]


def test_a_sleep_begun_before_the_start_date_is_missed(serve: Callable[..., httpx.Client]) -> None:
    night = {"id": "a", "day": "2026-05-06", "bedtime_start": "2026-05-05T22:00:00+00:00"}
    http = serve(sleep=[night])
    assert days(http.get("sleep", params={"start_date": "2026-05-06", "end_date": "2026-05-08"})) == []
    assert days(http.get("sleep", params={"start_date": "2026-05-05", "end_date": "2026-05-06"})) == ["2026-05-06"]


def test_a_tag_just_after_local_midnight_comes_with_the_date_before(serve: Callable[..., httpx.Client]) -> None:
    tag = {"id": "a", "start_day": "2024-11-09", "start_time": "2024-11-09T00:44:30+01:00"}
    reply = serve(enhanced_tag=[tag]).get("enhanced_tag", params={"start_date": "2024-11-08", "end_date": "2024-11-09"})
    assert len(reply.json()["data"]) == 1


def test_naive_dates_lose_records_of_a_week_at_utc_minus_six() -> None:
    week = local_week()
    with simulated_oura(week.source) as api, client(api) as http:
        query = {"start_date": str(week.first), "end_date": str(week.last)}
        found = {n: days(http.get(n, params=query)) for n in ("daily_sleep", "daily_activity", "workout")}
    assert {n: len(d) for n, d in found.items()} == {"daily_sleep": 7, "daily_activity": 6, "workout": 6}
    assert min(found["workout"]) < str(week.first)


def test_a_padded_window_holds_the_whole_week_at_utc_minus_six() -> None:
    week = local_week()
    query = {"start_date": str(week.first - timedelta(days=2)), "end_date": str(week.last + timedelta(days=2))}
    with simulated_oura(week.source) as api, client(api) as http:
        for collection in ("daily_activity", "daily_sleep", "sleep", "workout"):
            found = http.get(collection, params=query).json()["data"]
            of_week = [d for d in found if str(week.first) <= d["day"] <= str(week.last)]
            assert (of_week, len(found) > len(of_week)) == (week.truth[collection], True)


def test_documents_come_oldest_first(ask: Callable[..., httpx.Response]) -> None:
    found = ask("sleep", start_date="2026-10-01", end_date="2026-11-21").json()["data"]
    starts = [d["bedtime_start"] for d in found]
    assert starts == sorted(starts)


def test_far_dates_return_the_whole_history(ask: Callable[..., httpx.Response]) -> None:
    found = days(ask("daily_readiness", start_date="0024-11-11", end_date="2999-12-31"))
    assert len(found) > 330


def test_numbers_are_read_as_seconds_since_1970(ask: Callable[..., httpx.Response]) -> None:
    reply = ask("sleep", start_date="1", end_date="2")
    assert (reply.status_code, reply.json()["data"]) == (200, [])


def test_without_dates_the_last_two_days_come(ask: Callable[..., httpx.Response]) -> None:
    assert days(ask("daily_sleep")) == ["2026-11-20", "2026-11-21"]


def test_rings_have_no_window(ask: Callable[..., httpx.Response]) -> None:
    assert len(ask("ring_configuration", start_date="2030-01-01", end_date="2030-01-02").json()["data"]) == 2


def test_heart_rate_without_date_times_is_the_last_day(ask: Callable[..., httpx.Response]) -> None:
    rows = ask("heartrate", start_date="2026-01-01", end_date="2026-02-01").json()["data"]
    assert {r["timestamp"][:10] for r in rows} <= {"2026-11-20", "2026-11-21", "2026-11-22"}


def test_a_bare_date_twice_is_no_time_at_all(ask: Callable[..., httpx.Response]) -> None:
    assert ask("heartrate", start_datetime="2026-11-20", end_datetime="2026-11-20").json()["data"] == []


def test_heart_rate_obeys_both_bounds(ask: Callable[..., httpx.Response]) -> None:
    query = {"start_datetime": "2026-11-20T06:00:00-06:00", "end_datetime": "2026-11-20T13:00:00Z"}
    stamps = [r["timestamp"] for r in ask("heartrate", **query).json()["data"]]
    assert stamps
    assert "2026-11-20T12:00" <= min(stamps) <= max(stamps) <= "2026-11-20T13:00:01"


@pytest.mark.parametrize("name", ["start_date", "end_date"])
def test_a_date_that_is_none_is_unprocessable(ask: Callable[..., httpx.Response], name: str) -> None:
    reply = ask("daily_sleep", **{name: "nonsense"})
    assert reply.status_code == 422
    assert [d["loc"] for d in reply.json()["detail"]] == [["query", name, "datetime"], ["query", name, "date"]]


def test_a_start_after_the_end_is_unprocessable(ask: Callable[..., httpx.Response]) -> None:
    reply = ask("daily_sleep", start_date="2026-11-12", end_date="2026-11-11")
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["msg"] == "Start date must be before end date"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "99999999999999999", "2026-13-01", ""])
def test_no_bound_breaks_the_server(text: str) -> None:
    with pytest.raises(BadBound):
        bound(text)
