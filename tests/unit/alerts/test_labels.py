"""Labels of episodes: the person's answer before the app's entry, and the app's entry."""

from dataclasses import replace
from datetime import timedelta

import pytest
from oura_lake.alerts.labels import APP, BY_PERSON, Label, known_of, labels_of, precision_of
from oura_lake.analyses.model import PersonDay
from oura_lake.analyses.personal_threshold import Known
from support.illness_days import TODAY, an_alert

DAY = timedelta(days=1)
EPISODE = an_alert(TODAY)


def sick(offset: int) -> PersonDay:
    """Day with a tag of sickness, so many days after the episode's only alert day."""
    return PersonDay(day=TODAY + offset * DAY, has_sickness_tag=True)


def from_the_app(offset: int) -> Known:
    day = TODAY + offset * DAY
    return Known(on=day, first=day - 3 * DAY, last=day + 3 * DAY)


@pytest.mark.parametrize(("offset", "is_labelled"), [(-4, False), (-3, True), (0, True), (3, True), (4, False)])
def test_what_the_app_was_told_within_three_days_labels_an_episode(offset: int, is_labelled: bool) -> None:
    labels = labels_of([EPISODE], [sick(offset)], {})
    assert labels == ({EPISODE.id: Label(is_ill=True, source=APP)} if is_labelled else {})


def test_what_the_person_said_goes_before_what_the_app_was_told() -> None:
    no = Label(is_ill=False, source=BY_PERSON, on=TODAY)
    assert labels_of([EPISODE], [sick(0)], {EPISODE.id: no}) == {EPISODE.id: no}


@pytest.mark.parametrize(("answered_on", "app_counts"), [(0, False), (1, True), (2, True)])
def test_a_no_takes_back_what_the_app_is_told_on_a_later_day_and_not_of_the_same_day(
    answered_on: int, app_counts: bool
) -> None:
    no = Label(is_ill=False, source=BY_PERSON, on=TODAY + answered_on * DAY)
    known = known_of([sick(1)], [EPISODE], {EPISODE.id: no})
    denial = Known(on=TODAY + answered_on * DAY, first=EPISODE.onset_day, last=TODAY, is_ill=False)
    assert known == [denial, *([from_the_app(1)] if app_counts else [])]


def test_a_no_takes_nothing_back_that_is_told_of_other_days() -> None:
    no = Label(is_ill=False, source=BY_PERSON, on=TODAY)
    assert from_the_app(4) in known_of([sick(4)], [EPISODE], {EPISODE.id: no})
    assert from_the_app(3) not in known_of([sick(3)], [EPISODE], {EPISODE.id: no})


@pytest.mark.parametrize(
    ("kind", "source", "words"),
    [
        ("illness", BY_PERSON, "an illness"),
        ("strain", BY_PERSON, "right"),
        ("strain", APP, "an illness"),
    ],
)
def test_a_label_is_of_an_illness_where_the_kind_or_the_app_is_about_one(kind: str, source: str, words: str) -> None:
    no = {"an illness": "no illness", "right": "not right"}[words]
    assert Label(is_ill=True, source=source).words(kind) == f"{words} ({source})"
    assert Label(is_ill=False, source=source).words(kind) == f"{no} ({source})"
    assert Label(is_ill=None, source=source, note="private").words(kind) == "with a note"


def test_a_note_or_an_answer_without_its_day_tells_the_calibration_nothing() -> None:
    note = Label(is_ill=None, source=BY_PERSON, on=TODAY)
    undated = Label(is_ill=True, source=BY_PERSON)
    assert known_of([], [EPISODE], {EPISODE.id: note}) == known_of([], [EPISODE], {EPISODE.id: undated}) == []
    assert labels_of([EPISODE], [sick(0)], {EPISODE.id: note}) == {EPISODE.id: Label(is_ill=True, source=APP)}
    assert labels_of([EPISODE], [], {EPISODE.id: note}) == {EPISODE.id: note}


@pytest.mark.parametrize(("kind", "n_ill"), [("illness", 2), ("strain", 1)])
def test_the_app_says_whether_the_illness_warning_was_right_and_no_other_kind(kind: str, n_ill: int) -> None:
    episodes = [an_alert(TODAY - n * 9 * DAY) for n in range(4)]
    known = ((True, APP), (True, BY_PERSON), (False, BY_PERSON))
    labels = {e.id: Label(is_ill=is_ill, source=by) for e, (is_ill, by) in zip(episodes, known, strict=False)}
    found = precision_of(kind, episodes, labels)
    assert (found.n_ill, found.n_not_ill, found.n_unknown) == (n_ill, 1, 3 - n_ill)
    assert found.share == n_ill / (n_ill + 1)
    assert precision_of(kind, episodes, {}).share is None


def test_two_labels_that_differ_by_the_day_of_the_answer_are_the_same_label() -> None:
    label = Label(is_ill=True, source=BY_PERSON, on=TODAY)
    assert label == replace(label, on=TODAY - timedelta(days=1))
    assert label != replace(label, is_ill=False)
