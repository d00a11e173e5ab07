"""Feedback on an alert becomes a label, and `status` counts how often alerts were right."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from oura_lake.alerts.labels import APP, BY_PERSON, Label, known_of, labels_of, precision_of
from oura_lake.alerts.ledger import change, stored_entries
from oura_lake.alerts.model import Entry
from oura_lake.alerts.wording.dates import how_was_it
from oura_lake.analyses.personal_threshold import Known
from oura_lake.errors import SettingsWrong
from oura_lake.lake.documents import land
from oura_lake.lake.store import MemoryStore
from oura_lake.local.folder_store import FolderStore
from oura_lake.monitoring.feedback import feedback_labels, store_feedback
from oura_lake.monitoring.findings import verdicts_of
from oura_lake.monitoring.run import watch
from oura_lake.person import Person
from support.builders import a_score, a_table, at
from support.command_line import run
from support.illness_days import FIRST, NOW, TODAY, FakeEngine, Outbox, an_alert, calm_day, calm_days

DAY = timedelta(days=1)
N_DAYS = (TODAY - FIRST).days + 1
ME = Person(name="me")


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Fill a folder with an alert of an illness of today."""
    days = calm_days(N_DAYS, ill=range(N_DAYS - 2, N_DAYS))
    watch(FakeEngine(days), FolderStore(tmp_path), ME, "schedule", NOW, None)
    return tmp_path


def test_the_last_word_about_an_episode_is_its_label(lake: Any) -> None:
    [entry] = stored_entries(FolderStore(lake), "me", "illness")
    for options in (("--ill",), ("--not-ill", "--note", "a late night")):
        done = run("feedback", entry.id, *options, "--lake", lake)
        assert (done.returncode, done.stderr) == (0, "")
    assert feedback_labels(FolderStore(lake), "me") == {
        entry.id: Label(is_ill=False, source=BY_PERSON, note="a late night")
    }


def test_a_note_alone_leaves_the_answer_and_an_answer_again_is_known_since_the_first(lake: Any) -> None:
    store = FolderStore(lake)
    [entry] = stored_entries(store, "me", "illness")
    store_feedback(store, "me", entry.id, True, "", NOW)
    store_feedback(store, "me", entry.id, None, "a fever", NOW + 9 * DAY)
    store_feedback(store, "me", entry.id, True, "", NOW + 20 * DAY)
    [label] = feedback_labels(store, "me").values()
    assert (label.is_ill, label.note, label.on) == (True, "a fever", TODAY)


def test_the_day_on_which_something_was_said_is_the_persons_own(lake: Any) -> None:
    store = FolderStore(lake)
    [entry] = stored_entries(store, "me", "illness")
    store_feedback(store, "me", entry.id, True, "", datetime(2026, 3, 11, 23, tzinfo=UTC))
    days = [feedback_labels(store, "me", ZoneInfo(zone))[entry.id].on for zone in ("UTC", "Asia/Tokyo")]
    assert days == [date(2026, 3, 11), date(2026, 3, 12)]


def test_an_episode_that_nobody_knows_is_named_beside_those_that_are(lake: Any) -> None:
    done = run("feedback", "illness-2020-01-01", "--ill", "--lake", lake)
    assert done.returncode == 2
    assert "There is no episode illness-2020-01-01 of me; the latest are illness-2026-" in done.stderr
    assert run("feedback", "illness-2020-01-01", "--lake", lake).returncode == 2


def test_before_any_alert_there_is_nothing_to_say_something_of() -> None:
    with pytest.raises(SettingsWrong, match="there is none yet"):
        store_feedback(MemoryStore(), "me", "illness-2026-01-01", True, "", NOW)


@pytest.mark.parametrize(("apart", "is_label"), [(3, True), (4, False), (-3, True), (-4, False)])
@pytest.mark.parametrize("noted", [{"is_rest_mode": True}, {"has_sickness_tag": True}])
def test_rest_mode_or_a_tag_within_three_days_is_a_label_by_itself(
    apart: int, is_label: bool, noted: dict[str, Any]
) -> None:
    alert = an_alert(TODAY)
    noted_on = (TODAY - FIRST).days + apart
    days = calm_days(noted_on) + calm_days(1, **{"day": TODAY + apart * DAY, **noted})
    assert (alert.id in labels_of([alert], days, {})) == is_label


def test_what_the_person_says_goes_before_what_the_app_was_told() -> None:
    alert = an_alert(TODAY)
    days = calm_days(1, day=TODAY, is_rest_mode=True)
    answers = {alert.id: Label(is_ill=False, source=BY_PERSON)}
    assert labels_of([alert], days, answers)[alert.id].is_ill is False
    noted = {alert.id: Label(is_ill=None, source=BY_PERSON, note="hm")}
    assert labels_of([alert], days, noted)[alert.id].is_ill is True


def test_the_calibration_hears_of_rest_mode_and_of_the_persons_word_which_goes_first() -> None:
    alert = an_alert(TODAY)
    days = calm_days(1, day=TODAY + 2 * DAY, is_rest_mode=True)
    app = Known(on=TODAY + 2 * DAY, first=TODAY - DAY, last=TODAY + 5 * DAY)
    word = Known(on=TODAY + DAY, first=TODAY - DAY, last=TODAY, is_ill=False)
    assert known_of(days, [alert], {}) == [app]
    assert known_of(days, [alert], {alert.id: Label(is_ill=False, source=BY_PERSON, on=word.on)}) == [word]
    late = replace(word, on=TODAY + 3 * DAY)  # until then the app's label counts
    assert known_of(days, [alert], {alert.id: Label(is_ill=False, source=BY_PERSON, on=late.on)}) == [late, app]
    assert known_of([], [alert], {alert.id: Label(is_ill=None, source=BY_PERSON, note="hm", on=TODAY)}) == []


def test_what_was_said_of_an_episode_changes_the_mark_of_the_mornings_after_and_no_other() -> None:
    ill_now = calm_days(N_DAYS, ill=range(N_DAYS - 2, N_DAYS))
    store, later = MemoryStore(), [*ill_now, *(calm_day(N_DAYS + n) for n in range(30))]
    watch(FakeEngine(ill_now), store, ME, "schedule", NOW, None)
    before = verdicts_of(store, ME, later)["illness"]
    [entry] = stored_entries(store, "me", "illness")
    store_feedback(store, "me", entry.id, True, "", NOW + 9 * DAY)
    after = verdicts_of(store, ME, later)["illness"]
    changed = [b.day for a, b in zip(before, after, strict=True) if a != b]
    assert changed
    assert min(changed) > TODAY + 9 * DAY


def test_precision_counts_what_is_known_and_says_what_is_not() -> None:
    alerts = [an_alert(TODAY - n * 10 * DAY) for n in range(4)]
    labels = dict(
        zip((a.id for a in alerts), (Label(is_ill=w, source=BY_PERSON) for w in (True, True, False)), strict=False)
    )
    found = precision_of("illness", alerts, labels)
    assert (found.n_ill, found.n_not_ill, found.n_unknown, found.share) == (2, 1, 1, 2 / 3)
    assert precision_of("illness", [], {}).share is None


def test_rest_mode_near_an_episode_of_another_kind_says_nothing_of_whether_it_was_right() -> None:
    alerts = [replace(an_alert(TODAY - n * 10 * DAY), kind="strain") for n in range(3)]
    labels = {alerts[0].id: Label(is_ill=True, source=APP), alerts[1].id: Label(is_ill=True, source=BY_PERSON)}
    found = precision_of("strain", alerts, labels)
    assert (found.n_ill, found.n_not_ill, found.n_unknown) == (1, 0, 2)
    words = [label.words("strain") for label in (*labels.values(), Label(is_ill=False, source=BY_PERSON))]
    assert words == ["an illness (rest mode or a tag in Oura's app)", "right (you said so)", "not right (you said so)"]


def test_a_later_message_names_the_label_and_never_the_text_of_the_note() -> None:
    store, outbox, again = MemoryStore(), Outbox(), range(N_DAYS + 38, N_DAYS + 40)
    ill = [N_DAYS - 2, N_DAYS - 1]
    watch(FakeEngine(calm_days(N_DAYS, ill=ill)), store, ME, "schedule", NOW, {"email": outbox})
    [entry] = stored_entries(store, "me", "illness")
    store_feedback(store, "me", entry.id, True, "my affair with Z", NOW)
    days = calm_days(N_DAYS + 40, ill=[*ill, *again])
    watch(FakeEngine(days), store, ME, "schedule", NOW + 40 * DAY, {"email": outbox})
    text = "".join(f"{m.subject}{m.body}{m.sms}{m.event}" for m in outbox.messages)
    assert ": an illness (you said so)\n" in text
    assert "affair" not in text


@pytest.mark.parametrize(("flag", "expected"), [("--right", "was right."), ("--wrong", "was not right.")])
def test_of_another_kind_one_says_whether_it_was_right(tmp_path: Path, flag: str, expected: str) -> None:
    strain = replace(an_alert(TODAY), kind="strain")
    change(FolderStore(tmp_path), "me", "strain", lambda _: [Entry(id=strain.id, alert=strain)])
    assert run("feedback", strain.id, flag, "--lake", tmp_path).stdout == f"Kept: the episode of {TODAY} {expected}\n"
    question = how_was_it(strain.id, strain.kind, "--lake here --person me")
    assert f"feedback {strain.id} --right --lake here --person me\n(or --wrong)" in question


def test_status_says_how_often_alerts_were_right(lake: Any) -> None:
    [entry] = stored_entries(FolderStore(lake), "me", "illness")
    land(a_table(FolderStore(lake)), [a_score(str(TODAY), 70)], at(0), "r")
    run("feedback", entry.id, "--ill", "--lake", lake)
    done = run("status", "--lake", lake, "--person", "me", "--json")
    assert json.loads(done.stdout)[0]["precision"] == [{"kind": "illness", "n_ill": 1, "n_not_ill": 0, "n_unknown": 0}]
