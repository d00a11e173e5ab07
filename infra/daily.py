"""Daily schedules on each person's own clock; calls that cannot be delivered become dead letters."""

import json
from collections.abc import Mapping

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.scheduling import SPREAD, this_account_scheduler


class Daily:
    """Daily calls of one function: the role that makes them, and the queue for calls that could not be made."""

    def __init__(self, scope: Construct, function: lam.IFunction, dead: sqs.IQueue) -> None:
        self._scope, self._function, self._dead = scope, function, dead
        self._caller = iam.Role(scope, "Caller", assumed_by=this_account_scheduler(scope))
        for action, resource in (("lambda:InvokeFunction", function.function_arn), ("sqs:SendMessage", dead.queue_arn)):
            self._caller.add_to_policy(iam.PolicyStatement(actions=[action], resources=[resource]))

    def call(self, name: str, when: str, zone: str, why: str, detail: Mapping[str, object]) -> None:
        """Call the function whenever `when` is due on the clock of a zone, with an event of the bus's form."""
        schedule = scheduler.CfnSchedule(
            self._scope,
            name,
            description=why,
            schedule_expression=when,
            schedule_expression_timezone=zone,
            flexible_time_window=SPREAD,
            target={
                "arn": self._function.function_arn,
                "roleArn": self._caller.role_arn,
                "input": json.dumps({"detail": dict(detail)}),
                "deadLetterConfig": {"arn": self._dead.queue_arn},
                "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 3},
            },
        )
        schedule.node.add_dependency(self._caller)
