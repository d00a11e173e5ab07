"""Simulated Oura, our door behind a URL, and a fixed clock, shared by the tests of webhooks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from oura_lake.ingestion.job import Job
from oura_lake.oura.subscription_client import SubscriptionApi, subscription_api
from oura_lake.oura.subscriptions import EnsureResult, ensure
from oura_lake.oura.tokens import App
from oura_lake.oura.webhook_event import call_of
from oura_lake.public_endpoint.endpoint import Accounts, PublicEndpoint, Secret
from oura_lake.simulator import GeneratedPerson, RunningApi, simulated_oura

from support.function_url import function_url

FEW = [("create", "sleep"), ("update", "sleep"), ("delete", "tag")]


class World:
    """Simulated Oura, our door, and a fixed clock."""

    def __init__(self, oura: RunningApi, subscriptions: SubscriptionApi) -> None:
        self.oura, self.subscriptions, self.now = oura, subscriptions, datetime.now(UTC)
        self.jobs: list[Job] = []
        self.door = PublicEndpoint(
            secret=Secret(lambda: oura.api.oauth.app.client_secret),
            accounts=Accounts(lambda _: "me"),
            send=lambda job, _: self.jobs.append(job),
        )
        self.url = ""

    def handle(self, event: dict[str, Any], _context: object) -> dict[str, Any]:
        """Make the receive function."""
        return self.door.answer(call_of(event), datetime.now(UTC)).as_event()

    def ensure(self, wanted: list[tuple[str, str]] = FEW, days: int = 0) -> EnsureResult:
        """Run ensure that many days from now."""
        return ensure(self.subscriptions, self.url, wanted, self.now + timedelta(days=days))

    @property
    def registered(self) -> dict[str, Any]:
        """Subscriptions that Oura stores, by id."""
        return self.oura.api.webhooks.subscriptions


def app_of(oura: RunningApi) -> App:
    """Credentials of the app that is registered at the simulated Oura."""
    registered = oura.api.oauth.app
    return App(client_id=registered.client_id, client_secret=registered.client_secret)


@contextmanager
def webhook_world() -> Iterator[World]:
    """World whose person has not synced the newest day."""
    person = GeneratedPerson(years=0.1, until=date(2026, 8, 20))
    with simulated_oura(person, hold_back_days=1) as oura, subscription_api(app_of(oura), oura.base_url) as api:
        made = World(oura, api)
        with function_url(made.handle) as made.url:
            yield made
