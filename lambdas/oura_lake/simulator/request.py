"""A request on the wire."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as the routes see it; `headers` are in lower case."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def form(self) -> dict[str, str]:
        """Fields of a form-encoded body."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def bearer(self) -> str:
        """Access token; empty where there is none."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    @property
    def client(self) -> tuple[str, str]:
        """Client id and secret, from the form or from HTTP Basic."""
        kind, _, coded = self.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            name, _, secret = base64.b64decode(coded).decode("utf-8", "replace").partition(":")
            return name, secret
        return self.form.get("client_id", ""), self.form.get("client_secret", "")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A line of the request log; it holds no token."""

    method: str
    path: str
    params: Mapping[str, str]
    status: int

    @property
    def collection(self) -> str:
        """Requested collection; empty for other routes."""
        parts = self.path.split("/")
        return parts[3] if self.path.startswith("/v2/usercollection/") else ""
