"""Rights that a function's call needs, from tests/recorder's recording, by AWS's documentation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.stack_rights import Place

MISSING = ("NoSuchKey", "404")
PLAIN = {  # the action is the operation, the resource is the one that this parameter names
    "sns": ("TopicArn", "AWS::SNS::Topic"),
    "secretsmanager": ("SecretId", "AWS::SecretsManager::Secret"),
    "sqs": ("QueueUrl", "AWS::SQS::Queue"),
}


@dataclass(frozen=True, kw_only=True)
class Call:
    """Call of a function to AWS, made once or often.

    `named` are the parameters that name a resource, `several` is the part of a call that names more than one.
    """

    function: str
    service: str
    operation: str
    named: tuple[tuple[str, str], ...]
    several: tuple[str, ...] = ()
    replaces: bool = False
    error: str = ""


def recorded(path: Path) -> set[Call]:
    """Read the calls of a recording; a line that is still being written is left for the next reading."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    return {_call(json.loads(line)) for line in lines if line.endswith("\n")}


def needs(call: Call, place: Place) -> Iterator[tuple[str, str]]:
    """Each action and the ARN of its resource; raises ValueError for a call whose rights are not listed here."""
    named = dict(call.named)
    match call.service, call.operation:
        case "s3", _:
            yield from _objects(call, named, place)
        case "ssm", "GetParameter" | "GetParameters":
            for name in call.several or (named["Name"],):
                yield f"ssm:{call.operation}", f"arn:aws:ssm:{place.region}:{place.account}:parameter{name}"
        case "events", "PutEvents":
            for bus in call.several:
                yield "events:PutEvents", place.arn("AWS::Events::EventBus", bus)
        case service, operation if service in PLAIN:
            parameter, kind = PLAIN[service]
            yield f"{service}:{operation}", place.arn(kind, named[parameter])
        case _:
            raise ValueError(f"{call.function} calls {call.operation} of {call.service}; write down what it needs.")


def _objects(call: Call, named: dict[str, str], place: Place) -> Iterator[tuple[str, str]]:
    """Rights on objects: S3 reports a missing object only to who may list, and a replacing write reads its tag."""
    bucket = place.arn("AWS::S3::Bucket", named["Bucket"])
    match call.operation:
        case "ListObjectsV2":
            yield "s3:ListBucket", bucket
        case "GetObject" | "PutObject":
            yield f"s3:{call.operation}", f"{bucket}/{named['Key']}"
            if call.replaces:
                yield "s3:GetObject", f"{bucket}/{named['Key']}"
            if call.operation == "GetObject" and call.error in MISSING:
                yield "s3:ListBucket", bucket
        case _:
            raise ValueError(f"{call.function} calls {call.operation} of S3; write down what it needs.")


def _call(line: dict[str, Any]) -> Call:
    named = tuple(sorted(line["named"].items()))
    return Call(**line | {"named": named, "several": tuple(line["several"])})
