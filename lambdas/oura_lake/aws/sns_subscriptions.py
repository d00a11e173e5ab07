"""Subscriptions of a person's topic: the confirmed ones, and those that a link in a mail can end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws.errors import reason_of
from oura_lake.errors import SettingsWrong, StoreUnavailable

BY_MAIL = ("email", "email-json")
FILTER = '{"way": ["email"]}'  # the stack's filter, by which an SMS alert is mailed to nobody


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """A subscribed address or number; `arn` is no ARN before its owner confirmed."""

    endpoint: str
    protocol: str
    arn: str

    @property
    def is_confirmed(self) -> bool:
        """True where messages reach the address."""
        return self.arn.startswith("arn:")


def subscribers(sns: Any, topic: str, *protocols: str) -> list[Subscriber]:
    """List a topic's subscribers by these protocols, without ended ones, which AWS lists for three more days."""
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    found = [
        Subscriber(endpoint=s["Endpoint"], protocol=s["Protocol"], arn=str(s["SubscriptionArn"]))
        for page in pages
        for s in page["Subscriptions"]
    ]
    return [s for s in found if s.protocol in protocols and s.arn != "Deleted"]


def mails(sns: Any, topic: str) -> Sequence[Subscriber]:
    """List the subscribers by e-mail; raises StoreUnavailable, which a function can catch."""
    return _subscribers(sns, topic, *BY_MAIL)


def phones(sns: Any, topic: str) -> Sequence[Subscriber]:
    """List the subscribers by SMS; raises StoreUnavailable."""
    return _subscribers(sns, topic, "sms")


def _subscribers(sns: Any, topic: str, *protocols: str) -> Sequence[Subscriber]:
    try:
        return subscribers(sns, topic, *protocols)
    except (ClientError, BotoCoreError) as cause:
        raise StoreUnavailable(
            f"SNS did not say who is subscribed ({reason_of(cause)})", "the next round asks again"
        ) from cause


def can_be_ended_by_a_link(sns: Any, subscriber: Subscriber) -> bool:
    """Return whether the link at the end of a mail ends the subscription for anybody, a mail scanner too."""
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscriber.arn)["Attributes"]
    return str(attributes.get("ConfirmationWasAuthenticated", "false")).lower() != "true"


def ask_again(sns: Any, topic: str, address: str) -> None:
    """Make Amazon mail a new link to confirm; a pending address gets the same link again."""
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address, Attributes={"FilterPolicy": FILTER})


def confirm(sns: Any, topic: str, link: str) -> None:
    """Confirm by the link of Amazon's mail, so that this account alone can end it; raises SettingsWrong."""
    parameters = parse_qs(urlsplit(link.strip()).query)
    if parameters.get("TopicArn", [""])[0] != topic or not parameters.get("Token"):
        raise SettingsWrong(
            "That is not the link of this person's mail",
            "copy the whole address behind 'Confirm subscription', in quotation marks, without following it",
        )
    try:
        sns.confirm_subscription(TopicArn=topic, Token=parameters["Token"][0], AuthenticateOnUnsubscribe="true")
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise SettingsWrong(
            f"SNS did not take the link ({code}): it is older than two days, or somebody, a mail scanner too, followed "
            "it. Run `oura-lake confirm --again` for a new one"
        ) from error
