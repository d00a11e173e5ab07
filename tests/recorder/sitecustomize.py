"""Recorder of a function's calls to AWS, which Python loads first on the rehearsal's emulator.

A line names the function, the call, its resource, and the error if there was one; no value of a parameter that is not
the name of a resource. Nothing that is deployed depends on it.
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

    def recorded_call(self: Any, operation: str, given: dict[str, Any]) -> Any:
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

    BaseClient._make_api_call = recorded_call


def append(file: str, line: str) -> None:
    """Append by one write at the end of the file, as other processes do."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


if os.environ.get("RECORDED_CALLS") and os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    record(os.environ["RECORDED_CALLS"], os.environ["AWS_LAMBDA_FUNCTION_NAME"])
