"""Labels of episodes: the person's own answer, or rest mode and tags of Oura's app.

Rest mode or a tag of sickness within three days of an episode marks it as an illness. Without either the label is
unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from oura_lake.alerts.model import Alert
from oura_lake.analyses.model import ILLNESS, PersonDay
from oura_lake.analyses.personal_threshold import Known

REACH = timedelta(days=3)
BY_PERSON, APP = "you said so", "rest mode or a tag in Oura's app"


@dataclass(frozen=True, kw_only=True)
class Label:
    """Label of an episode: whether it was an illness (None: only a note), the source of the label, and the note."""

    is_ill: bool | None
    source: str
    note: str = ""
    on: date | None = field(default=None, compare=False)  # the day of the person's answer

    def words(self, kind: str) -> str:
        """Label in the words of a message, without the note, since others may read the message."""
        of_illness = kind == ILLNESS or self.source == APP
        yes, no = ("an illness", "no illness") if of_illness else ("right", "not right")
        return {True: f"{yes} ({self.source})", False: f"{no} ({self.source})", None: "with a note"}[self.is_ill]


@dataclass(frozen=True, kw_only=True)
class Precision:
    """Outcomes of the delivered episodes of one kind: illness, no illness, unknown.

    For a kind that is not about illness the outcomes are right, not right, unknown.
    """

    kind: str
    n_ill: int
    n_not_ill: int
    n_unknown: int

    @property
    def share(self) -> float | None:
        """Share of the illnesses among the known outcomes."""
        known = self.n_ill + self.n_not_ill
        return self.n_ill / known if known else None


def ill_days(days: Iterable[PersonDay]) -> list[date]:
    """Days that the history itself marks as ill: by rest mode, or by a tag of sickness.

    The view `stg_rest_mode_period` alone decides the length of a rest mode that was never ended.
    """
    return [d.day for d in days if d.is_rest_mode or d.has_sickness_tag]


def labels_of(alerts: Iterable[Alert], days: Iterable[PersonDay], answers: Mapping[str, Label]) -> dict[str, Label]:
    """Label of each episode that has one; the person's answer takes precedence over Oura's app."""
    ill = ill_days(days)
    found = {a.id: Label(is_ill=True, source=APP) for a in alerts if any(_is_near(a, day) for day in ill)}
    return found | {name: label for name, label in answers.items() if label.is_ill is not None or name not in found}


def known_of(days: Iterable[PersonDay], alerts: Iterable[Alert], answers: Mapping[str, Label]) -> list[Known]:
    """Known days of illness, or of none, each with the day since which it is known: input of the calibration.

    A day of rest mode, or with a tag of sickness, marks itself and three days to either side, unless the person had
    answered by then that it was no illness.
    """
    answered = [
        Known(on=label.on, first=a.onset_day, last=a.last_alert_day, is_ill=label.is_ill)
        for a in alerts
        if (label := answers.get(a.id)) and label.on and label.is_ill is not None
    ]
    app = (Known(on=day, first=day - REACH, last=day + REACH) for day in ill_days(days))
    return [*answered, *(one for one in app if not any(_is_denied(one, other) for other in answered))]


def _is_denied(by_app: Known, answer: Known) -> bool:
    """Return whether the person had answered of the same days, before the app knew, that they were no illness."""
    return not answer.is_ill and answer.on < by_app.on and not by_app.days.isdisjoint(answer.days)


def precision_of(kind: str, delivered: Sequence[Alert], labels: Mapping[str, Label]) -> Precision:
    """Precision of a kind for this person; rest mode labels an illness, and no other kind."""
    counted = {id_: label for id_, label in labels.items() if kind == ILLNESS or label.source == BY_PERSON}
    verdicts = [counted[a.id].is_ill if a.id in counted else None for a in delivered]
    return Precision(
        kind=kind,
        n_ill=verdicts.count(True),
        n_not_ill=verdicts.count(False),
        n_unknown=verdicts.count(None),
    )


def _is_near(alert: Alert, day: date) -> bool:
    return alert.first_alert_day - REACH <= day <= alert.last_alert_day + REACH
