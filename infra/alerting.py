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
    """Topic of each person, to which the addresses and numbers of all their readers subscribe.

    A person with a webhook also has a key that signs the messages to it.
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
    """Refuse plain HTTP to whoever lists the subscribers.

    CDK's own statement refuses it to publishers only; the list of subscribers is as private.
    """
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["sns:ListSubscriptionsByTopic"],
        resources=[topic.topic_arn],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def _only(way: str) -> dict[str, sns.SubscriptionFilter]:
    """Filter for the messages of one way: each way has a level and a place in the ledger of its own."""
    return {"way": sns.SubscriptionFilter.string_filter(allowlist=[way])}
