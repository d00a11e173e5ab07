"""Function with what all share: runtime, a log group with an end, and a role that names its rights."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.bundling import LAMBDA

SIX_HOURS_S = 6 * 60 * 60
RUNTIME = lam.Runtime(f"python{LAMBDA.python}", lam.RuntimeFamily.PYTHON)


class Function(Construct):
    """Lambda function from a zip, allowed only to write its log until `allow` adds a right."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        code: Path,
        memory_mb: int,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, name)
        self.log_group = logs.LogGroup(
            self, "Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=cdk.RemovalPolicy.DESTROY
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [self.log_group.log_group_arn])
        self.function = lam.Function(
            self,
            "Function",
            runtime=RUNTIME,
            architecture=lam.Architecture.ARM_64,
            code=lam.Code.from_asset(str(code), asset_hash=code.stem, asset_hash_type=cdk.AssetHashType.CUSTOM),
            handler=f"oura_lake.handlers.{name.lower()}.handler",
            memory_size=memory_mb,
            timeout=timeout,
            role=self.role,
            log_group=self.log_group,
            logging_format=lam.LoggingFormat.JSON,
            environment={"POWERTOOLS_SERVICE_NAME": name.lower(), **environment},
        )

    def allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Let the function do some actions on some resources."""
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))

    def try_again(self, dead: sqs.IQueue) -> None:
        """Retry an event of the bus or a schedule twice within six hours, then store it as a dead letter.

        Written out here: the library's own destination would also let the function read the queue.
        """
        retries = Construct(cast(Construct, self.node.scope), "Retries")
        lam.CfnEventInvokeConfig(
            retries,
            "Resource",
            function_name=self.function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=SIX_HOURS_S,
            destination_config={"onFailure": {"destination": dead.queue_arn}},
        )
        self.allow(["sqs:SendMessage"], [dead.queue_arn])

    def allow_own_jobs(self) -> None:
        """Let the function send messages to the queue that invokes it more than 16 times in a row.

        Lambda takes a longer chain for an endless loop and stops it; a backfill's chain ends with its first day.
        """
        function = cast(lam.CfnFunction, self.function.node.default_child)
        function.recursive_loop = "Allow"

    def log_only_warnings(self) -> None:
        """Log only what the code logs, and not each call."""
        function = cast(lam.CfnFunction, self.function.node.default_child)
        function.add_property_override("LoggingConfig.SystemLogLevel", "WARN")

    def reserve(self, at_once: int) -> None:
        """Reserve so many of the account's places for this function, and let it take no more."""
        function = cast(lam.CfnFunction, self.function.node.default_child)
        function.reserved_concurrent_executions = at_once

    def acknowledge_star(self, resource: str, reason: str) -> None:
        """Record why this function needs a resource that ends in a star."""
        acknowledgment = cdk.Acknowledgment(id=f"AwsSolutions-IAM5[Resource::{resource}]", reason=reason)
        cdk.Validations.of(self.role).acknowledge(acknowledgment)
