"""Checks of delivery by e-mail, SMS and the person's webhook; on request they send a test message."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.admin.checks import sms
from oura_lake.admin.checks.model import Account, Finding, State, hidden
from oura_lake.alerts.event import SCHEMA_VERSION
from oura_lake.alerts.model import Message
from oura_lake.aws.errors import reason_of
from oura_lake.aws.sns_subscriptions import BY_MAIL, Subscriber, can_be_ended_by_a_link, subscribers
from oura_lake.channels import webhook as channel
from oura_lake.channels.sns import EMAIL, SMS, publish
from oura_lake.contract import Output
from oura_lake.errors import MessageNotSent
from oura_lake.person import Webhook, persons

NO_NUMBER: Finding = (State.SKIPPED, "Not asked: no number is subscribed.")
NO_WEBHOOK: Finding = (State.SKIPPED, "Not asked: config.toml names no webhook.")
TEST = Message(
    subject="TEST of your Oura Lake: no alert",
    body="This is a test of your Oura Lake. Nothing is wrong, and it says nothing about your body.\n\n"
    "An alert would reach you this way.\n",
    sms="Oura Lake: TEST, no alert. Nothing is wrong.",
    kind="test",
    level="minor",
)


def topic_of(account: Account, person: str) -> str:
    """ARN of a person's topic."""
    return str(json.loads(account.outputs[Output.TOPICS])[person])


def subscribed(account: Account, person: str, *protocols: str) -> list[Subscriber]:
    """Subscriptions of a person's topic by these ways."""
    return subscribers(account.client("sns"), topic_of(account, person), *protocols)


def mail(account: Account, person: str) -> Finding:
    """Check that each address of config.toml is subscribed and confirmed, and that no link can end it."""
    found, n_wanted = subscribed(account, person, *BY_MAIL), persons(account.outputs[Output.PERSONS])[person].n_email
    confirm = f"`oura-lake confirm --person {person}`"
    if len(found) < n_wanted:
        return State.FAILED, (
            f"{n_wanted - len(found)} of {n_wanted} addresses of config.toml get no mail any more: somebody, a mail "
            f"scanner too, followed the link at the end of one, or nobody confirmed; run {confirm}."
        )
    if not found:
        return State.WARNING, "No address is subscribed; set email in config.toml and run `make deploy`."
    if pending := [hidden(s.endpoint) for s in found if not s.is_confirmed]:
        return State.FAILED, (
            f"{' and '.join(pending)} is not confirmed; the mail from Amazon has the link (none there: look in the "
            f"spam), and {confirm} sends it again."
        )
    if loose := [hidden(s.endpoint) for s in found if can_be_ended_by_a_link(account.client("sns"), s)]:
        return State.WARNING, (
            f"{' and '.join(loose)} is confirmed, and a mail scanner that follows the link at the end of a mail ends "
            f"it; {confirm} says how to make it safe."
        )
    return State.OK, f"{' and '.join(hidden(s.endpoint) for s in found)} is confirmed."


def sandbox(account: Account, person: str) -> Finding:
    """Check that the account may send SMS to the person's numbers."""
    numbers = [s.endpoint for s in subscribed(account, person, "sms")]
    if not numbers:
        return NO_NUMBER
    return sms.sandbox(numbers, account.client("sns"))


def sms_sender(account: Account, person: str) -> Finding:
    """Check that a country which wants a registered sender finds one."""
    numbers = [s.endpoint for s in subscribed(account, person, "sms")]
    if not numbers:
        return NO_NUMBER
    ask = sms.sender if account.is_emulator else sms.sender_or_warning
    return ask(numbers, account.client("pinpoint-sms-voice-v2"))


def spend_limit(account: Account, person: str) -> Finding:
    """Check the account's limit of spending on SMS in a month."""
    if not subscribed(account, person, "sms"):
        return NO_NUMBER
    return sms.spend_limit(account.client("sns"))


def publish_test(account: Account, person: str) -> Finding:
    """Publish one marked message; every confirmed address and number of the person gets it once."""
    try:
        for way in (EMAIL, SMS):
            publish(TEST, topic_of(account, person), way)
    except (BotoCoreError, ClientError) as cause:
        raise MessageNotSent(
            f"SNS did not take the test ({reason_of(cause)})", "look at the topic in the SNS console"
        ) from cause
    return State.OK, "SNS took the test; look whether it arrived (an SMS needs about a minute)."


def webhook(account: Account, person: str) -> Finding:
    """Check that the signing key of the person's webhook can be read."""
    target = webhook_of(account, person)
    if target is None:
        return NO_WEBHOOK
    channel.signing_key(target.key, account.client("secretsmanager"))
    return State.OK, f"Alerts go to {channel.checked_host(target.url)}, signed; --send-test sends a test there."


def webhook_test(account: Account, person: str, day: date) -> Finding:
    """Send one event of the step `test` to the person's webhook, signed as an alert is."""
    target = webhook_of(account, person)
    if target is None:
        return NO_WEBHOOK
    channel.send(replace(TEST, event=test_event(person, day)), target, secrets=account.client("secretsmanager"))
    return State.OK, f"{channel.checked_host(target.url)} took the test."


def webhook_of(account: Account, person: str) -> Webhook | None:
    """Webhook of a person's alerts; None where there is none."""
    return persons(account.outputs[Output.PERSONS])[person].webhook


def test_event(person: str, day: date) -> dict[str, Any]:
    """Event of the step `test`, without a finding."""
    episode = f"{TEST.kind}-{day}"
    return {
        "schema_version": SCHEMA_VERSION,
        "id": f"{person}/{episode}/test",
        "person": person,
        "kind": TEST.kind,
        "episode": episode,
        "step": "test",
        "level": TEST.level,
        "day": day.isoformat(),
        "onset_day": day.isoformat(),
        "cleared_because": None,
        "chance_a_month": None,
        "n_nights": None,
        "text": TEST.sms,
    }
