"""Episodes: runs of alert days."""

from collections.abc import Sequence
from datetime import date, timedelta

from oura_lake.alerts.model import Alert
from oura_lake.analyses.model import MAJOR, MINOR, Finding

MOST_GAP_DAYS = 3  # quiet days between two alert days of one episode
ONSET_DEVIATION = 1.5  # of nights that were clearly unusual already, before they sufficed for an alert
ONSET_LOOK_BACK_DAYS = 4


def episodes(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Alert days in runs with gaps of at most three days, oldest first."""
    runs: list[list[Finding]] = []
    for finding in (f for f in findings if f.is_alert):
        if runs and is_near(runs[-1][-1].day, finding.day):
            runs[-1].append(finding)
        else:
            runs.append([finding])
    return runs


def is_near(last: date, first: date) -> bool:
    """Return whether the alert day `first` belongs to the episode whose last alert day is `last`."""
    return first - last <= timedelta(days=MOST_GAP_DAYS + 1)


def alert_of(run: Sequence[Finding], findings: Sequence[Finding]) -> Alert:
    """Alert of one episode."""
    return Alert(
        kind=run[0].kind,
        level=MAJOR if any(f.level == MAJOR for f in run) else MINOR,
        onset_day=_onset(run[0].day, findings),
        first_alert_day=run[0].day,
        last_alert_day=run[-1].day,
        method_version=run[0].method_version,
        peak_day=max(run, key=lambda f: (f.deviation or 0.0, f.day)).day,
    )


def worst_night(alert: Alert, findings: Sequence[Finding]) -> Finding:
    """Alert night of an episode that deviates most; of two the later."""
    nights = [f for f in findings if f.is_alert and alert.onset_day <= f.day <= alert.last_alert_day]
    return max(nights, key=lambda f: (f.deviation or 0.0, f.day))


def _onset(first_alert_day: date, findings: Sequence[Finding]) -> date:
    """First of the unusual nights that led to the alert without a quiet night between."""
    onset = first_alert_day
    earliest = first_alert_day - timedelta(days=ONSET_LOOK_BACK_DAYS)
    for finding in reversed([f for f in findings if earliest <= f.day < first_alert_day]):
        if (finding.deviation or 0.0) < ONSET_DEVIATION:
            break
        onset = finding.day
    return onset
