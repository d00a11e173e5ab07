"""Refresh lock: one process at a time renews a person's token, since a refresh token works once.

The claim is an object of the ledger, taken by compare-and-swap before the provider is called and given back
after the successor is stored. One that was never given back was left by a crash: it ends by its age.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from oura_lake.errors import StoreUnavailable, UnreadableObject, WriteConflict
from oura_lake.lake.json_text import parse_own
from oura_lake.lake.keys import claim_key
from oura_lake.lake.store import Store, Stored

CLAIM_LASTS = timedelta(minutes=10)  # twice a function's time limit
TRIES, PAUSE_S = 45, 1.0  # a renewal takes a second, and where it cannot be stored as long as its job has time


@dataclass(frozen=True, kw_only=True)
class Claims:
    """The claims on one person's refresh token."""

    store: Store
    person: str
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    sleep: Callable[[float], object] = time.sleep
    tries: int = TRIES

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others out; raises StoreUnavailable where another holds on, or the store does not answer."""
        owner = uuid.uuid4().hex
        etag = self._taken(owner)
        try:
            yield
        finally:
            with suppress(WriteConflict, StoreUnavailable):  # then it ends by its age
                self._write({"owner": ""}, etag)

    def _taken(self, owner: str) -> str:
        for _ in range(self.tries):
            stored = self.store.get(claim_key(self.person))
            holder, since = _holder(stored)
            if stored and holder == owner:
                return stored.etag  # the answer to our write was lost, and the write was not
            if not holder or abs(self.clock() - since) >= CLAIM_LASTS:  # from the future: a clock was wrong
                with suppress(WriteConflict):
                    return self._write({"owner": owner}, stored.etag if stored else None)
            self.sleep(PAUSE_S)
        raise StoreUnavailable(f"Another run is renewing the token of {self.person}", "run it again in ten minutes")

    def _write(self, claim: dict[str, str], etag: str | None) -> str:
        data = json.dumps(claim | {"at": self.clock().isoformat()}).encode()
        return self.store.put(claim_key(self.person), data, replacing=etag)


def _holder(stored: Stored | None) -> tuple[str, datetime]:
    if stored is None:
        return "", datetime.min.replace(tzinfo=UTC)
    try:
        claim = parse_own(stored.data)
        return str(claim["owner"]), datetime.fromisoformat(claim["at"])
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableObject(
            "The claim on a refresh token is damaged", "delete refresh.json of the ledger"
        ) from cause
