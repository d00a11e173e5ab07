"""The plan has the requests for every record of some local days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from oura_lake.lake.request_plan import Days, newest_possible_day, plan, trailing_window
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE
from support.present import present

SLEEP = SOURCE.endpoint("sleep")
HEART = SOURCE.endpoint("heartrate")
ZONES = [ZoneInfo(n) for n in ("Pacific/Kiritimati", "America/Costa_Rica", "Europe/Berlin", "Asia/Kathmandu")]
days = st.dates(date(2019, 1, 1), date(2027, 1, 1))
spans = st.integers(0, 900)


def test_dates_are_asked_for_with_two_days_more_on_each_side() -> None:
    (request,) = plan(SLEEP, date(2026, 8, 14), date(2026, 8, 20), ZONES[0])
    assert request.params == {"start_date": "2026-08-12", "end_date": "2026-08-22"}


def test_a_record_is_kept_by_its_own_day() -> None:
    (request,) = plan(SLEEP, date(2026, 8, 14), date(2026, 8, 20), ZONES[0])
    assert [request.wants({"day": f"2026-08-{d}"}) for d in (13, 14, 20, 21)] == [False, True, True, False]


def test_a_record_without_a_day_is_kept_so_that_it_is_reported() -> None:
    (request,) = plan(SLEEP, date(2026, 8, 14), date(2026, 8, 20), ZONES[0])
    assert request.wants({"id": "x"})


@given(days, spans, st.sampled_from([SLEEP, SOURCE.endpoint("daily_sleep"), SOURCE.endpoint("workout")]))
def test_every_day_is_wanted_by_exactly_one_request_of_its_own_year(first: date, n: int, endpoint: Endpoint) -> None:
    requests = plan(endpoint, first, first + timedelta(n), UTC)
    for offset in range(0, n + 1, 13):
        day = first + timedelta(offset)
        (wanting,) = [r for r in requests if r.wants({present(endpoint.day): day.isoformat()})]
        assert wanting.period == str(day.year)


@given(days, st.integers(0, 90), st.sampled_from(ZONES), st.integers(0, 10**6))
def test_every_instant_of_the_local_days_is_wanted_once_and_in_its_month(
    first: date, n: int, zone: Any, second: int
) -> None:
    requests = plan(HEART, first, first + timedelta(n), zone)
    begin = datetime.combine(first, datetime.min.time(), zone).astimezone(UTC)
    end = datetime.combine(first + timedelta(n + 1), datetime.min.time(), zone).astimezone(UTC)
    moment = begin + timedelta(seconds=second % int((end - begin).total_seconds()))
    (wanting,) = [r for r in requests if r.wants({"timestamp": moment.isoformat()})]
    assert wanting.period == f"{moment:%Y-%m}"


@given(days, st.sampled_from(ZONES))
def test_no_instant_of_another_local_day_is_wanted(day: date, zone: Any) -> None:
    requests = plan(HEART, day, day, zone)
    begin = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(1), datetime.min.time(), zone).astimezone(UTC)
    outside = (begin - timedelta(seconds=1), end)
    assert not any(r.wants({"timestamp": m.isoformat()}) for r in requests for m in outside)


def test_heart_rate_is_asked_for_in_pieces_that_overlap_by_a_second() -> None:
    first, second, *_ = plan(HEART, date(2026, 1, 1), date(2026, 1, 31), UTC)
    assert first.params["end_datetime"] == "2026-01-11T00:00:01+00:00"
    assert second.params["start_datetime"] == "2026-01-10T23:59:59+00:00"


def test_an_undated_collection_is_asked_for_whole() -> None:
    (request,) = plan(SOURCE.endpoint("ring_configuration"), date(2026, 1, 1), date(2026, 1, 2), UTC)
    assert (request.params, request.wants({"id": "ring"})) == ({}, True)


def test_the_newest_possible_day_is_that_of_the_easternmost_zone() -> None:
    assert newest_possible_day(datetime(2026, 3, 1, 10, 0, tzinfo=UTC)) == date(2026, 3, 2)


def test_days_that_were_chosen_are_asked_for_and_recent_ones_as_far_back_as_a_collection_changes() -> None:
    chosen = Days(first=date(2026, 8, 14), last=date(2026, 8, 21), zone=UTC, now=datetime(2026, 8, 20, 12, tzinfo=UTC))
    assert chosen.first_of(SLEEP) == date(2026, 8, 14)
    recent = replace(chosen, is_trailing=True)
    assert recent.first_of(SLEEP) == date(2026, 8, 20) - timedelta(days=SLEEP.lookback_days)
    assert trailing_window(date(2026, 8, 20), 7) == (date(2026, 8, 13), date(2026, 8, 21))
