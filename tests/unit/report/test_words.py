"""The report states its numbers in words, and nothing more."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from oura_lake.analyses.signals import charted
from oura_lake.report.coverage import Known, Run, gaps, known, longest_gap
from oura_lake.report.figures import figure, figure_day, last_night, sentence
from oura_lake.report.reading import history_of
from oura_lake.report.words import newest_text, run_text
from support.present import present
from support.report_lake import TODAY, FakeEngine, a_row, a_year

SLEEP, READINESS, RESTING, HRV, TEMPERATURE, STEPS = charted()
YESTERDAY = TODAY - timedelta(days=1)


def text_of(rows: list[Any]) -> str:
    history = history_of(FakeEngine(rows), "anna")
    night = last_night(history)
    return sentence([figure(history, s, figure_day(history, s, present(night))) for s in charted()])


def steady(last: date = TODAY, n_days: int = 30, **today: Any) -> list[Any]:
    usual: dict[str, Any] = {"sleep_h": 7.0, "resting_heart_rate_bpm": 50, "steps": 8000}
    rows = [a_row(last - timedelta(days=n), **usual) for n in range(n_days, 0, -1)]
    return [*rows, a_row(last, **{**usual, **today})]


def test_a_quiet_night_is_told_as_quiet() -> None:
    assert text_of(steady()) == "You slept 7 h 00 min. All main figures were in your usual range."


def test_what_stands_out_is_named_and_the_rest_is_not() -> None:
    text = text_of(steady(resting_heart_rate_bpm=58))
    assert text.startswith("You slept 7 h 00 min. Resting heart rate was far higher than usual.")


def test_signals_that_moved_the_same_way_are_told_together() -> None:
    text = text_of(steady(resting_heart_rate_bpm=58, sleep_h=12.0))
    assert "Sleep and resting heart rate were far higher than usual." in text


def test_a_signal_without_a_range_is_not_called_usual() -> None:
    rows = [*steady()[:-1], a_row(TODAY, sleep_h=7.0, resting_heart_rate_bpm=50, hrv_rmssd_ms=40)]
    assert "resting heart rate and the step count of Saturday were in your usual range." in text_of(rows)


def test_the_first_fortnight_says_that_it_is_not_enough() -> None:
    assert "Not enough data yet" in text_of(steady(n_days=13))


def test_a_night_without_sleep_is_told_as_not_recorded() -> None:
    assert text_of(steady(sleep_h=None)).startswith("No sleep was recorded.")


@pytest.mark.parametrize(
    ("fetched_at", "is_over"),
    [
        (datetime(2026, 11, 22, 15, 4, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 8, 1, tzinfo=UTC), True),
    ],
)
def test_the_steps_of_a_day_that_was_fetched_before_it_was_over_are_left_out(
    fetched_at: datetime, is_over: bool
) -> None:
    """In Los Angeles 22 November ends at 8:00 UTC of the next day, whatever the machine's clock."""
    newest = {"day": TODAY, "utc_offset_min": -480, "fetched_at": fetched_at}
    history = history_of(FakeEngine(steady(steps=12), activity=[newest]), "anna")
    assert history.value("steps", TODAY) == (12 if is_over else None)
    assert figure_day(history, STEPS, TODAY) == (TODAY if is_over else YESTERDAY)
    assert ("far lower" in sentence([figure(history, STEPS, figure_day(history, STEPS, TODAY))])) is is_over


def test_the_last_night_is_the_newest_day_with_a_night() -> None:
    rows = [*steady(last=YESTERDAY), a_row(TODAY, steps=3)]
    assert last_night(history_of(FakeEngine(rows), "anna")) == YESTERDAY


def test_coverage_counts_calendar_days_not_rows() -> None:
    rows = [a_row(TODAY - timedelta(days=n), sleep_h=7.0) for n in (0, 1, 5)]
    history = history_of(FakeEngine(rows), "anna")
    assert known(history, SLEEP, history.first, history.last).text == "3 of 6 days (50 %)"
    assert gaps(history, SLEEP, history.first, history.last) == [
        Run(first=TODAY - timedelta(days=4), last=TODAY - timedelta(days=2))
    ]


def test_the_longest_gap_of_a_year_is_found() -> None:
    history = history_of(FakeEngine(a_year()), "anna")
    assert present(longest_gap(history, SLEEP, history.first, history.last)).n_days == 21


def test_a_complete_year_has_no_gap() -> None:
    history = history_of(FakeEngine(steady()), "anna")
    assert longest_gap(history, SLEEP, history.first, history.last) is None


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 5, 12), date(2026, 5, 12), "12 May 2026 (1 day)"),
        (date(2026, 5, 12), date(2026, 5, 14), "12 to 14 May 2026 (3 days)"),
        (date(2026, 5, 30), date(2026, 6, 1), "30 May to 1 June 2026 (3 days)"),
        (date(2025, 12, 31), date(2026, 1, 1), "31 December 2025 to 1 January 2026 (2 days)"),
    ],
)
def test_a_run_of_days_is_written_once(first: date, last: date, text: str) -> None:
    assert run_text(Run(first=first, last=last)) == text


def test_a_share_below_one_percent_is_not_called_none() -> None:
    assert Known(n=1, n_days=2226).text == "1 of 2,226 days (under 1 %)"


def test_a_share_is_rounded_and_all_means_all() -> None:
    assert Known(n=41, n_days=42).text == "41 of 42 days (98 %)"
    assert Known(n=2225, n_days=2226).text == "2,225 of 2,226 days (over 99 %)"
    assert Known(n=42, n_days=42).text == "42 of 42 days (100 %)"


def test_the_age_of_the_newest_record_is_told() -> None:
    assert newest_text(date(2026, 11, 12), TODAY) == "12 November 2026 (10 days ago)"
