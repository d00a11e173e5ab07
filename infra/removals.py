"""Removals: settings of the last deploy that this machine's config.toml lacks, found before a deploy removes them.

Each deploy writes its settings into the account. Without this check, a deploy from a new laptop with an older file
would silently remove somebody's schedule and tokens, or their messages.
"""

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk

from infra.config import Config

ASK = (sys.executable, "-m", "oura_lake.admin.deployed_config")
ANYTHING = "anything"


def refuse_removals(stack: cdk.Stack, now: Config) -> None:
    """Have the CDK refuse a deploy that would remove a person or a recipient without an explicit request.

    The refusal is an error in the stack's metadata, which the CDK ignores at a destroy. Nothing is checked without an
    account, or where the CDK only lists names.
    """
    remove = (stack.node.try_get_context("remove") or "").split(",")
    account = os.environ.get("CDK_DEFAULT_ACCOUNT")  # the CDK found credentials
    if not account or not stack.bundling_required or ANYTHING in remove:
        return
    where = os.environ.get("CDK_DEFAULT_REGION", "")
    answer = subprocess.run(
        [*ASK, account],
        env=os.environ | {"AWS_REGION": where, "AWS_DEFAULT_REGION": where},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        problem = answer.stderr.strip().rpartition("\n")[2].removeprefix("oura-lake: ")
        _refuse(stack, f"{problem} To deploy without a look at what is deployed: make deploy REMOVE={ANYTHING}")
    elif lost := [name for name in removed(tomllib.loads(answer.stdout), now) if name not in remove]:
        _refuse(
            stack,
            f"This config.toml lacks what is deployed: {', '.join(lost)}. `oura-lake settings` shows the deployed "
            f"settings; to remove it on purpose: make deploy REMOVE={','.join(lost)}",
        )


def removed(before: Mapping[str, Any], now: Config) -> list[str]:
    """Persons who left, and the recipients that a remaining person, or the owner, has lost.

    The addresses of a person who left are not listed.
    """
    persons: Mapping[str, Any] = before.get("persons", {})
    staying = {person.name: person for person in now.persons}
    lost = [name for name in persons if name not in staying]
    going = {address for name in lost for address in _addresses(persons[name])}
    for name in (name for name in persons if name in staying):
        reached = {address for reader in now.readers(staying[name]) for address in reader.addresses}
        lost += sorted(_reached(persons, name) - reached - going)
        lost += [f"{name}.webhook"] if persons[name].get("webhook") and not staying[name].webhook else []
    owner = before.get("lake", {}).get("budget_email")
    if owner and owner != now.budget_email:
        lost.append(owner)
    return list(dict.fromkeys(lost))


def _reached(persons: Mapping[str, Any], name: str) -> set[str]:
    """Addresses and numbers that received a person's messages."""
    readers = (name, *persons[name].get("share_with", ()))
    return {address for reader in readers if reader in persons for address in _addresses(persons[reader])}


def _addresses(person: Mapping[str, Any]) -> set[str]:
    return {address for way in ("email", "sms") for address in person.get(way, ())}


def _refuse(stack: cdk.Stack, sentence: str) -> None:
    cdk.Annotations.of(stack).add_error(f"oura-lake: {sentence} (or cdk deploy -c remove=...).")
