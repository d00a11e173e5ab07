"""Queues: encryption by SQS, TLS alone, dead letters for two weeks."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

TWO_WEEKS = cdk.Duration.days(14)


def queue(scope: Construct, name: str, **settings: Any) -> sqs.Queue:
    """Queue that is encrypted and refuses plain HTTP."""
    return sqs.Queue(scope, name, encryption=sqs.QueueEncryption.SQS_MANAGED, enforce_ssl=True, **settings)


def dead_letters(scope: Construct, name: str, reason: str, **settings: Any) -> sqs.Queue:
    """Queue that nothing consumes; an alarm watches its depth."""
    dead = queue(scope, name, retention_period=TWO_WEEKS, **settings)
    cdk.Validations.of(dead).acknowledge(cdk.Acknowledgment(id="AwsSolutions-SQS3", reason=reason))
    return dead
