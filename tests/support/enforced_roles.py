"""Roles of a template in moto's own IAM: each call is signed by a session of a role, and refused as its policy says.

This is a second evaluation beside support/iam_policy.py, by other people. Of the services that we use, moto looks at
the resource of a call for S3 and SQS alone; for the others this module names the resource, as AWS does.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.authorization import disable_iam_authentication, enable_iam_authentication
from moto.core.responses import BaseResponse
from moto.events.responses import EventsHandler
from moto.iam.access_control import IAMRequestBase
from moto.secretsmanager.models import secretsmanager_backends
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.sns.responses import SNSResponse
from moto.ssm.responses import SimpleSystemManagerResponse
from werkzeug.exceptions import HTTPException

from support.aws_over_http import KEYS
from support.iam_policy import AccessRequest, is_allowed
from support.stack_rights import Place, filled, holders, in_words, role_statements
from support.templates import of_type

REGION, ACCOUNT = "us-east-1", "123456789012"
REFUSED = "AccessDenied"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
OBJECTS = (
    "lake/sleep",
    "lake/findings",
    "lake/alerts",
    "lake/gaps",
    "lake/stored_person_day",
    "ledger",
    "raw/oura",
    "raw/lake",
    "rejected/oura",
)
TLS = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}  # as boto3 talks to AWS
HERE = f"{REGION}:{ACCOUNT}"


@dataclass(kw_only=True)
class Account:
    """Account of moto with the resources of a template, each under its logical id without the hash.

    `calls` has the sessions of the functions, by the names of their handlers.
    """

    template: dict[str, Any]
    names: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Place of the stack."""
        return Place(region=REGION, account=ACCOUNT, names=self.names)

    @property
    def statements(self) -> dict[str, list[dict[str, Any]]]:
        """Statements of each function's role, by the name of its handler."""
        who, named = holders(self.template), self.place.named(self.template)
        return {who[role]: own for role, own in role_statements(self.template, named).items() if who[role].islower()}

    def named(self, value: Any) -> Any:
        """Parameters of a call with the names of this account in the place of the template's."""
        match value:
            case dict():
                return {key: self.named(part) for key, part in value.items()}
            case list():
                return [self.named(part) for part in value]
        return next((name for logical, name in self.names.items() if in_words(logical) == value), value)

    def who_may(self, service: str, operation: str, **given: Any) -> set[str]:
        """Functions that moto's IAM does not refuse a call; raises ClientError where a call fails otherwise."""
        return {who for who in self.sessions if not self._is_refused(who, service, operation, given)}

    def _is_refused(self, who: str, service: str, operation: str, given: Mapping[str, Any]) -> bool:
        try:
            with self.enforcing():
                getattr(self.sessions[who].client(service), operation)(**given)
        except ClientError as error:
            if REFUSED in str(error):  # moto answers in XML, whose code botocore does not find in JSON
                return True
            raise
        return False

    @contextmanager
    def enforcing(self) -> Iterator[None]:
        """Have moto judge each call of the block; the evaluation of support/iam_policy.py must agree on each."""
        judge, statements = IAMRequestBase.check_action_permitted, self.statements

        def both(request: IAMRequestBase, resource: str) -> None:
            who, call = _role_of(request), AccessRequest(action=request._action, resource=resource, context=TLS)
            is_right = is_allowed(call, statements[who])
            try:
                judge(request, resource)
            except HTTPException:
                assert not is_right, f"moto alone refuses {who} {call.action} on {resource}"
                raise
            assert is_right, f"moto alone lets {who} do {call.action} on {resource}"

        with patch.object(IAMRequestBase, "check_action_permitted", both), enable_iam_authentication():
            yield


@contextmanager
def enforced(template: dict[str, Any]) -> Iterator[Account]:
    """Account of a template until the block ends; its functions may do what their roles allow and no more."""
    with mock_aws(), patch.dict("os.environ", KEYS), disable_iam_authentication(), _resources_named():
        account = Account(template=template)
        for kind, make in MAKERS.items():
            account.names |= {logical: make(logical, own) for logical, own in of_type(template, kind).items()}
        _fill(account)
        account.sessions = {who: _assumed(who, own) for who, own in account.statements.items()}
        yield account


def _bucket(_logical: str, _own: Mapping[str, Any]) -> str:
    boto3.client("s3").create_bucket(Bucket="lake")
    for prefix in OBJECTS:
        boto3.client("s3").put_object(Bucket="lake", Key=f"{prefix}/person=ada/stored", Body=b"1")
    return "lake"


def _queue(logical: str, own: Mapping[str, Any]) -> str:
    is_fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if own.get("FifoQueue") else {}
    made = boto3.client("sqs").create_queue(QueueName=logical + ".fifo" * bool(is_fifo), Attributes=is_fifo)
    return str(made["QueueUrl"])


def _secret(_logical: str, own: Mapping[str, Any]) -> str:
    made = boto3.client("secretsmanager").create_secret(Name=own["Name"], SecretString="{}")
    return str(made["ARN"].partition(":secret:")[2])  # with the six letters that AWS adds


def _topic(logical: str, _own: Mapping[str, Any]) -> str:
    return str(boto3.client("sns").create_topic(Name=logical)["TopicArn"])


def _bus(logical: str, _own: Mapping[str, Any]) -> str:
    boto3.client("events").create_event_bus(Name=logical)
    return logical


def _named_by_id(logical: str, _own: Mapping[str, Any]) -> str:
    return logical


MAKERS = {
    "AWS::S3::Bucket": _bucket,
    "AWS::SQS::Queue": _queue,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SNS::Topic": _topic,
    "AWS::Events::EventBus": _bus,
    "AWS::Budgets::Budget": _named_by_id,
    "AWS::Lambda::Function": _named_by_id,
    "AWS::Logs::LogGroup": _named_by_id,
}


def _fill(account: Account) -> None:
    """Add the stack's parameters, those that the command makes beside it, and the secret of a stranger."""
    named = account.place.named(account.template)
    given = of_type(account.template, "AWS::SSM::Parameter").values()
    values = {own["Name"]: filled(own["Value"], named) for own in given}
    made = dict.fromkeys(("/oura-lake/app", "/oura-lake/accounts/1234", "/oura-lake/other"), "{}")
    for name, value in (made | values).items():
        boto3.client("ssm").put_parameter(Name=name, Value=value, Type="String")
    account.names["Stranger"] = _secret("", {"Name": "oura-lake/stranger"})


def _assumed(who: str, statements: list[dict[str, Any]]) -> Any:
    iam, document = boto3.client("iam"), {"Version": "2012-10-17", "Statement": statements}
    trust = {"Version": "2012-10-17", "Statement": [TRUST]}
    role = iam.create_role(RoleName=who, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=who, PolicyName="own", PolicyDocument=json.dumps(document))
    given = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName=who)["Credentials"]
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=REGION,
    )


def _role_of(request: IAMRequestBase) -> str:
    return str(getattr(request._access_key, "_owner_role_name", "nobody"))


def _of_secret(call: BaseResponse) -> str:
    named = call._get_param("SecretId")
    return str(secretsmanager_backends[ACCOUNT][REGION].secrets[named].arn) if named else "*"


def _of_parameter(call: BaseResponse) -> str:
    [name] = call._get_param("Names") or [call._get_param("Name")]
    return f"arn:aws:ssm:{HERE}:parameter{name}"


def _of_bus(call: BaseResponse) -> str:
    [entry] = call._get_param("Entries") or [{"EventBusName": "*"}]
    return f"arn:aws:events:{HERE}:event-bus/{entry['EventBusName']}"


def _of_topic(call: BaseResponse) -> str:
    return str(call._get_param("TopicArn"))


@contextmanager
def _resources_named() -> Iterator[None]:
    """Have moto look at the resource of a call of these services too."""
    named = {
        SecretsManagerResponse: _of_secret,
        SimpleSystemManagerResponse: _of_parameter,
        EventsHandler: _of_bus,
        SNSResponse: _of_topic,
    }
    for response, resource in named.items():
        response._determine_resource = resource  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for response in named:
            del response._determine_resource  # type: ignore[attr-defined]
