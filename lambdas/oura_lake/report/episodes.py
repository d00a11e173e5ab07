"""Episodes of the report, by the rules of the messages, and their outcome.

The days follow from the findings, by the same rules as the messages; the ledger adds the state of the delivery.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from oura_lake.alerts import model as alert_model
from oura_lake.alerts.decision import is_same_episode
from oura_lake.alerts.episodes import worst_night
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.analyses.model import ILLNESS, Finding
from oura_lake.registry import plugins
from oura_lake.report.history import Alert

NOT_YET = "not_told_yet"
Findings = Mapping[str, Sequence[Finding]]


def counted(findings: Findings) -> dict[str, list[Finding]]:
    """Return the findings of each kind without the alerts that an illness explains."""
    kinds = plugins(ALERT_KINDS, AlertKind)
    ill = findings.get(ILLNESS, ())
    return {k: kinds[k].unexplained(found, ill) if k in kinds else list(found) for k, found in findings.items()}


def episodes_of(rows: Sequence[Alert], findings: Findings) -> tuple[Alert, ...]:
    """Episodes, the newest first: those that the rules find now, and delivered ones that newer data took back."""
    found = [alert for kind in dict.fromkeys(row.kind for row in rows) for alert in _of_kind(kind, rows, findings)]
    return tuple(sorted(found, key=lambda a: (a.onset_day, a.kind), reverse=True))


def _of_kind(kind: str, rows: Sequence[Alert], findings: Findings) -> Iterator[Alert]:
    """Episodes of one kind; the ledger's own for a kind without findings, or one that does not report its end."""
    ledger_rows, condition = [row for row in rows if row.kind == kind], plugins(ALERT_KINDS, AlertKind).get(kind)
    if condition is None or kind not in findings or not condition.reports_end:
        yield from ledger_rows
        return
    episodes = condition.evaluate(findings[kind])
    for episode in episodes:
        same = [row for row in ledger_rows if is_same_episode(_plain(row), episode)]
        row = max(same, key=lambda row: (bool(row.subject), row.first_alert_day), default=None)
        yield Alert(
            kind=kind,
            level=episode.level,
            status=row.status if row else NOT_YET,
            onset_day=episode.onset_day,
            first_alert_day=episode.first_alert_day,
            last_alert_day=episode.last_alert_day,
            subject=row.subject if row else "",
            message=row.message if row else "",
            worst=worst_night(episode, findings[kind]),
        )
    lost = [row for row in ledger_rows if not any(is_same_episode(_plain(row), episode) for episode in episodes)]
    yield from (replace(row, is_taken_back=True) for row in lost if row.status != alert_model.HISTORY)


def _plain(row: Alert) -> alert_model.Alert:
    return alert_model.Alert(
        kind=row.kind,
        level=row.level,
        onset_day=row.onset_day,
        first_alert_day=row.first_alert_day,
        last_alert_day=row.last_alert_day,
        method_version="",
    )
