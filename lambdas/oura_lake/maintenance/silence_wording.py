"""Wording of silence: its begin, the likely reason, the advice."""

from datetime import date

from oura_lake.alerts.model import Message
from oura_lake.alerts.wording.dates import spoken_day
from oura_lake.ledger.gaps import NOT_SYNCED_YET, NOTHING_RECORDED, RING_FLAT
from oura_lake.ledger.request_log import API_ERROR, MEMBERSHIP_LAPSED, SCOPE_NOT_GRANTED
from oura_lake.maintenance.silence import Stopped
from oura_lake.person import Person

STALE = "stale"
IDLE = "not-asked"
ONCE = "You are told of this once, and again only if it happens anew."
# the likely reason, and the advice
SILENT = {
    NOT_SYNCED_YET: (
        "The Oura app has not synced. Sleep and readiness come only after somebody opens the app near the ring; a ring "
        "that lies in a drawer sends nothing either.",
        "Open the Oura app near the ring and wait until it says that it has synced.",
    ),
    RING_FLAT: (
        "The ring's battery was nearly empty when it was last read.",
        "Charge the ring, then open the Oura app near it.",
    ),
    MEMBERSHIP_LAPSED: (
        "Oura does not share your data any more (403): the membership lapsed, or sharing was turned off.",
        "Renew the membership, or share the data again in the Oura app.",
    ),
    SCOPE_NOT_GRANTED: (
        "The consent that Oura Lake has does not cover your data any more.",
        "Run `oura-lake connect {connect}` again and tick every box.",
    ),
    API_ERROR: (
        "Oura answers with errors. It is asked again and again, and what was missed is fetched once it answers.",
        "Nothing, if it is over within a day or two; `oura-lake status {options}` shows the last error.",
    ),
}
NOT_REQUESTED = (
    "The lake itself has not asked Oura for days: its schedule is off, or its function fails.",
    "Run `oura-lake verify`, which says what to mend.",
)
STOPPED = {
    MEMBERSHIP_LAPSED: (
        "Oura does not share it any more (403): the membership lapsed, or this kind of data is not shared.",
        "Renew the membership, or share the data in the Oura app.",
    ),
    SCOPE_NOT_GRANTED: (
        "The consent that Oura Lake has does not cover it any more.",
        "Run `oura-lake connect {connect}` again and tick its box.",
    ),
    API_ERROR: (
        "Oura answers with errors when it is asked for this, and only for this.",
        "Nothing, if it is over within a day or two; `oura-lake status {options}` shows the last error.",
    ),
    NOTHING_RECORDED: (
        "The ring was worn and synced, and Oura has nothing of this kind: often a feature that was turned off in the "
        "app, or that another ring or an update of the app does not have.",
        "Look into the Oura app: if it shows nothing either, it is Oura's; if it does, report it to Oura Lake.",
    ),
}


def worded(text: tuple[str, str], person: Person) -> tuple[str, str]:
    """Reason and advice for a person: each command of the advice names their lake and them."""
    why, what = text
    return why, what.format(options=person.options, connect=person.connect_options)


def silent(since: date, reason: str, person: Person) -> Message:
    """Message that all records stopped."""
    why, what = worded(SILENT[reason], person)
    return _message(
        STALE,
        f"Sync is stale: no data from your ring since {spoken_day(since)}",
        f"The newest record of your ring is from {spoken_day(since)}.",
        why,
        what,
    )


def idle(since: date) -> Message:
    """Message that the lake itself stopped."""
    why, what = NOT_REQUESTED
    return _message(
        IDLE,
        f"Sync is stale: Oura was not asked since {spoken_day(since)}",
        f"The last day that Oura was asked for is {spoken_day(since)}.",
        why,
        what,
    )


def some_stopped(found: Stopped, person: Person) -> Message:
    """Return the message that some collections stopped while others still arrive."""
    why, what = worded(STOPPED[found.reason], person)
    lines = "\n".join(f"- {name}, after {spoken_day(last)}" for name, last in sorted(found.since.items()))
    names = ", ".join(sorted(found.since)) if len(found.since) < 3 else f"{len(found.since)} kinds of data"
    return _message(
        stopped_kind(found.reason),
        f"Oura stopped sending {names}",
        f"Other data of your ring arrives, but these stopped:\n\n{lines}",
        why,
        what,
    )


def stopped_kind(reason: str) -> str:
    """Kind of notice for collections that stopped for a reason."""
    return f"stopped-{reason}"


def _message(kind: str, subject: str, what_happened: str, why: str, what: str) -> Message:
    sms = f"Oura Lake: {subject}. More in your e-mail."
    body = f"{what_happened}\n\nLIKELY REASON\n{why}\n\nWHAT TO DO\n{what}\n\n{ONCE}\n"
    return Message(kind=kind, level="minor", subject=subject, body=body, sms=sms)
