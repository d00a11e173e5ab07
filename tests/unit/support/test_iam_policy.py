"""Our evaluation of policies decides as IAM does, and refuses to guess."""

from typing import Any

import pytest
from support.iam_policy import Asked, is_allowed

PUT = Asked(action="s3:PutObject", resource="arn:aws:s3:::b/lake/x", context={"aws:SecureTransport": "true"})
PLAIN_HTTP = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}, "Effect": "Deny"}


def said(**changes: Any) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::b/lake/*"}
    return allow | changes


@pytest.mark.parametrize(
    ("statement", "is_right"),
    [
        (said(), True),
        (said(Action="s3:Put*"), True),
        (said(Action="S3:putobject"), True),
        (said(Action="s3:GetObject"), False),
        (said(Resource="arn:aws:s3:::b"), False),
        (said(Resource="arn:aws:s3:::b/rejected/*"), False),
        (said(Resource="arn:aws:s3:::b/lake/?"), True),
        (said(Resource="arn:aws:s3:::b/LAKE/*"), False),
        (said(Condition={"Bool": {"aws:SecureTransport": "true"}}), True),
        (said(Condition={"StringEquals": {"aws:SourceAccount": "1"}}), False),
        (said(Principal={"Service": "events.amazonaws.com"}), False),
    ],
)
def test_one_statement_allows_what_it_names_and_nothing_else(statement: dict[str, Any], is_right: bool) -> None:
    assert is_allowed(PUT, [statement]) is is_right


def test_nothing_is_allowed_that_nobody_allows() -> None:
    assert not is_allowed(PUT, [])


def test_a_deny_wins_wherever_it_is_said() -> None:
    deny = said(Effect="Deny")
    assert not is_allowed(PUT, [said(), deny])
    assert not is_allowed(PUT, [said()], [deny])


@pytest.mark.parametrize(("secure", "is_right"), [("true", True), ("false", False)])
def test_a_bucket_that_refuses_plain_http_refuses_nothing_else(secure: str, is_right: bool) -> None:
    asked = Asked(action=PUT.action, resource=PUT.resource, context={"aws:SecureTransport": secure})
    assert is_allowed(asked, [said()], [said(Principal={"AWS": "*"}, **PLAIN_HTTP)]) is is_right


@pytest.mark.parametrize("strange", [{"NotAction": "s3:*"}, {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.1"}}}])
def test_what_it_does_not_know_is_an_error_and_no_answer(strange: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="does not know"):
        is_allowed(PUT, [said(**strange)])
