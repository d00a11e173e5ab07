"""Wording of days, spans and alerts on the page."""

from datetime import date

from oura_lake.alerts.names import explanation, kind_name
from oura_lake.alerts.wording.dates import listed
from oura_lake.alerts.wording.evidence import unusual_lines
from oura_lake.analyses.model import ILLNESS
from oura_lake.report.bands import Verdict
from oura_lake.report.coverage import Run
from oura_lake.report.history import Alert

SIGNS = {
    Verdict.FAR_BELOW: "▼▼", Verdict.BELOW: "▼", Verdict.ABOVE: "▲", Verdict.FAR_ABOVE: "▲▲",
}  # fmt: skip
LEVELS = {"major": "clear signs", "minor": "some signs"}  # of the illness warning
STATUSES = {
    "sent": "sent to you", "shown": "shown on the terminal", "found_in_history": "found in history, not sent",
    "sending": "being sent", "not_told_yet": "not told yet", "left_to_the_weekly_mail": "left to the weekly mail",
    "failed": "could not be sent", "unconfirmed": "sent, not confirmed",
}  # fmt: skip


def long_day(day: date) -> str:
    """Sunday, 22 November 2026."""
    return f"{day:%A}, {day.day} {day:%B %Y}"


def plain_day(day: date) -> str:
    """22 November 2026."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """Sun 22 Nov."""
    return f"{day:%a} {day.day} {day:%b}"


def run_text(run: Run) -> str:
    """Run of days in words, such as '12 to 14 May 2026 (3 days)'."""
    if run.n_days == 1:
        return f"{plain_day(run.first)} (1 day)"
    if (run.first.year, run.first.month) == (run.last.year, run.last.month):
        begin = str(run.first.day)
    else:
        begin = f"{run.first.day} {run.first:%B}" + ("" if run.first.year == run.last.year else f" {run.first:%Y}")
    return f"{begin} to {plain_day(run.last)} ({run.n_days} days)"


def episode_text(alert: Alert) -> str:
    """Days of an alert."""
    return run_text(Run(first=alert.onset_day, last=alert.last_alert_day))


def alert_title(alert: Alert) -> str:
    """Subject of the alert's message, or kind and days of an alert that was never sent."""
    return alert.subject or f"{kind_name(alert.kind)}, {episode_text(alert)}"


def alert_facts(alert: Alert) -> str:
    """Facts of an alert: its kind, its days, its level, and the state of its delivery."""
    level = LEVELS.get(alert.level, alert.level) if alert.kind == ILLNESS else ""
    status = (
        "taken back by newer data"
        if alert.is_taken_back
        else STATUSES.get(
            alert.status,
            alert.status.replace("_", " "),
        )
    )
    named = (kind_name(alert.kind), episode_text(alert)) if alert.subject else ()
    return " · ".join(part for part in (*named, level, status) if part)


def driver_lines(alert: Alert) -> list[str]:
    """Signals that speak for the alert on its worst day, in the words of its message."""
    assert alert.worst is not None
    return unusual_lines(alert.worst, numbers=True)


def drivers_text(alert: Alert) -> str:
    """Signals that speak for the alert, in one sentence."""
    assert alert.worst is not None
    return f"Unusual on {plain_day(alert.worst.day)}: {'; '.join(driver_lines(alert))}."


def explanations_text(alert: Alert) -> str:
    """Confounders of the alert, in the words of its message."""
    assert alert.worst is not None
    return f"What could also explain it: {listed([explanation(c) for c in alert.worst.confounders])}."


def judged_text(alert: Alert) -> str:
    """Return the number of nights and share of signals behind the alert, in words."""
    assert alert.worst is not None
    share = f"{round(100 * alert.worst.coverage)} % of the signals could be judged"
    return f"Compared with {alert.worst.n_baseline_nights} earlier nights; {share}."


def newest_text(last: date, today: date) -> str:
    """Day and age of the newest record, in words."""
    n_days = (today - last).days
    ago = {0: "today", 1: "yesterday"}.get(n_days, f"{n_days} days ago")
    return f"{plain_day(last)} ({ago})"
