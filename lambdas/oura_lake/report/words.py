"""How does the page write days, spans and alerts?"""

from datetime import date

from oura_lake.report.bands import Verdict
from oura_lake.report.coverage import Run
from oura_lake.report.history import Alert, Driver
from oura_lake.report.signals import ALSO, CHARTED, INACTIVE, tenth

SIGNALS = {s.column: s for s in (*CHARTED, *ALSO, INACTIVE)}
SIGNS = {
    Verdict.FAR_BELOW: "▼▼", Verdict.BELOW: "▼", Verdict.ABOVE: "▲", Verdict.FAR_ABOVE: "▲▲",
}  # fmt: skip
TITLES = {
    ("illness", "major"): "Clear signs of strain, as an illness brings them",
    ("illness", "minor"): "Some signs of strain, as they can come before an illness",
}  # fmt: skip
LEVELS = {"major": "clear signs", "minor": "some signs"}
STATUSES = {
    "sent": "sent to you", "shown": "shown on the terminal", "found_in_history": "found in history, not sent",
    "sending": "being sent", "failed": "could not be sent", "unconfirmed": "sent, not confirmed",
}  # fmt: skip
DAY_BEFORE = {"steps": "Steps the day before", "inactive_h": "Inactive time the day before"}
SHORT_TITLES = {
    "resting_heart_rate_bpm": "Heart", "hrv_rmssd_ms": "HRV", "temperature_deviation_c": "Temp.",
    "readiness_score": "Ready",
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
    """'12 to 14 May 2026 (3 days)', as short as its ends allow."""
    if run.n_days == 1:
        return f"{plain_day(run.first)} (1 day)"
    if (run.first.year, run.first.month) == (run.last.year, run.last.month):
        begin = str(run.first.day)
    else:
        begin = f"{run.first.day} {run.first:%B}" + ("" if run.first.year == run.last.year else f" {run.first:%Y}")
    return f"{begin} to {plain_day(run.last)} ({run.n_days} days)"


def episode_text(alert: Alert) -> str:
    """The days of an alert."""
    return run_text(Run(first=alert.onset_day, last=alert.last_alert_day))


def alert_title(alert: Alert) -> str:
    """What the alert says; one that was never sent has no subject of its own."""
    return alert.subject or TITLES.get((alert.kind, alert.level), alert.kind.replace("_", " "))


def alert_facts(alert: Alert) -> str:
    """Its days, how strong it was, and whether anyone was told."""
    status = STATUSES.get(alert.status, alert.status.replace("_", " "))
    return " · ".join((episode_text(alert), LEVELS.get(alert.level, alert.level), status))


def drivers_text(alert: Alert) -> str:
    """The signals outside the range the alert compared them with, on its strongest day."""
    day = plain_day(alert.peak_day or alert.first_alert_day)
    outside = [driver_text(d) for d in alert.drivers if d.is_outside]
    if not outside:
        return f"On {day} no single signal had left its usual range; together they had moved."
    return f"Outside the usual range on {day}: {', '.join(outside)}."


def judged_text(alert: Alert) -> str:
    """How much stands behind the alert."""
    share = "" if alert.coverage is None else f"; {round(100 * alert.coverage)} % of the signals could be judged"
    return f"Compared with {alert.n_baseline_nights} earlier nights{share}."


def driver_text(driver: Driver) -> str:
    """'resting heart rate 58 bpm (expected 48 to 53)'; a signal the report does not know is named as it came."""
    signal = SIGNALS.get(driver.signal)
    title = DAY_BEFORE.get(driver.signal) or (signal.title if signal else driver.signal.replace("_", " "))
    title = title[:1].lower() + title[1:]
    write = signal.write if signal else tenth
    value = signal.text(driver.value) if signal else tenth(driver.value)
    if driver.low is None or driver.high is None:
        return f"{title} {value}"
    return f"{title} {value} (expected {write(driver.low)} to {write(driver.high)})"


def newest_text(last: date, today: date) -> str:
    """How old the newest record is."""
    n_days = (today - last).days
    ago = {0: "today", 1: "yesterday"}.get(n_days, f"{n_days} days ago")
    return f"{plain_day(last)} ({ago})"
