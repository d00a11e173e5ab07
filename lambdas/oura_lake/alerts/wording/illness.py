"""Wording of the illness warning.

It uses plain words, makes no diagnosis, and contains no number about the body unless the person chose so.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from oura_lake.alerts.model import CLEARED, REVISED, Alert, Entry
from oura_lake.alerts.names import kind_name
from oura_lake.alerts.wording.dates import how_was_it, look_deeper, spoken_day
from oura_lake.alerts.wording.evidence import evidence
from oura_lake.analyses.model import MAJOR, Finding
from oura_lake.analyses.questions.illness import FALSE_EVENTS_PER_MONTH

DAY = timedelta(days=1)
CLAIM = {
    True: ("Your body may be fighting something", "clear signs of strain, like those of an illness that is starting"),
    False: ("Your nights look unusual", "some signs of strain, as they can come before an illness"),
}


def subject(alert: Alert) -> str:
    """Subject of the e-mail: plain ASCII below 100 characters, as SNS demands."""
    return f"{CLAIM[alert.level == MAJOR][0]} since {spoken_day(alert.onset_day)}"


def sms(alert: Alert) -> str:
    """Text of the SMS: GSM-7, at most 140 characters, no number about the body."""
    return (
        f"Oura Lake: {CLAIM[alert.level == MAJOR][0].lower()} since {spoken_day(alert.onset_day)}. "
        "Take it easy; more in your e-mail. Not medical advice."
    )


def body(alert: Alert, night: Finding, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str]) -> str:
    """Text of the e-mail."""
    paragraphs = (
        f"Since {spoken_day(alert.onset_day)} your ring shows {CLAIM[alert.level == MAJOR][1]}.",
        *evidence(alert, night, findings, numbers, labels, FALSE_EVENTS_PER_MONTH),
        "WHAT NOW\nSee how you feel, and take it easy if you can. This is not medical advice: a ring cannot tell "
        "an illness from other strain. If you feel ill, trust that and not this message, and ask a doctor. An "
        "illness can also come without a message.",
    )
    return "\n\n".join(paragraphs) + "\n"


def clear_subject(entry: Entry) -> str:
    """Subject of the all-clear, which never claims health: a ring cannot know it."""
    if entry.cleared_because == REVISED:
        return f"Back in your usual range: the alert of {spoken_day(entry.alert.first_alert_day)} is corrected"
    return f"Back in your usual range since {spoken_day(entry.alert.last_alert_day + DAY)}"


def clear_body(entry: Entry) -> str:
    """Text of the all-clear: the episode is over, or newer data took it back."""
    alert = entry.alert
    days = (alert.last_alert_day - alert.first_alert_day).days + 1
    if entry.cleared_because == REVISED:
        over = (
            f"The message about {spoken_day(alert.first_alert_day)} would not be sent any more: data that came "
            "later, or were revised, put you back in your usual range. Both verdicts are kept."
        )
    else:
        spent = f"unusual for {days} days" if days > 1 else "unusual for a day"
        over = (
            f"Your nights were {spent}, from {spoken_day(alert.first_alert_day)} on, and are back in your usual "
            f"range since {spoken_day(alert.last_alert_day + DAY)}."
        )
    return f"{over}\n\nThat is all a ring can say: it does not know how you feel. This is not medical advice.\n"


def clear_sms(entry: Entry) -> str:
    """Text of the all-clear's SMS."""
    return f"Oura Lake: back in your usual range ({kind_name(entry.alert.kind)}, {entry.alert.first_alert_day})."


def footer(entry: Entry, step: str, options: str) -> str:
    """Footer of a message: the name of the episode, and the commands about it; a repeated message has the same.

    `options` name the lake and the person in a command.
    """
    episode, question = f"Episode {entry.id}{_named_by(entry.alert)}.", how_was_it(entry.id, entry.alert.kind, options)
    if step == CLEARED:
        return f"{episode}\n\n{question}"
    return f"{look_deeper(options)}\n\n{episode} This is the only message about it until it is over.\n\n{question}"


def _named_by(alert: Alert) -> str:
    """Explanation why the name of an episode has a later day than its onset."""
    if alert.onset_day == alert.first_alert_day:
        return ""
    return f", named by {spoken_day(alert.first_alert_day)}, the first day that was enough for a message"
