"""Checks of recent runs: the last scheduled run, and failures since yesterday."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.admin.checks.stack import log_group
from oura_lake.contract import Output

SILENCE = timedelta(hours=26)  # a schedule fires once a day, and its log may arrive an hour late
SINCE = timedelta(days=1)
# Python's word for an error, and Lambda's for a run that it ended: for its time, or with the process (its memory).
TROUBLE = ("ERROR", "timeout", "errorType")
ENDED = re.compile(r'"errorType": ?"(Runtime\.\w+|Sandbox\.\w+)"')


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
    """Check that a function's log has no error since yesterday, and no run that Lambda ended."""
    group = log_group(account, account.outputs[output])
    lines = {line for word in TROUBLE for line in _lines(account, group, word, now - SINCE)}
    if not lines:
        return State.OK, "No error since yesterday."
    ended = sorted({word for _, text in lines for word in ENDED.findall(text)})
    by_lambda = f" (Lambda ended runs: {', '.join(ended)})" if ended else ""
    look = f"read `aws logs tail {group} --since 1d`"
    return State.WARNING, f"Lines of errors since yesterday: {len(lines):,}{by_lambda}; {look}."


def _lines(account: Account, group: str, word: str, since: datetime) -> Iterator[tuple[str, str]]:
    """Id and text of a log's lines with a word; the emulator cannot search for one of two words."""
    pages = (
        account.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=group, startTime=int(since.timestamp() * 1000), filterPattern=word)
    )
    for page in pages:
        for event in page["events"]:
            yield event.get("eventId", ""), event["message"]
