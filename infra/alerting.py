"""Alerting: a topic for each person, and the key of a webhook."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.config import Config
from infra.person_config import PersonConfig
from infra.webhook import signing_key


class Alerting(Construct):
    """One topic for each person, with the addresses and numbers of all who may read their messages subscribed.

    For each who has a webhook also the key that signs what goes there.
    """

    def __init__(self, scope: Construct, name: str, *, config: Config) -> None:
        super().__init__(scope, name)
        self.topics = {p.name: self._topic(p, config.readers(p)) for p in config.persons}
        keys = Construct(self, "Keys")
        self.keys = {p.name: signing_key(keys, config.token_secret_prefix, p.name) for p in config.persons if p.webhook}

    def _topic(self, person: PersonConfig, readers: Sequence[PersonConfig]) -> sns.Topic:
        topic = sns.Topic(self, person.name, display_name="Oura Lake", enforce_ssl=True)
        topic.add_to_resource_policy(_no_list_by_plain_http(topic))
        for address in dict.fromkeys(address for reader in readers for address in reader.email):
            topic.add_subscription(subscriptions.EmailSubscription(address, filter_policy=_only("email")))
        for number in dict.fromkeys(number for reader in readers for number in reader.sms):
            topic.add_subscription(subscriptions.SmsSubscription(number, filter_policy=_only("sms")))
        return topic


def _no_list_by_plain_http(topic: sns.Topic) -> iam.PolicyStatement:
    """The CDK's own statement refuses plain HTTP to who publishes; who is subscribed is as private."""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["sns:ListSubscriptionsByTopic"],
        resources=[topic.topic_arn],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def _only(way: str) -> dict[str, sns.SubscriptionFilter]:
    """What is sent by one way alone: each has a level of its own, and a place of its own in the ledger."""
    return {"way": sns.SubscriptionFilter.string_filter(allowlist=[way])}
