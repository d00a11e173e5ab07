"""Maintenance task: report of schema drift, once, several in one message."""

from hashlib import blake2b
from typing import Any

from oura_lake.alerts.model import Message
from oura_lake.lake.drift import DriftKind
from oura_lake.ledger.drift import Seen, mark_notice, mark_reported, read_drift
from oura_lake.maintenance.model import MaintenanceTask, Upkeep
from oura_lake.monitoring.notices import send_once, settle

MOST_NAMED = 20
ALL_KEPT = "Nothing is lost: all of it is kept as it came."
LETTER_LOST = "A character that could not be read is lost and kept as U+FFFD; all else is kept as it came."


def run(upkeep: Upkeep) -> dict[str, int]:
    """Send notices of the drift that was not reported yet.

    A crash after the message does not repeat it, even with new drift since then: the contents of a notice are recorded
    before it is sent.
    """
    store, person = upkeep.store, upkeep.person.name
    if fresh := [seen for seen in read_drift(store, person) if not seen.when.is_reported and not seen.when.notice]:
        mark_notice(store, person, fresh, kind_of(fresh))
    known = read_drift(store, person)
    news = [seen for seen in known if not seen.when.is_reported]
    n_sent = 0
    for kind in sorted({seen.when.notice for seen in news}):
        batch = [seen for seen in news if seen.when.notice == kind]
        n_sent += send_once(store, person, notice(batch, kind, upkeep.person.options), upkeep.send, upkeep.now)
        mark_reported(store, person, batch)
        settle(store, person, kind, upkeep.now)
    return {"n_known": len(known), "n_sent": n_sent}


def kind_of(news: list[Seen]) -> str:
    """Kind of a notice, a hash of its first contents."""
    named: Any = sorted((seen.collection, seen.drift.field, seen.drift.problem) for seen in news)
    return f"drift-{blake2b(repr(named).encode(), digest_size=6).hexdigest()}"


def _counted(news: list[Seen]) -> str:
    """Sentence how the views count a sleep of an unknown type; empty unless one is among the news."""
    is_of_sleep = any((seen.collection, seen.drift.field) == ("sleep", "type") for seen in news)
    return (
        " A sleep of a new type counts by its length: 3 hours in bed or more are a night, less is a nap, and no time "
        "asleep is no sleep."
        if is_of_sleep
        else ""
    )


def notice(news: list[Seen], kind: str, options: str) -> Message:
    """Notice with the names of fields and, of a field with listed values, the new value; with no other value.

    `options` name the lake and the person, such as `--deployed --person me`.
    """
    has_lost_letter = any(seen.drift.kind is DriftKind.CHARACTER for seen in news)
    lines = [f"- {seen.sentence}" for seen in news[:MOST_NAMED]]
    if len(news) > MOST_NAMED:
        lines.append(f"- and {len(news) - MOST_NAMED} more; `oura-lake status {options}` lists them")
    parts = (
        "Oura has begun to send something that this version of Oura Lake does not know:\n\n" + "\n".join(lines),
        f"WHAT IT MEANS\n{LETTER_LOST if has_lost_letter else ALL_KEPT} A new field has no column yet, and a value of "
        "another type is empty in the tables." + _counted(news),
        "WHAT TO DO\nNothing today. A version of Oura Lake that knows it brings it into the tables, from the first day "
        "on. You are told of each of these once.",
    )
    what = "something new" if len(news) == 1 else f"{len(news)} new things"
    return Message(
        kind=kind,
        level="minor",
        subject=f"Oura sends {what} that Oura Lake does not know",
        body="\n\n".join(parts) + "\n",
        sms=f"Oura Lake: Oura sends {what} that this version does not know. "
        f"{'Little' if has_lost_letter else 'Nothing'} is lost; more in your e-mail.",
    )


TASK = MaintenanceTask(question="Did Oura begin to send what this version does not know?", run=run)
