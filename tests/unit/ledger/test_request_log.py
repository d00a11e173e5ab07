"""Note of what was asked for: how a collection's trouble begins, goes on, ends and comes back."""

from datetime import date

from oura_lake.errors import MembershipLapsed, OuraLakeError, ScopeMissing, SourceUnavailable
from oura_lake.ledger.request_log import API_ERROR, SCOPE_NOT_GRANTED, RequestLog, Trouble
from support.builders import at

DAY = date(2026, 8, 20)
DOWN = SourceUnavailable("Oura is down.")


def after(*answers: tuple[int, OuraLakeError | None]) -> RequestLog:
    """Make the request log after requests at these minutes with these answers."""
    log = RequestLog()
    for minute, error in answers:
        log = log.after(DAY, DAY, error, at(minute))
    return log


def test_a_trouble_that_goes_on_keeps_its_beginning_and_its_words() -> None:
    trouble = after((0, DOWN), (5, SourceUnavailable("Oura is still down."))).trouble
    assert trouble == Trouble(state=API_ERROR, text="Oura is down.", since=at(0), until=None)


def test_a_good_answer_ends_a_trouble_once() -> None:
    log = after((0, DOWN), (5, None), (9, None))
    assert log.trouble == Trouble(state=API_ERROR, text="Oura is down.", since=at(0), until=at(5))
    assert not log.is_refused


def test_a_trouble_that_comes_back_after_it_was_over_is_noted_as_a_new_one() -> None:
    log = after((0, DOWN), (5, None), (9, SourceUnavailable("Oura is down again.")))
    assert log.trouble == Trouble(state=API_ERROR, text="Oura is down again.", since=at(9), until=None)
    assert log.is_refused


def test_a_trouble_of_another_kind_takes_the_place_of_one_that_is_not_over() -> None:
    log = after((0, DOWN), (5, ScopeMissing("The scope is missing.")))
    assert log.trouble == Trouble(state=SCOPE_NOT_GRANTED, text="The scope is missing.", since=at(5), until=None)


def test_who_never_had_a_trouble_has_none_after_a_good_answer() -> None:
    assert after((0, None)).trouble is None


def test_a_refused_day_and_an_answered_one_keep_their_own_states() -> None:
    next_day = date(2026, 8, 21)
    log = RequestLog().after(DAY, DAY, None, at(0)).after(next_day, next_day, MembershipLapsed("."), at(1))
    assert [(span.first.day, span.last.day, span.state) for span in log.spans] == [
        (20, 20, "answered"),
        (21, 21, "membership_lapsed"),
    ]
