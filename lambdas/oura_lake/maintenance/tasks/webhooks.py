"""Maintenance task: renewal of Oura's webhook subscriptions."""

from datetime import date, timedelta

from msgspec import Struct, field

from oura_lake.alerts.model import Message
from oura_lake.lake.keys import WEBHOOKS_KEY
from oura_lake.ledger.document import read, record, update
from oura_lake.maintenance.model import MaintenanceTask, Upkeep
from oura_lake.monitoring.notices import send_once, settle
from oura_lake.oura.subscriptions import EnsureResult, ensure, kinds

KIND = "webhooks"
DAY = timedelta(days=1)
NEAR = timedelta(days=7)  # a passing trouble is not worth a message earlier than this before the end


class LastRenewal(Struct, frozen=True):
    """Day on which the subscriptions were last checked."""

    checked_on: date = field(name="kept_on")


NOTE = record(LastRenewal)


def run(upkeep: Upkeep) -> dict[str, int]:
    """Renew the subscriptions that end soon and make missing ones, for all persons, in the first person's round.

    Another person's round does it if no round did lately.
    """
    settings = upkeep.settings
    if not settings or not upkeep.account or not settings.webhook_url:
        return {}
    if upkeep.person.name != min(settings.persons) and _was_done_lately(upkeep):
        return {}
    opened = upkeep.account.subscriptions()
    if opened is None:
        return {"waiting": 1}  # nobody connected so far
    with opened as subscriptions:
        ensured = ensure(subscriptions, settings.webhook_url, kinds(settings.persons.values()), upkeep.now)
    _notify(upkeep, ensured)
    update(upkeep.store, WEBHOOKS_KEY, NOTE, lambda _: LastRenewal(checked_on=upkeep.now.date()))
    return {
        "held": ensured.active,
        "made": ensured.created,
        "renewed": ensured.renewed,
        "failed": len(ensured.failures),
    }


def _was_done_lately(upkeep: Upkeep) -> bool:
    """Return whether a round did it today or yesterday; the first person may have left but stays in the settings."""
    last = read(upkeep.store, WEBHOOKS_KEY, NOTE)
    return last is not None and last.checked_on >= upkeep.now.date() - DAY


def _notify(upkeep: Upkeep, ensured: EnsureResult) -> None:
    """Send one notice about a failure that will not mend itself; raise any other, which the next run tries again."""
    if not ensured.failures:
        settle(upkeep.store, upkeep.person.name, KIND, upkeep.now)
    elif ensured.is_refused or (ensured.soonest and ensured.soonest - upkeep.now < NEAR):
        send_once(upkeep.store, upkeep.person.name, _message(str(ensured.failures[0])), upkeep.send, upkeep.now)
    else:
        raise ensured.failures[0]


def _message(reason: str) -> Message:
    subject = "Oura Lake: Oura can no longer tell of every change"
    body = (
        f"A webhook at Oura could not be made or renewed.\n\n{reason}\n\nNothing is lost: the schedule still asks for "
        "the recent days. New nights may come later than usual until this is mended. It is tried again every day; "
        "`oura-lake verify` shows whether all is well.\n"
    )
    return Message(subject=subject, body=body, sms=f"{subject}. Details are in the e-mail.", kind=KIND, level="notice")


TASK = MaintenanceTask(question="Is Oura still going to tell us of every change tomorrow?", run=run)
