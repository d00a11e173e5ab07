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


def driver_text(driver: Driver) -> str:
    """'Resting heart rate 58 bpm (usually 48 to 53)'; a signal the report does not know is named as it came."""
    signal = SIGNALS.get(driver.signal)
    title = signal.title if signal else driver.signal.replace("_", " ")
    write = signal.write if signal else tenth
    value = signal.text(driver.value) if signal else tenth(driver.value)
    if driver.low is None or driver.high is None:
        return f"{title} {value}"
    return f"{title} {value} (usually {write(driver.low)} to {write(driver.high)})"


def newest_text(last: date, today: date) -> str:
    """How old the newest record is."""
    n_days = (today - last).days
    ago = {0: "today", 1: "yesterday"}.get(n_days, f"{n_days} days ago")
    return f"{plain_day(last)} ({ago})"
