"""Levers for tests and the demo: routes under /_simulate that the real API lacks.

GET  /_simulate/requests                    the request log
POST /_simulate/faults      [fault, ...]    plant faults (faults.py); DELETE removes all
POST /_simulate/sync        {"days": 1}     reveal held-back days, change recent days (no body: all)
POST /_simulate/delete      {"collection", "id"}
POST /_simulate/expire                      let every access token expire now
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from oura_lake.errors import SettingsWrong
from oura_lake.simulator.cloud import Cloud, Event
from oura_lake.simulator.faults import Faults, faults_of
from oura_lake.simulator.oauth import OAuth
from oura_lake.simulator.reply import Reply, detail, json_reply
from oura_lake.simulator.request import Request, Seen
from oura_lake.simulator.routes import COLLECTIONS
from oura_lake.simulator.webhooks import Webhooks

PREFIX = "/_simulate/"


class Admin:
    """The levers of the simulation."""

    def __init__(self, cloud: Cloud, faults: Faults, oauth: OAuth, webhooks: Webhooks, seen: list[Seen]) -> None:
        self._cloud, self._faults, self._oauth, self._webhooks, self._seen = cloud, faults, oauth, webhooks, seen

    def answer(self, request: Request) -> Reply:
        """Reply to a request under the prefix."""
        actions: dict[tuple[str, str], Callable[[Any], Reply]] = {
            ("GET", "requests"): self._requests,
            ("POST", "faults"): self._plant,
            ("DELETE", "faults"): self._clear,
            ("POST", "sync"): self._sync,
            ("POST", "delete"): self._delete,
            ("POST", "expire"): self._expire,
        }
        action = actions.get((request.method, request.path.removeprefix(PREFIX)))
        if action is None:
            return detail(404, f"Known are {', '.join(f'{m} {PREFIX}{n}' for m, n in actions)}.")
        try:
            return action(json.loads(request.body or b"{}"))
        except (SettingsWrong, ValueError, KeyError, TypeError) as error:
            return detail(422, str(error))

    def deliver(self, events: list[Event]) -> Reply:
        """Send the events to the subscribers and reply with the events and the deliveries."""
        return json_reply({"events": [asdict(e) for e in events], "deliveries": self._webhooks.deliver(events)})

    def _requests(self, _: Any) -> Reply:
        return json_reply([asdict(s) for s in self._seen])

    def _plant(self, plan: Any) -> Reply:
        faults = faults_of(plan if isinstance(plan, list) else [plan])
        self._faults.plant(faults)
        return json_reply({"planted": len(faults)})

    def _clear(self, _: Any) -> Reply:
        self._faults.clear()
        return json_reply({"planted": 0})

    def _sync(self, wanted: Any) -> Reply:
        return self.deliver(self._cloud.sync(wanted.get("days")))

    def _delete(self, wanted: Any) -> Reply:
        if wanted["collection"] not in COLLECTIONS:
            return detail(422, f"'{wanted['collection']}' is not a collection.")
        return self.deliver(self._cloud.delete(wanted["collection"], wanted["id"]))

    def _expire(self, _: Any) -> Reply:
        self._oauth.expire()
        return json_reply({})
