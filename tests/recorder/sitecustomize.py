"""What does a function ask of AWS? On the rehearsal's emulator Python loads this first, and it writes each call down.

A line says who asked for what, on which resource, and what was answered if it was an error; no value of a parameter
that is not the name of a resource. Nothing that is deployed knows of it.
"""

import json
import os
from typing import Any

NAMING = ("Bucket", "Key", "QueueUrl", "TopicArn", "SecretId", "Name")


def record(file: str, function: str) -> None:
    """Have every client of this process append its calls to a file."""
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    ask = BaseClient._make_api_call

    def asked(self: Any, operation: str, given: dict[str, Any]) -> Any:
        line = {
            "function": function,
            "service": self.meta.service_model.service_name,
            "operation": operation,
            "named": {name: given[name] for name in NAMING if name in given},
            "several": given.get("Names") or [entry.get("EventBusName") for entry in given.get("Entries", [])],
            "replaces": "IfMatch" in given,
            "error": "",
        }
        try:
            return ask(self, operation, given)
        except ClientError as refused:
            line["error"] = refused.response["Error"]["Code"]
            raise
        finally:
            append(file, json.dumps(line))

    BaseClient._make_api_call = asked


def append(file: str, line: str) -> None:
    """One write at the end of the file: other processes do the same."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


if os.environ.get("RECORDED_CALLS") and os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    record(os.environ["RECORDED_CALLS"], os.environ["AWS_LAMBDA_FUNCTION_NAME"])
