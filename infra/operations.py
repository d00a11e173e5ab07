"""Operations: alarms on dead letters and failing functions."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import Config

FIVE_MINUTES = cdk.Duration.minutes(5)


class Operations(Construct):
    """Topic for the owner, and the alarms that publish on it."""

    def __init__(self, scope: Construct, name: str, *, config: Config) -> None:
        super().__init__(scope, name)
        self.topic = sns.Topic(self, "Topic", display_name="Oura Lake operations", enforce_ssl=True)
        self.topic.add_to_resource_policy(_alarms_may_publish(self.topic))
        if config.budget_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(config.budget_email))

    def watch(self, dead: Mapping[str, sqs.IQueue], functions: Mapping[str, lam.IFunction]) -> None:
        """Raise an alarm when a dead letter waits or a function fails; `dead` maps what a letter means to its queue."""
        for meaning, queue in dead.items():
            letters = queue.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum")
            self._alarm(queue.node.id, letters, f"{meaning}: look into the queue, then redrive it.")
        for name, function in functions.items():
            errors = function.metric_errors(period=FIVE_MINUTES, statistic="Sum")
            self._alarm(f"{name}Errors", errors, f"The function {name} failed: its log says why.")

    def _alarm(self, name: str, metric: cloudwatch.IMetric, description: str) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_description=description,
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))


def _alarms_may_publish(topic: sns.Topic) -> iam.PolicyStatement:
    """Let the account's alarms publish.

    The default policy did; the policy that refuses plain HTTP replaced it.
    """
    account = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(topic).account}}
    alarms = iam.ServicePrincipal("cloudwatch.amazonaws.com")
    return iam.PolicyStatement(
        actions=["sns:Publish"], resources=[topic.topic_arn], principals=[alarms], conditions=account
    )
