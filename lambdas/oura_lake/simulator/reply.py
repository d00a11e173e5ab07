"""A reply of the simulated API on the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A response; status 0 closes the connection without one."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def json_reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Reply with a JSON body."""
    return Reply(status=status, body=json.dumps(value).encode(), headers=headers or {})


def detail(status: int, message: Any) -> Reply:
    """Reply of an error in the API's form."""
    return json_reply({"detail": message}, status)
