"""The Oura API on this machine: for tests, the demo, and anyone without a ring.

with simulated_oura(GeneratedPerson(until=date(2026, 11, 21))) as api:
    httpx.get(api.base_url + "/v2/usercollection/sleep", headers={"Authorization": f"Bearer {api.token}"})
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from oura_lake.simulator.api import DEMO_TOKEN, Options, SimulatedOura
from oura_lake.simulator.cloud import Event
from oura_lake.simulator.faults import FOR_EVER, Fault
from oura_lake.simulator.generated.person import GeneratedPerson
from oura_lake.simulator.oauth import NEW_TOKEN, OLD_TOKEN, App
from oura_lake.simulator.recorded import Recorded
from oura_lake.simulator.request import Seen
from oura_lake.simulator.routes import SCOPES
from oura_lake.simulator.server import serving
from oura_lake.simulator.source import Source

__all__ = [
    "DEMO_TOKEN",
    "FOR_EVER",
    "NEW_TOKEN",
    "OLD_TOKEN",
    "SCOPES",
    "App",
    "Fault",
    "GeneratedPerson",
    "Recorded",
    "RunningApi",
    "simulated_oura",
]


@dataclass(frozen=True, kw_only=True)
class RunningApi:
    """A running simulation and its levers."""

    base_url: str
    token: str
    api: SimulatedOura

    @property
    def requests(self) -> list[Seen]:
        """Log of the requests so far, without those of the levers below."""
        return self.api.requests

    @property
    def token_urls(self) -> tuple[str, str]:
        """Both token endpoints, the newer first."""
        return self.base_url + NEW_TOKEN, self.base_url + OLD_TOKEN

    def plant(self, *faults: Fault) -> None:
        """Plant faults; they count requests from now on."""
        self.api.faults.plant(list(faults))

    def sync(self, days: int | None = None) -> list[Event]:
        """Reveal held-back days (None: all), revise recent ones, and send the webhooks."""
        return self._delivered(self.api.cloud.sync(days))

    def delete(self, collection: str, identity: str) -> list[Event]:
        """Delete a document and send the webhooks."""
        return self._delivered(self.api.cloud.delete(collection, identity))

    def restore(self, collection: str, identity: str) -> list[Event]:
        """Restore a deleted document and send the webhooks."""
        return self._delivered(self.api.cloud.restore(collection, identity))

    def grant(self, *scopes: str) -> dict[str, Any]:
        """Issue fresh tokens in the form of the token endpoint (without scopes: all that the app may have)."""
        return dict(self.api.oauth.issue(scopes or self.api.oauth.app.granted))

    def expire_tokens(self) -> None:
        """Let every issued access token expire now."""
        self.api.oauth.expire()

    def _delivered(self, events: list[Event]) -> list[Event]:
        self.api.webhooks.deliver(events)
        return events


@contextmanager
def simulated_oura(source: Source, *, port: int = 0, **options: Any) -> Iterator[RunningApi]:
    """Serve a source on the loopback until the block ends; the options are those of `api.Options`."""
    chosen = Options(**options)
    api = SimulatedOura(source, chosen)
    with serving(api, port) as base_url:
        yield RunningApi(base_url=base_url, token=chosen.token, api=api)
