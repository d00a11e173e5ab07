"""Does a job come out of the queue as it went in?"""

from datetime import date

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.job import Job, parse_job

JOBS = [
    Job(person="me"),
    Job(person="ada", first=date(2026, 1, 1), last=date(2026, 3, 31), until=date(2020, 1, 1), reason="backfill"),
    Job(person="me", endpoints=("sleep",), document_id="a-b", event="delete", reason="webhook"),
]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.reason)
def test_a_job_comes_back_from_the_queue_as_it_went(job: Job):
    assert parse_job(job.body()) == job


def test_what_a_job_does_not_say_is_not_in_its_body():
    assert Job(person="me").body() == '{"person": "me", "endpoints": [], "reason": "schedule"}'


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"person": "me", "until": "soon"}'])
def test_what_is_no_job_says_what_to_do(body: str):
    with pytest.raises(SettingsWrong, match="is no job; it needs a person"):
        parse_job(body)
