"""Checks of recent runs: the last scheduled run, and failures since yesterday."""

from datetime import UTC, datetime, timedelta

from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.admin.checks.stack import log_group
from oura_lake.contract import Output

SILENCE = timedelta(hours=26)  # a schedule fires once a day, and its log may arrive an hour late
SINCE = timedelta(days=1)
TROUBLE = ("ERROR", "timeout")  # Python's word for an error, and Lambda's for a run that it ended


def last_run(account: Account, now: datetime) -> Finding:
    """Check the time of ingest's last log entry; each firing writes one."""
    group = log_group(account, account.outputs[Output.INGEST_FUNCTION])
    found = account.client("logs").describe_log_streams(
        logGroupName=group, orderBy="LastEventTime", descending=True, limit=1
    )["logStreams"]
    moments = [stream["lastEventTimestamp"] for stream in found if "lastEventTimestamp" in stream]
    look = "see its schedule in the EventBridge Scheduler and the dead letters"
    if not moments:
        return State.WARNING, f"Ingest never ran; wait for the schedule to fire, else {look}."
    age = now - datetime.fromtimestamp(max(moments) / 1000, UTC)
    if age > SILENCE:
        return State.WARNING, f"Ingest last ran {age.days} days ago; {look}."
    return State.OK, f"Ingest last ran {max(age, timedelta()) / timedelta(minutes=1):.0f} min ago."


def errors(account: Account, output: str, now: datetime) -> Finding:
    """Check that a function's log has no error since yesterday."""
    group = log_group(account, account.outputs[output])
    n_errors = sum(_n_lines(account, group, word, now - SINCE) for word in TROUBLE)
    if n_errors == 0:
        return State.OK, "No error since yesterday."
    return State.WARNING, f"Lines of errors since yesterday: {n_errors:,}; read `aws logs tail {group} --since 1d`."


def _n_lines(account: Account, group: str, word: str, since: datetime) -> int:
    """Count the lines of a log with a word; the emulator cannot search for one of two words."""
    pages = (
        account.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=group, startTime=int(since.timestamp() * 1000), filterPattern=word)
    )
    return sum(len(page["events"]) for page in pages)
