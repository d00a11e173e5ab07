"""Rights that a template gives: its policies with every name filled in, as ARNs or in words."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from support.templates import listed, of_type

HASH = re.compile(r"[0-9A-F]{8}$")
RESOURCE_POLICIES = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
ARNS = {
    "AWS::Events::EventBus": "arn:{partition}:events:{region}:{account}:event-bus/{name}",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    "AWS::SecretsManager::Secret": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}",
    "AWS::SNS::Topic": "arn:{partition}:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{name}",
}
REF_IS_ARN = ("AWS::SecretsManager::Secret", "AWS::SNS::Topic")


@dataclass(frozen=True, kw_only=True, order=True)
class Right:
    """Right of one role to one action on one resource."""

    who: str
    action: str
    resource: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Place of a stack: its account, and the names there of its resources by their logical ids."""

    region: str
    account: str
    names: Mapping[str, str]

    def arn(self, kind: str, name: str) -> str:
        """ARN of a resource of a type; the last part of an address or ARN is its name."""
        own = name if kind == "AWS::SecretsManager::Secret" else re.split("[/:]", name)[-1]
        return ARNS[kind].format(partition="aws", region=self.region, account=self.account, name=own)

    def named(self, template: dict[str, Any]) -> Callable[[str, bool], str]:
        """Fill in a reference: for an attribute "Arn" the ARN, else the value that AWS gives for a plain one."""
        pseudo = {"AWS::Partition": "aws", "AWS::Region": self.region, "AWS::AccountId": self.account}

        def name(logical: str, is_arn: bool) -> str:
            if logical in pseudo:
                return pseudo[logical]
            kind = template["Resources"][logical]["Type"]
            return self.arn(kind, self.names[logical]) if is_arn or kind in REF_IS_ARN else self.names[logical]

        return name


def in_words(logical: str, _is_arn: bool = False) -> str:
    """Name a resource as a reader of the template knows it: by its logical id without the hash."""
    return HASH.sub("", logical)


def plainly(logical: str, _is_arn: bool) -> str:
    """Name a resource likewise, without the account and region that every ARN of ours names."""
    return "" if logical.startswith("AWS::") else in_words(logical)


def short(resource: str) -> str:
    """Shorten an ARN that was filled in plainly."""
    return resource.removeprefix("arn::ssm:::")


def filled(value: Any, name: Callable[[str, bool], str]) -> str:
    """Fill in the references of a template's text; raises ValueError for an unknown one."""
    match value:
        case str():
            return value
        case {"Ref": str(logical)}:
            return name(logical, False)
        case {"Fn::GetAtt": [str(logical), "Arn"]}:
            return name(logical, True)
        case {"Fn::Join": [str(between), list(parts)]}:
            return between.join(filled(part, name) for part in parts)
    raise ValueError(f"This evaluation cannot fill in {value}.")


def statements_of(document: dict[str, Any], name: Callable[[str, bool], str]) -> list[dict[str, Any]]:
    """Statements of a policy with the resources they name filled in."""
    return [
        statement | {"Resource": [filled(resource, name) for resource in listed(statement["Resource"])]}
        for statement in document["Statement"]
    ]


def role_statements(template: dict[str, Any], name: Callable[[str, bool], str]) -> dict[str, list[dict[str, Any]]]:
    """Statements of each role of a template, by the role's logical id."""
    found: dict[str, list[dict[str, Any]]] = {role: [] for role in of_type(template, "AWS::IAM::Role")}
    for policy in of_type(template, "AWS::IAM::Policy").values():
        for role in policy["Roles"]:
            found[role["Ref"]] += statements_of(policy["PolicyDocument"], name)
    return found


def resource_statements(template: dict[str, Any], name: Callable[[str, bool], str]) -> list[dict[str, Any]]:
    """Statements of the policies of buckets, queues and topics."""
    policies = [properties for kind in RESOURCE_POLICIES for properties in of_type(template, kind).values()]
    return [statement for policy in policies for statement in statements_of(policy["PolicyDocument"], name)]


def holders(template: dict[str, Any]) -> dict[str, str]:
    """Holder of each role: a function by the name of its handler, any other role by its own."""
    names = {role: in_words(role) for role in of_type(template, "AWS::IAM::Role")}
    for function in of_type(template, "AWS::Lambda::Function").values():
        names[function["Role"]["Fn::GetAtt"][0]] = function["Handler"].split(".")[-2]
    return names


def rights(statements: Mapping[str, list[dict[str, Any]]], who: Mapping[str, str]) -> Iterator[Right]:
    """List every right one by one, whether a statement names several or not."""
    for role, of_role in statements.items():
        for statement in of_role:
            if statement["Effect"] != "Allow":
                raise ValueError(f"The role {who[role]} has a statement that is no Allow: {statement}")
            for action in listed(statement["Action"]):
                for resource in statement["Resource"]:
                    yield Right(who=who[role], action=action, resource=resource)
