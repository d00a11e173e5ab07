"""Simulated Oura without a socket, in a time that passes only during waits; any answer can be spoiled."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore
from oura_lake.oura.client import OuraClient
from oura_lake.oura.tokens import FixedToken
from oura_lake.simulator import DEMO_TOKEN
from oura_lake.simulator.api import Options, SimulatedOura
from oura_lake.simulator.given_documents import GivenDocuments
from oura_lake.simulator.request import Request
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE

Spoil = Callable[[int, httpx.Response], httpx.Response]


class Provider:
    """Oura's data of a person, the time, and the fate of the n-th answer."""

    def __init__(self, documents: Mapping[str, list[dict[str, Any]]], now: datetime) -> None:
        self._api = SimulatedOura(GivenDocuments(documents), Options(row_page_size=5))
        self._began, self._passed = now, 0.0
        self._lock = threading.Lock()
        self.n_asked = 0
        self.spoil: Spoil = lambda _, answer: answer

    @property
    def now(self) -> datetime:
        """Moment of the simulated time."""
        return self._began + timedelta(seconds=self._passed)

    def passes(self, seconds: float) -> None:
        """Let time pass without waiting."""
        with self._lock:
            self._passed += seconds

    def brings(self, store: MemoryStore, endpoints: list[Endpoint], days: Days, **run: Any) -> list[Outcome]:
        """Run once into a store."""
        client = OuraClient(
            base_url="https://oura.test",
            tokens=FixedToken(DEMO_TOKEN),
            transport=httpx.MockTransport(self._answer),
            sleep=self.passes,
            clock=lambda: self.now,
            monotonic=lambda: self._passed,
        )
        with client:
            return ingest(Run(client=client, store=store, source=SOURCE, person="me", window=days, **run), endpoints)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.n_asked += 1
            n = self.n_asked
        sent = Request(
            method=request.method,
            path=request.url.path,
            params=dict(request.url.params),
            headers={name.lower(): value for name, value in request.headers.items()},
        )
        reply = self._api.answer(sent)
        return self.spoil(n, httpx.Response(reply.status, content=reply.body, headers=dict(reply.headers)))
