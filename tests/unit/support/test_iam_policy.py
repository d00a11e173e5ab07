"""Our evaluation of policies decides as IAM does, and refuses to guess."""

from typing import Any

import pytest
from support.iam_policy import AccessRequest, is_allowed

PUT = AccessRequest(action="s3:PutObject", resource="arn:aws:s3:::b/lake/x", context={"aws:SecureTransport": "true"})
PLAIN_HTTP = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}, "Effect": "Deny"}


def a_statement(**changes: Any) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::b/lake/*"}
    return allow | changes


@pytest.mark.parametrize(
    ("statement", "is_right"),
    [
        (a_statement(), True),
        (a_statement(Action="s3:Put*"), True),
        (a_statement(Action="S3:putobject"), True),
        (a_statement(Action="s3:GetObject"), False),
        (a_statement(Resource="arn:aws:s3:::b"), False),
        (a_statement(Resource="arn:aws:s3:::b/rejected/*"), False),
        (a_statement(Resource="arn:aws:s3:::b/lake/?"), True),
        (a_statement(Resource="arn:aws:s3:::b/LAKE/*"), False),
        (a_statement(Condition={"Bool": {"aws:SecureTransport": "true"}}), True),
        (a_statement(Condition={"StringEquals": {"aws:SourceAccount": "1"}}), False),
        (a_statement(Principal={"Service": "events.amazonaws.com"}), False),
    ],
)
def test_one_statement_allows_what_it_names_and_nothing_else(statement: dict[str, Any], is_right: bool) -> None:
    assert is_allowed(PUT, [statement]) is is_right


def test_nothing_is_allowed_that_nobody_allows() -> None:
    assert not is_allowed(PUT, [])


def test_a_deny_wins_wherever_it_is_said() -> None:
    deny = a_statement(Effect="Deny")
    assert not is_allowed(PUT, [a_statement(), deny])
    assert not is_allowed(PUT, [a_statement()], [deny])


@pytest.mark.parametrize(("secure", "is_right"), [("true", True), ("false", False)])
def test_a_bucket_that_refuses_plain_http_refuses_nothing_else(secure: str, is_right: bool) -> None:
    request = AccessRequest(action=PUT.action, resource=PUT.resource, context={"aws:SecureTransport": secure})
    assert is_allowed(request, [a_statement()], [a_statement(Principal={"AWS": "*"}, **PLAIN_HTTP)]) is is_right


@pytest.mark.parametrize("strange", [{"NotAction": "s3:*"}, {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.1"}}}])
def test_what_it_does_not_know_is_an_error_and_no_answer(strange: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="does not know"):
        is_allowed(PUT, [a_statement(**strange)])
