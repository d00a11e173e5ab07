"""A refusal of AWS or of its client ends every command and every module of the Makefile in one sentence."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from oura_lake.admin.checks import all_checks, views
from oura_lake.admin.checks.model import Account, Check, State
from oura_lake.aws.refusals import SLOWED, explained
from support.command_line import SENTENCE
from support.makefile_modules import COMMANDS, run
from support.refusing_aws import refusing_aws
from support.verify_account import OUTPUTS

SSO = """[profile family]
sso_session = family
sso_account_id = 123456789012
sso_role_name = Admin
region = eu-central-1
[sso-session family]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-central-1
"""
NO_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def refused(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "problem", "advice"),
    [
        (NoCredentialsError(), "no credentials", "`aws configure`"),
        (ProfileNotFound(profile="family"), "no profile family of AWS", "`aws configure list-profiles`"),
        (NoRegionError(), "no region", "`export AWS_REGION="),
        (UnauthorizedSSOTokenError(), "sign-in to AWS has ended", "`aws sso login`"),
        (SSOTokenLoadError(error_msg="x", profile_name="family"), "sign-in to AWS has ended", "`aws sso login`"),
        (TokenRetrievalError(provider="sso", error_msg="x"), "sign-in to AWS has ended", "`aws sso login`"),
        (EndpointConnectionError(endpoint_url="https://x"), "cannot be reached", "check the network"),
        (refused("ExpiredToken"), "does not know your credentials", "`aws sso login`"),
        (refused("AccessDenied", "not authorized to perform: iam:PassRole on x"), "permission iam:PassRole", "add it"),
        (refused("AccessDenied"), "permission DescribeStacks", "add it"),
        (refused("InternalFailure"), "AWS refused DescribeStacks (InternalFailure)", "check region"),
        *((refused(code), f"AWS asks to slow down (DescribeStacks: {code})", "in a minute") for code in SLOWED),
    ],
)
def test_each_refusal_has_its_own_advice(error: Any, problem: str, advice: str) -> None:
    found = explained(error)
    assert (problem in found[0], advice in found[1]) == (True, True), found


@contextmanager
def no_credentials(home: Path) -> Iterator[dict[str, str]]:
    yield NO_KEYS | {"AWS_REGION": "eu-central-1"}


@contextmanager
def an_unknown_profile(home: Path) -> Iterator[dict[str, str]]:
    yield NO_KEYS | {"AWS_REGION": "eu-central-1", "AWS_PROFILE": "family"}


@contextmanager
def an_expired_sign_in(home: Path) -> Iterator[dict[str, str]]:
    (home / "aws").write_text(SSO)
    yield NO_KEYS | {"AWS_CONFIG_FILE": str(home / "aws"), "AWS_PROFILE": "family"}


@contextmanager
def throttling(home: Path, code: str = "Throttling") -> Iterator[dict[str, str]]:
    with refusing_aws(code) as aws:
        yield {"AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": aws.url}


SITUATIONS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no credentials": (no_credentials, "no credentials of AWS here"),
    "an unknown profile": (an_unknown_profile, "no profile family of AWS"),
    "an expired sign-in": (an_expired_sign_in, "the sign-in to AWS has ended"),
    "throttling": (throttling, "AWS asks to slow down"),
    "no permission": (partial(throttling, code="AccessDenied"), "you lack the permission"),
}


def outcome(module: str, home: Path, situation: str) -> subprocess.CompletedProcess[str]:
    with SITUATIONS[situation][0](home) as settings:
        return run(module, home, **settings)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("module", COMMANDS)
def test_bad_input_of_aws_is_one_sentence(module: str, situation: str, tmp_path: Path) -> None:
    result = outcome(module, tmp_path, situation)
    [sentence] = (result.stderr or result.stdout).splitlines()
    assert SENTENCE.fullmatch(sentence)
    assert SITUATIONS[situation][1] in sentence
    assert result.returncode == (0 if module == "oura_lake.admin.webhooks" else 1)  # a destroy goes on without them


def test_a_throttled_account_leaves_no_check_of_verify_without_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_view(account: Account, _: Any) -> Iterator[Check]:
        yield account.checked("views", lambda: (State.OK, "Not asked here: awswrangler repeats by itself."))

    monkeypatch.setattr(views, "every_view", one_view)
    monkeypatch.setattr(views, "rows", lambda *_: (State.OK, ""))
    monkeypatch.setattr(views, "newest", lambda *_: (State.OK, ""))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with refusing_aws("ThrottlingException", 400) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        account = Account(client=boto3.client, outputs=OUTPUTS, persons=("me",), is_emulator=False)
        checks = {c.name: c for c in all_checks.every_check(account, datetime.now(UTC))}
    quiet = {"stack", "years", "views", "rows", "data of me", "webhook, me"}
    lost = [c for c in checks.values() if c.name not in quiet and "slow down" not in c.sentence]
    assert (lost, len(checks) > 15) == ([], True)
