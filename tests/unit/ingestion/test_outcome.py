"""The outcome of one collection: its sentence, and which errors become part of it."""

from collections import Counter

import pytest
from oura_lake.errors import NotBroughtIn, SourceUnavailable, TokenRejected
from oura_lake.ingestion.outcome import Outcome, recorded_in
from oura_lake.lake.documents import Landed
from oura_lake.sources.oura import SOURCE
from support.present import present

SLEEP = SOURCE.endpoint("sleep")


def test_a_collection_that_came_has_no_problem_whether_it_was_new_or_not() -> None:
    landed_outcome = Outcome(endpoint=SLEEP, landed=Landed(n_new=3, n_revised=2, n_unchanged=1, n_rejected=4))
    assert (landed_outcome.n_documents, landed_outcome.problem, landed_outcome.is_well) == (6, None, True)


def test_what_was_set_aside_is_counted_by_its_reasons_in_one_sentence() -> None:
    aside = Outcome(
        endpoint=SLEEP, landed=Landed(rejected=Counter({"was no document": 1, "had a day in the future": 2}))
    )
    assert present(aside.problem).startswith("Of sleep, 2 had a day in the future and 1 was no document; ")
    assert not aside.is_well


def test_an_error_is_told_before_what_was_set_aside() -> None:
    failed = Outcome(
        endpoint=SLEEP, landed=Landed(rejected=Counter({"was no document": 1})), error=SourceUnavailable("Down.")
    )
    assert failed.problem == "Down."


def test_a_collection_that_is_gone_for_weeks_is_well_and_says_why() -> None:
    removed = Outcome(endpoint=SLEEP, error=SourceUnavailable("Absent."), is_removed=True)
    assert (removed.is_well, removed.problem) == (True, "Absent.")


def test_the_first_of_several_errors_stays_and_none_leaves_the_block() -> None:
    outcome = Outcome(endpoint=SLEEP)
    for error in (SourceUnavailable("First."), SourceUnavailable("Second.")):
        with recorded_in(outcome):
            raise error
    with recorded_in(outcome):
        pass
    assert outcome.problem == "First."


def test_a_mistake_in_the_code_is_told_by_its_kind_alone_and_is_kept_as_the_cause() -> None:
    outcome, mistake = Outcome(endpoint=SLEEP), ValueError("a pulse of 66")
    with recorded_in(outcome):
        raise mistake
    assert isinstance(outcome.error, NotBroughtIn)
    assert outcome.problem.startswith("sleep was not brought in, by a mistake in the code (ValueError)")
    assert "66" not in outcome.problem
    assert outcome.error.__cause__ is mistake


@pytest.mark.parametrize("passing", [TokenRejected("Connect again."), KeyboardInterrupt()])
def test_what_ends_the_run_passes(passing: BaseException) -> None:
    outcome = Outcome(endpoint=SLEEP)
    with pytest.raises(type(passing)), recorded_in(outcome, but=TokenRejected):
        raise passing
    assert outcome.error is None
