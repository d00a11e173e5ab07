"""Findings of every analysis, and what moves those of the illness warning."""

from datetime import timedelta

import pytest
from oura_lake.alerts.ledger import change
from oura_lake.alerts.model import Alert, Entry
from oura_lake.analyses.model import QUESTIONS, Analysis
from oura_lake.analyses.personal_threshold import Known
from oura_lake.analyses.questions import illness
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.feedback import store_feedback
from oura_lake.monitoring.findings import verdicts, verdicts_of
from oura_lake.person import Person
from oura_lake.registry import plugins
from support.illness_days import FIRST, NOW, an_alert, calm_days
from support.present import present

DAY = timedelta(days=1)
ME = Person(name="me", timezone="Pacific/Kiritimati")
SOME_ILL = calm_days(120, ill=range(50, 54))
OTHERS = sorted({*plugins(QUESTIONS, Analysis)} - {"illness"})


@pytest.mark.parametrize("kind", OTHERS)
def test_each_other_kind_says_what_its_analysis_says_whatever_the_budget_and_the_labels(kind: str) -> None:
    known = [Known(on=FIRST, first=FIRST, last=FIRST + 100 * DAY)]
    assert verdicts(SOME_ILL, 2.0, known)[kind] == plugins(QUESTIONS, Analysis)[kind].analyse(SOME_ILL)


def test_there_are_findings_of_every_kind() -> None:
    assert {*verdicts(SOME_ILL, 0.5, ())} == {*OTHERS, "illness"}


def test_a_larger_budget_of_false_alarms_lowers_the_mark_of_the_illness_warning() -> None:
    few, many = (verdicts(SOME_ILL, budget, ())["illness"] for budget in (0.25, 2.0))
    assert all(present(b.score) >= a.score for a, b in zip(few, many, strict=True) if a.score is not None)
    assert few != many


def illness_alert(store: MemoryStore) -> Alert:
    """Episode of the illness warning in the ledger, on the days 50 to 53."""
    alert = an_alert(FIRST + 51 * DAY, FIRST + 53 * DAY)
    change(store, "me", "illness", lambda _: [Entry(id=alert.id, alert=alert)])
    return alert


@pytest.mark.parametrize("is_ill", [True, False])
def test_the_persons_word_counts_from_the_morning_after_their_own_day(is_ill: bool) -> None:
    """On Kiritimati it is tomorrow already when it is noon in Greenwich."""
    store = MemoryStore()
    alert = illness_alert(store)
    spoken = NOW.replace(hour=12) + (FIRST + 60 * DAY - NOW.date())
    store_feedback(store, "me", alert.id, is_ill, "", spoken)
    known = [Known(on=FIRST + 61 * DAY, first=alert.onset_day, last=alert.last_alert_day, is_ill=is_ill)]
    assert verdicts_of(store, ME, SOME_ILL)["illness"] == illness.analyse(SOME_ILL, ME.illness_alerts_a_month, known)
    is_moved = (
        verdicts_of(store, ME, SOME_ILL)["illness"] != verdicts(SOME_ILL, ME.illness_alerts_a_month, ())["illness"]
    )
    assert is_moved == is_ill


def test_without_a_ledger_entry_and_without_a_word_the_history_alone_is_judged() -> None:
    assert verdicts_of(MemoryStore(), ME, SOME_ILL) == verdicts(SOME_ILL, ME.illness_alerts_a_month, ())
