"""The simulated API: data, consent, faults and webhooks together."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from oura_lake.simulator import admin, usercollection, webhooks
from oura_lake.simulator.cloud import Cloud
from oura_lake.simulator.faults import Fault, Faults, after, before
from oura_lake.simulator.oauth import App, OAuth
from oura_lake.simulator.reply import Reply, detail
from oura_lake.simulator.request import Request, Seen
from oura_lake.simulator.routes import SCOPES
from oura_lake.simulator.source import Source

DEMO_TOKEN = "simulated-access-token"
ALL = 1_000_000
SECRETS = ("access_token", "code", "state")  # kept out of the request log


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of the simulation; `scopes` are those of the fixed demo token."""

    token: str = DEMO_TOKEN
    scopes: Sequence[str] = SCOPES
    app: App = field(default_factory=App)
    faults: Sequence[Fault] = ()
    hold_back_days: int = 0
    page_size: int = ALL
    row_page_size: int = 1000
    now: Callable[[], datetime] = _utc_now


class SimulatedOura:
    """The whole API without a socket: `answer` takes a request and returns a reply."""

    def __init__(self, source: Source, options: Options) -> None:
        self.requests: list[Seen] = []
        self.cloud = Cloud(source, hold_back_days=options.hold_back_days)
        self.faults = Faults(list(options.faults))
        self.oauth = OAuth(options.app, lambda: options.now().timestamp())
        self.oauth.accept(options.token, tuple(options.scopes))
        self.webhooks = webhooks.Webhooks(options.app, self._user_id)
        self.most_in_flight = 0
        self._in_flight = 0
        self._lock = threading.Lock()
        self._data = usercollection.UserCollection(
            self.cloud, self.oauth, now=options.now, page_size=options.page_size, row_page_size=options.row_page_size
        )
        self._admin = admin.Admin(self.cloud, self.faults, self.oauth, self.webhooks, self.requests)

    def answer(self, request: Request) -> Reply:
        """Reply to a request; the log records every request but the admin's."""
        if request.path.startswith(admin.PREFIX):
            return self._admin.answer(request)
        with self._lock:
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            reply = self._reply(request)
        finally:
            with self._lock:
                self._in_flight -= 1
        shown = {k: v for k, v in request.params.items() if k not in SECRETS}
        self.requests.append(Seen(method=request.method, path=request.path, params=shown, status=reply.status))
        return reply

    def _reply(self, request: Request) -> Reply:
        """Route's reply, unless a fault is due."""
        fault = self.faults.due(_subject(request))
        return before(fault) or after(fault, self._route(request))

    def _route(self, request: Request) -> Reply:
        if request.path.startswith(usercollection.PREFIX) and request.method == "GET":
            return self._data.answer(request)
        if request.path.startswith(webhooks.PREFIX):
            return self.webhooks.answer(request)
        return self.oauth.answer(request) or detail(404, "Not Found")

    def _user_id(self) -> str:
        return str(next((p["id"] for p in self.cloud.source.undated("personal_info")), "unknown"))


def _subject(request: Request) -> str:
    """Name by which a fault selects the request: the collection, or 'token' for the token endpoint."""
    if request.path.startswith(usercollection.PREFIX):
        return request.path.split("/")[3]
    return "token" if request.path.endswith("token") else ""
