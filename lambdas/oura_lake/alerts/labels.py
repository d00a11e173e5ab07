"""Labels of episodes: the person's own answer, or rest mode and tags of Oura's app.

Rest mode or a tag of sickness within three days of an episode says that it was one. That nothing was said says nothing.
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
    """What is known of an episode: whether it was an illness (None: only a note), who says so, and the note."""

    is_ill: bool | None
    source: str
    note: str = ""
    on: date | None = field(default=None, compare=False)  # the day on which the person said it

    def words(self, kind: str) -> str:
        """Label as a message says it: never the note, which is the person's own and may be read by others there."""
        of_illness = kind == ILLNESS or self.source == APP
        yes, no = ("an illness", "no illness") if of_illness else ("right", "not right")
        return {True: f"{yes} ({self.source})", False: f"{no} ({self.source})", None: "with a note"}[self.is_ill]


@dataclass(frozen=True, kw_only=True)
class Precision:
    """Of the episodes of one kind that the person was told of: how many were an illness, were none, are not known. Of
    a kind that is not about illness: how many were right, were not, are not known.
    """

    kind: str
    n_ill: int
    n_not_ill: int
    n_unknown: int

    @property
    def share(self) -> float | None:
        """Share that was an illness among those known."""
        known = self.n_ill + self.n_not_ill
        return self.n_ill / known if known else None


def ill_days(days: Iterable[PersonDay]) -> list[date]:
    """Days on which the history itself says that the person was ill: rest mode, or a tag of sickness.

    The view `stg_rest_mode_period` alone decides how long a rest mode lasts that was never ended.
    """
    return [d.day for d in days if d.is_rest_mode or d.has_sickness_tag]


def labels_of(alerts: Iterable[Alert], days: Iterable[PersonDay], said: Mapping[str, Label]) -> dict[str, Label]:
    """Label of each episode that has one; what the person said goes before what the app was told."""
    ill = ill_days(days)
    found = {a.id: Label(is_ill=True, source=APP) for a in alerts if any(_is_near(a, day) for day in ill)}
    return found | {name: label for name, label in said.items() if label.is_ill is not None or name not in found}


def known_of(days: Iterable[PersonDay], alerts: Iterable[Alert], said: Mapping[str, Label]) -> list[Known]:
    """Which days are known to be those of an illness, or not, and since when: what the calibration may use.

    A day of rest mode, or with a tag of sickness, tells of itself and three days to either side, unless the person had
    said by then that it was none.
    """
    spoken = [
        Known(on=label.on, first=a.onset_day, last=a.last_alert_day, is_ill=label.is_ill)
        for a in alerts
        if (label := said.get(a.id)) and label.on and label.is_ill is not None
    ]
    app = (Known(on=day, first=day - REACH, last=day + REACH) for day in ill_days(days))
    return [*spoken, *(one for one in app if not any(_is_denied(one, other) for other in spoken))]


def _is_denied(told: Known, said: Known) -> bool:
    """Whether the person had said of the same days, before the app was told, that they were no illness."""
    return not said.is_ill and said.on < told.on and not told.days.isdisjoint(said.days)


def precision_of(kind: str, told: Sequence[Alert], labels: Mapping[str, Label]) -> Precision:
    """How often a kind was right for this person; rest mode says that of an illness, and of no other kind."""
    counted = {id_: label for id_, label in labels.items() if kind == ILLNESS or label.source == BY_PERSON}
    verdicts = [counted[a.id].is_ill if a.id in counted else None for a in told]
    return Precision(
        kind=kind,
        n_ill=verdicts.count(True),
        n_not_ill=verdicts.count(False),
        n_unknown=verdicts.count(None),
    )


def _is_near(alert: Alert, day: date) -> bool:
    return alert.first_alert_day - REACH <= day <= alert.last_alert_day + REACH
