"""A job leaves the queue unchanged."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.ingestion.job import Job, Word, parse_job

JOBS = [
    Job(person="me"),
    Job(person="ada", first=date(2026, 1, 1), last=date(2026, 3, 31), until=date(2020, 1, 1), reason="backfill"),
    Job(person="me", endpoints=("sleep",), document_id="a-b", event="delete", reason="webhook"),
    Job(person="me", reason="reply", word=Word(episode="a", is_ill=False, at=datetime(2026, 1, 2, tzinfo=UTC))),
]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.reason)
def test_a_job_comes_back_from_the_queue_as_it_went(job: Job) -> None:
    assert parse_job(job.body()) == job


def test_what_a_job_does_not_say_is_not_in_its_body() -> None:
    assert Job(person="me").body() == '{"person": "me", "endpoints": [], "reason": "schedule"}'


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.reason)
def test_what_tells_a_repetition_is_all_that_a_job_asks_for_and_not_when_it_was_said(job: Job) -> None:
    later = replace(job, word=replace(job.word, at=job.word.at + timedelta(days=1))) if job.word else job
    assert (later.wish, later.wish == replace(job, person="bob").wish) == (job.wish, False)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"person": "me", "until": "soon"}',
        '{"person": "me", "word": {"episode": "a"}}',
    ],
)
def test_what_is_no_job_says_what_to_do(body: str) -> None:
    with pytest.raises(SettingsWrong, match="is no job; it needs a person"):
        parse_job(body)
