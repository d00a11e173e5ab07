"""The lake's own event bus."""

import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws import session
from oura_lake.contract import EVENT_SOURCE, DetailType
from oura_lake.errors import StoreUnavailable
from oura_lake.lake.changes import Change, as_json

MOST_CHANGES = 400  # of at most 300 bytes: an event may have 256 KB


class Bus:
    """The event bus of the deployed lake."""

    def __init__(self, name: str, client: Any = None) -> None:
        self._name = name
        self._events = client or session.client("events")

    def documents_landed(
        self, person: str, tables: list[str], reason: str, changes: Sequence[Change] | None = None
    ) -> None:
        """Publish a person's changed tables and the reason, without a measurement. Raises StoreUnavailable.

        `changes` are the changed objects, which the analysis then need not look for; too many of them are left out.
        """
        is_named = changes is not None and len(changes) <= MOST_CHANGES
        named = {"changes": [as_json(change) for change in changes or ()]} if is_named else {}
        self._put(DetailType.LANDED, {"person": person, "tables": tables, "reason": reason, **named})

    def trouble(self, person: str, kind: str) -> None:
        """Request a person's maintenance now, not at the next daily run. Raises StoreUnavailable."""
        self._put(DetailType.TROUBLE, {"person": person, "kind": kind})

    def alert(self, event: dict[str, Any]) -> None:
        """Publish a step of an episode, for the owner's own rules. Raises StoreUnavailable."""
        self._put(DetailType.ALERT, event)

    def _put(self, what: str, detail: dict[str, Any]) -> None:
        entry = {"EventBusName": self._name, "Source": EVENT_SOURCE, "DetailType": what, "Detail": json.dumps(detail)}
        try:
            answer = self._events.put_events(Entries=[entry])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailable(f"The bus {self._name} took no event", "check the role and the region") from error
        if answer["FailedEntryCount"]:
            raise StoreUnavailable(f"The bus {self._name} refused the event", "it is sent again with the next change")
