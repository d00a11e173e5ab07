"""Outputs of the deployed stack."""

from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws import session
from oura_lake.aws.persons import persons_and_topics
from oura_lake.aws.refusals import explained
from oura_lake.errors import SettingsWrong, StoreUnavailable

DEFAULT_STACK = "OuraLake"
PERSONS_IN, SETTINGS_IN = "PersonsIn", "SettingsIn"


def outputs(stack_name: str = DEFAULT_STACK, client: Callable[[str], Any] | None = None) -> dict[str, str]:
    """Read the outputs of a deployed stack by name, with `Persons` and `Topics` as JSON.

    Raises SettingsWrong where there is no stack, and StoreUnavailable.
    """
    client = client or clients()
    try:
        found = described(stack_name, client("cloudformation"))  # without a region no client can be made
    except (BotoCoreError, ClientError) as error:
        raise _unasked(stack_name, error) from error
    if found is None:
        raise _no_stack(stack_name, "it is not deployed")
    named = outputs_of(found)
    if PERSONS_IN in named:
        named["Persons"], named["Topics"] = persons_and_topics(client("ssm"), named[PERSONS_IN])
    return named


def deployed_outputs(stack_name: str, client: Callable[[str], Any]) -> dict[str, str]:
    """Read the outputs of a stack without any addition; empty for a missing stack. Raises StoreUnavailable."""
    try:
        found = described(stack_name, client("cloudformation"))
    except (BotoCoreError, ClientError) as error:
        raise _unasked(stack_name, error) from error
    return outputs_of(found) if found else {}


def described(stack_name: str, cloudformation: Any) -> dict[str, Any] | None:
    """Describe a stack by CloudFormation; None for an unknown name. Raises ClientError."""
    try:
        [found] = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    return dict(found)


def outputs_of(found: dict[str, Any]) -> dict[str, str]:
    """Read the outputs in the description of a stack."""
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def resources(stack_name: str, kind: str, client: Callable[[str], Any]) -> list[str]:
    """Names of a stack's resources of one kind. Raises ClientError."""
    pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack_name)
    summaries = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [r["PhysicalResourceId"] for r in summaries if r["ResourceType"] == kind]


def clients() -> Callable[[str], Any]:
    """Source of a command's clients, one of each service."""
    return cache(session.client)


def clients_of(profile: str | None, region: str) -> Callable[[str], Any]:
    """Source of the clients of another profile (None: this one) and region; raises SettingsWrong."""
    try:
        return cache(session.session_of(profile, region).client)
    except BotoCoreError as error:
        raise SettingsWrong(f"There is no such place ({error})", "see `aws configure list-profiles`") from error


def _unasked(stack_name: str, error: ClientError | BotoCoreError) -> StoreUnavailable:
    problem, advice = explained(error)
    return StoreUnavailable(f"AWS could not be asked for the stack {stack_name}: {problem}", advice)


def _no_stack(stack_name: str, why: str) -> SettingsWrong:
    return SettingsWrong(
        f"There is no stack {stack_name} in this account and region ({why})",
        "deploy it, or set AWS_PROFILE and AWS_REGION",
    )
