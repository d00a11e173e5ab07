"""Each day without a record gets the one state that its evidence supports."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.errors import MembershipLapsed, OuraLakeError, ScopeMissing, SourceError, SourceUnavailable
from oura_lake.ledger.gaps import Known, Trace, find_gaps
from oura_lake.ledger.request_log import RequestLog
from oura_lake.sources.oura import ENDPOINTS
from support.builders import NOON

TODAY = date(2026, 8, 21)
FIRST = TODAY - timedelta(days=10)
DAY = timedelta(days=1)


def days(first: int, last: int) -> frozenset[date]:
    """Days that many days ago, both included; the older first."""
    return frozenset(TODAY - n * DAY for n in range(last, first + 1))


def answered(error: OuraLakeError | None = None, first: date = FIRST, last: date = TODAY) -> RequestLog:
    return RequestLog().after(first, last, error, NOON)


def known(missing: int = 3, **given: object) -> Known:
    """Person with sleep and heart rate on each of ten days but the one so many days ago; all days were requested."""
    some = days(10, 1) - {TODAY - missing * DAY}
    facts: dict[str, Any] = {
        "records": {"sleep": some, "heartrate": days(10, 0)},
        "requests": {"sleep": answered(), "heartrate": answered()},
        "traces": {},
    }
    return Known(today=TODAY, **facts | given)


def state(known: Known, collection: str = "sleep", ago: int = 3) -> str | None:
    """State of a collection on a day, None where it is no gap."""
    found = [g for g in find_gaps(known, ENDPOINTS) if (g.collection, g.day) == (collection, TODAY - ago * DAY)]
    assert len(found) <= 1
    return found[0].state if found else None


def trace(ago: int = 3, **facts: int) -> dict[Any, Any]:
    return {TODAY - ago * DAY: Trace(**facts)}


def test_a_stored_day_is_no_gap() -> None:
    assert state(known(), ago=4) is None


def test_a_day_that_was_asked_for_and_has_heart_rate_has_nothing_recorded() -> None:
    assert state(known()) == "nothing_recorded"


@pytest.mark.parametrize(("error", "word"), [
    (ScopeMissing("No."), "scope_not_granted"), (MembershipLapsed("No."), "membership_lapsed"),
    (SourceUnavailable("Later."), "api_error"),
])  # fmt: skip
def test_a_day_that_oura_refused_says_how(error: SourceError, word: str) -> None:
    assert state(known(requests={"sleep": answered(error)})) == word


def test_the_last_answer_counts() -> None:
    refused = answered(SourceUnavailable("Later."))
    assert state(known(requests={"sleep": refused.after(TODAY - 7 * DAY, TODAY, None, NOON)})) == "nothing_recorded"


def test_a_day_that_was_refused_says_so_even_if_the_ring_was_flat() -> None:
    flat = trace(lowest_battery_pct=2, last_battery_pct=2)
    assert state(known(requests={"sleep": answered(ScopeMissing("No."))}, traces=flat)) == "scope_not_granted"


def test_days_asked_for_one_after_the_other_are_one_span() -> None:
    request_logs = answered(last=TODAY - 5 * DAY).after(TODAY - 4 * DAY, TODAY, None, NOON)
    assert [(span.first, span.last) for span in request_logs.spans] == [(FIRST, TODAY)]


def test_a_hole_that_nobody_asked_for_says_so() -> None:
    hole = answered(last=TODAY - 5 * DAY).after(TODAY - 2 * DAY, TODAY, None, NOON)
    assert state(known(requests={"sleep": hole})) == "not_asked"


def test_a_hole_since_the_token_was_rejected_is_an_error() -> None:
    hole = answered(last=TODAY - 5 * DAY)
    assert state(known(requests={"sleep": hole}, rejected_since=TODAY - 4 * DAY)) == "api_error"


def test_days_stored_by_a_version_that_took_no_notes_were_asked_for() -> None:
    assert state(known(requests={"heartrate": answered()})) == "nothing_recorded"
    assert state(known(requests={"sleep": answered(first=TODAY)})) == "nothing_recorded"


def test_a_day_that_is_not_over_is_not_synced_yet_even_if_later_records_came() -> None:
    beats = {"sleep": days(10, 1), "heartrate": days(10, -1)}
    assert state(known(records=beats), ago=0) == "not_synced_yet"


def test_a_day_after_the_newest_record_is_not_synced_yet() -> None:
    silent = {"sleep": days(10, 4), "heartrate": days(10, 4)}
    assert [state(known(records=silent), ago=n) for n in (3, 2, 1, 0)] == ["not_synced_yet"] * 4


def test_of_the_newest_day_a_part_may_not_have_been_synced_yet() -> None:
    partly = {"sleep": days(10, 4), "heartrate": days(10, 4)}
    beats = {TODAY - n * DAY: Trace(n_heartbeats=100 if n > 3 else 9) for n in range(3, 11)}
    assert state(known(records=partly, traces=beats)) == "not_synced_yet"


def test_an_evening_of_the_americas_is_not_the_next_day_though_it_is_in_utc() -> None:
    silent = {"sleep": days(10, 4), "heartrate": days(10, 3)}
    local = {TODAY - 4 * DAY: Trace(n_heartbeats=100)}
    assert state(known(records=silent, traces=local), ago=3) == "not_synced_yet"


def test_a_tag_is_no_sign_of_the_ring() -> None:
    silent = {"sleep": days(10, 4), "heartrate": days(10, 4), "enhanced_tag": days(1, 1)}
    assert state(known(records=silent)) == "not_synced_yet"


def test_silence_after_an_empty_battery_is_a_flat_ring_but_not_today() -> None:
    silent = {"sleep": days(10, 4), "heartrate": days(10, 4)}
    empty = trace(ago=4, lowest_battery_pct=3, last_battery_pct=3)
    found = [state(known(records=silent, traces=empty), ago=n) for n in (3, 1, 0)]
    assert found == ["ring_flat", "ring_flat", "not_synced_yet"]


def test_a_ring_that_was_charged_the_same_day_is_not_flat_on_the_next() -> None:
    charged = trace(ago=4, lowest_battery_pct=3, last_battery_pct=90)
    assert state(known(traces=charged)) == "nothing_recorded"


@pytest.mark.parametrize(("level", "word"), [(5, "ring_flat"), (6, "nothing_recorded")])
def test_a_ring_is_flat_from_five_percent_down(level: int, word: str) -> None:
    assert state(known(traces=trace(lowest_battery_pct=level, last_battery_pct=level))) == word


def test_a_flat_ring_comes_before_an_unworn_one() -> None:
    both = trace(lowest_battery_pct=4, last_battery_pct=80, night_non_wear_s=36000, non_wear_s=86400)
    assert state(known(traces=both)) == "ring_flat"


@pytest.mark.parametrize(("seconds", "word"), [(5 * 3600, "not_worn"), (5 * 3600 - 300, "nothing_recorded")])
def test_an_unworn_night_explains_the_night(seconds: int, word: str) -> None:
    assert state(known(traces=trace(night_non_wear_s=seconds))) == word


def test_an_unworn_night_does_not_explain_the_day() -> None:
    request_logs = {"daily_stress": answered()}
    assert (
        state(known(requests=request_logs, traces=trace(night_non_wear_s=36000)), "daily_stress") == "nothing_recorded"
    )
    assert state(known(requests=request_logs, traces=trace(non_wear_s=43200)), "daily_stress") == "not_worn"


def beats(**per_day: int | None) -> dict[date, Trace]:
    """100 heartbeats on each of ten days, but so many on the third."""
    usual = {TODAY - n * DAY: Trace(n_heartbeats=100) for n in range(11)}
    return usual | {TODAY - 3 * DAY: Trace(**per_day)}


@pytest.mark.parametrize(("n_heartbeats", "word"), [(None, "not_worn"), (24, "not_worn"), (25, "nothing_recorded")])
def test_a_day_with_hardly_a_heartbeat_between_others_was_not_worn(n_heartbeats: int | None, word: str) -> None:
    assert state(known(traces=beats(n_heartbeats=n_heartbeats))) == word


@pytest.mark.parametrize("ago", [9, 3])
def test_on_the_first_and_the_last_day_with_heart_rate_few_heartbeats_are_no_sign(ago: int) -> None:
    some = {TODAY - n * DAY: Trace(n_heartbeats=3 if n == ago else 100) for n in range(3, 10)}
    assert state(known(missing=ago, traces=some), ago=ago) == "nothing_recorded"


def test_without_heart_rate_nobody_knows_whether_it_was_worn() -> None:
    assert state(known()) == "nothing_recorded"


def test_the_ledger_begins_with_the_first_document_not_with_its_evening_in_utc() -> None:
    gaps = find_gaps(known(records={"sleep": days(9, 1), "heartrate": days(10, 0)}), ENDPOINTS)
    assert min(gap.day for gap in gaps) == TODAY


def test_what_is_not_daily_has_a_gap_only_where_it_is_not_known_that_there_was_nothing() -> None:
    request_logs = {"workout": answered(last=TODAY - 2 * DAY).after(TODAY - 1 * DAY, TODAY, ScopeMissing("No."), NOON)}
    worn = trace(non_wear_s=86400)
    found = [state(known(requests=request_logs, traces=worn), "workout", ago=n) for n in (3, 2, 1, 0)]
    assert found == [None, None, "scope_not_granted", "scope_not_granted"]


def test_a_collection_that_was_never_asked_for_is_not_in_the_ledger() -> None:
    assert {gap.collection for gap in find_gaps(known(), ENDPOINTS)} == {"sleep"}


def test_a_lake_that_holds_nothing_has_no_gap() -> None:
    assert list(find_gaps(Known(today=TODAY, records={}, requests={}, traces={}), ENDPOINTS)) == []


SPANS = st.lists(st.tuples(st.integers(-3, 14), st.integers(0, 9), st.sampled_from([None, ScopeMissing("No.")])))


@given(SPANS, st.sets(st.integers(0, 10)))
def test_each_day_has_one_state_whatever_was_asked_in_whatever_order(
    request_logs: list[tuple[int, int, ScopeMissing | None]], stored: set[int]
) -> None:
    notes = RequestLog()
    last_answer: dict[date, ScopeMissing | None] = {}
    for first, length, error in request_logs:
        start = TODAY - first * DAY
        notes = notes.after(start, start + length * DAY, error, NOON)
        last_answer |= {start + n * DAY: error for n in range(length + 1)}
    spans = [(span.first, span.last) for span in notes.spans]
    assert all(a[1] < b[0] for a, b in pairwise(spans))
    assert {day: error is not None for day, error in last_answer.items()} == {
        day: notes.on(day) == "scope_not_granted" for day in last_answer
    }
    records = {"sleep": frozenset(TODAY - n * DAY for n in stored)}
    gaps = [
        g.day for g in find_gaps(Known(today=TODAY, records=records, requests={"sleep": notes}, traces={}), ENDPOINTS)
    ]
    first_day = min(records["sleep"], default=notes.first_day)
    assert sorted({*gaps, *records["sleep"]}) == gaps_and_days(first_day)
    assert len(gaps) == len(set(gaps))
    assert not set(gaps) & records["sleep"]


def gaps_and_days(first: date | None) -> list[date]:
    """Every day from the first to today."""
    return [first + n * DAY for n in range((TODAY - first).days + 1)] if first else []
