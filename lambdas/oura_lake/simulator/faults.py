"""Planned faults, matched against the requests in their order.

    {"collection": "heartrate", "status": 429, "retry_after": 1, "on_request": 3, "times": 1}
    {"collection": "sleep", "kind": "html"}

Kinds: `status` (with `delay_s` alone: slow), `html` instead of JSON, `loop` (a page that repeats for ever; give
`times`), `no_key` (a record without id and day), `future` (a record dated in the future), `truncated` JSON, `drop`
(the connection ends), `empty` data, `no_token` (the key `next_token` is absent).
"""

import json
import threading
import time
from dataclasses import dataclass, fields
from typing import Any

from oura_lake.errors import SettingsWrong
from oura_lake.simulator.reply import Reply, detail, json_reply

KINDS = ("status", "html", "loop", "no_key", "future", "truncated", "drop", "empty", "no_token")
FUTURE_YEAR = "2196"  # a leap year: every date of ours exists in it
FOR_EVER = 1_000_000
BODIES: dict[int, Any] = {
    400: {"detail": "Client Exception"},
    401: {"status": 401, "title": "Expired Token", "detail": "The access token expired."},
    403: {"detail": "Forbidden"},
    404: {"detail": "Document not found."},
    422: {"detail": [{"type": "value_error", "loc": ["query"], "msg": "Value error"}]},
    426: {"detail": "Minimum App Version Error"},
    429: {"detail": "Request rate limit exceeded"},
}
HTML = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault of a collection ('*': any; 'token': the token endpoint), from its n-th request on."""

    collection: str = "*"
    kind: str = "status"
    status: int = 0
    scope: str = ""
    retry_after: int | None = None
    on_request: int = 1
    times: int = 1
    delay_s: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SettingsWrong(f"'{self.kind}' is not a kind of fault", f"known are {', '.join(KINDS)}")


@dataclass(kw_only=True)
class _Planted:
    fault: Fault
    seen: int = 0
    page: bytes = b""


class Faults:
    """The planned faults; each counts requests from its planting on."""

    def __init__(self, faults: list[Fault] | None = None) -> None:
        self._lock = threading.Lock()
        self._planted = [_Planted(fault=f) for f in faults or []]

    def plant(self, faults: list[Fault]) -> None:
        """Add faults to the plan."""
        with self._lock:
            self._planted += [_Planted(fault=f) for f in faults]

    def clear(self) -> None:
        """Remove all faults from the plan."""
        with self._lock:
            self._planted.clear()

    def due(self, collection: str) -> "_Planted | None":
        """Count a request and return the fault that applies to it, if any."""
        with self._lock:
            met = None
            for planted in self._planted:
                fault = planted.fault
                if fault.collection not in ("*", collection):
                    continue
                planted.seen += 1
                if met is None and fault.on_request <= planted.seen < fault.on_request + fault.times:
                    met = planted
            return met


def before(planted: _Planted | None) -> Reply | None:
    """Reply of a fault that needs no data, after its delay; None for other faults."""
    if planted is None:
        return None
    fault = planted.fault
    if fault.delay_s:
        time.sleep(fault.delay_s)
    match fault.kind:
        case "html":
            return Reply(status=fault.status or 200, body=HTML, content_type="text/html; charset=utf-8")
        case "drop":
            return Reply(status=0, body=b"")
        case "status" if fault.status:
            return _status(fault)
    return Reply(status=200, body=planted.page) if fault.kind == "loop" and planted.page else None


def after(planted: _Planted | None, reply: Reply) -> Reply:
    """Reply as a fault changes it; only a good reply is changed."""
    if planted is None or reply.status != 200:
        return reply
    match planted.fault.kind:
        case "truncated":
            return Reply(status=200, body=reply.body[: len(reply.body) // 2])
        case "loop":
            planted.page = json.dumps(json.loads(reply.body) | {"next_token": "the-same-page-again"}).encode()
            return Reply(status=200, body=planted.page)
        case "empty":
            return json_reply({"data": [], "next_token": None})
        case "no_token":
            return json_reply({k: v for k, v in json.loads(reply.body).items() if k != "next_token"})
        case "no_key" | "future" as kind:
            return _spoiled(json.loads(reply.body), kind)
    return reply


def faults_of(entries: list[dict[str, Any]]) -> list[Fault]:
    """Faults of a plan; raises SettingsWrong for an unknown field."""
    known = {f.name for f in fields(Fault)}
    for entry in entries:
        if unknown := set(entry) - known:
            raise SettingsWrong(f"A fault has no {', '.join(sorted(unknown))}", f"it has {', '.join(sorted(known))}")
    return [Fault(**entry) for entry in entries]


def _status(fault: Fault) -> Reply:
    if fault.scope:
        return detail(401, f"Token is not authorized access {fault.scope} scope.")
    headers: dict[str, str] = {}
    if fault.status == 429:
        wait = 1 if fault.retry_after is None else fault.retry_after
        headers = {
            "Retry-After": str(wait),
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Window": "300",
            "X-RateLimit-Reset": str(int(time.time()) + wait),
            "X-RateLimit-Tier": "token",
        }
    elif fault.retry_after is not None:
        headers = {"Retry-After": str(fault.retry_after)}
    return json_reply(BODIES.get(fault.status, {"detail": "Internal Server Error"}), fault.status, headers)


def _spoiled(page: dict[str, Any], kind: str) -> Reply:
    """Page whose last record lacks its key and day, or has a copy dated far in the future."""
    data = page.get("data") or []
    if not data:
        return json_reply(page)
    keys = ("id", "day", "start_day", "timestamp")
    if kind == "no_key":
        data[-1] = {k: v for k, v in data[-1].items() if k not in keys}
    else:
        data.append({k: _in_future(k, v) for k, v in data[-1].items()})
    return json_reply(page | {"data": data})


def _in_future(name: str, value: Any) -> Any:
    if name == "id":
        return f"{value[:-4]}ffff"
    is_dated = isinstance(value, str) and value[:2] in ("19", "20") and value[4:5] == "-"
    return FUTURE_YEAR + value[4:] if is_dated else value
