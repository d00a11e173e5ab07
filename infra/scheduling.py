"""Scheduling: one schedule per person, which puts their job on the queue."""

import json
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from oura_lake.contract import Reason

from infra.config import Config
from infra.person_config import PersonConfig
from infra.queues import dead_letters
from infra.schedules import is_by_the_minute

# The schedules of a deploy are of one minute; spread over some, their calls fit an account's least number of functions.
SPREAD: dict[str, Any] = {"mode": "FLEXIBLE", "maximumWindowInMinutes": 15}


class Scheduling(Construct):
    """Schedules, and a queue for their failed deliveries; `every` overrides the configured schedule."""

    def __init__(self, scope: Construct, name: str, *, config: Config, every: str, jobs: sqs.IQueue) -> None:
        super().__init__(scope, name)
        # A standard queue, though the jobs' own is FIFO: the Scheduler delivers to no FIFO dead-letter queue.
        self.dead = dead_letters(self, "Missed", "It is itself the dead-letter queue of the schedules.")
        self.role = iam.Role(self, "Role", assumed_by=this_account_scheduler(self))
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[jobs.queue_arn, self.dead.queue_arn])
        )
        for person in config.persons:
            self._schedule(person, every or person.schedule or config.schedule, jobs)

    def _schedule(self, person: PersonConfig, expression: str, jobs: sqs.IQueue) -> None:
        made = scheduler.CfnSchedule(
            self,
            person.name,
            description=f"Asks Oura for the data of {person.name}.",
            schedule_expression=expression,
            schedule_expression_timezone=person.timezone,
            flexible_time_window={"mode": "OFF"} if is_by_the_minute(expression) else SPREAD,
            target={
                "arn": jobs.queue_arn,
                "roleArn": self.role.role_arn,
                "input": job(person.name),
                "sqsParameters": {"messageGroupId": person.name},
                "deadLetterConfig": {"arn": self.dead.queue_arn},
                "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 3},
            },
        )
        made.node.add_dependency(self.role)


def job(person: str) -> str:
    """Job of a schedule: every collection, the trailing days; the slot makes each one unique."""
    return json.dumps(
        {
            "person": person,
            "endpoints": [],
            "first": None,
            "last": None,
            "reason": Reason.SCHEDULE,
            "slot": "<aws.scheduler.scheduled-time>",
        }
    )


def this_account_scheduler(scope: Construct) -> iam.ServicePrincipal:
    """Scheduler acting for this account alone."""
    account = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}}
    return iam.ServicePrincipal("scheduler.amazonaws.com", conditions=account)
