"""Names of SSM parameters in policies; the command makes the parameters, not the stack."""

import aws_cdk as cdk
from constructs import Construct


def parameter_arn(scope: Construct, name: str) -> str:
    """ARN of a parameter of this account and region; its name begins with a slash and may end in a star."""
    return cdk.Stack.of(scope).format_arn(service="ssm", resource="parameter", resource_name=name.removeprefix("/"))
