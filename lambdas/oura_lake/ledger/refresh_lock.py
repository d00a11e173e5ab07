"""Refresh lock: one process at a time renews a person's token, since a refresh token works once.

The claim is an object of the ledger: a run takes it by compare-and-swap before it calls the provider, and releases it
after it stored the successor. A crash leaves a claim unreleased: it expires.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from oura_lake.errors import StoreError, StoreUnavailable, WriteConflict
from oura_lake.lake.keys import claim_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import Moment, record, update

CLAIM_LASTS = timedelta(minutes=10)  # twice a function's time limit
TRIES, PAUSE_S = 45, 1.0  # a renewal takes a second; if its result cannot be stored, as long as its job has time


class Claim(Struct, frozen=True, kw_only=True):
    """Owner of the renewal, empty without one, and since when."""

    owner: str
    at: Moment


CLAIM = record(Claim, name="claim on a refresh token", advice="delete it", style={})


@dataclass(frozen=True, kw_only=True)
class Claims:
    """The claims on one person's refresh token; `sleep` waits so many seconds while another process owns it."""

    store: Store
    person: str
    sleep: Callable[[float], object]
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    tries: int = TRIES

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Exclude other renewals; raises StoreUnavailable if another does not end, or the store does not answer."""
        owner = uuid.uuid4().hex
        self._take(owner)
        try:
            yield
        finally:
            with suppress(StoreError):  # then the claim expires
                self._update(lambda claim: self._claim("") if claim and claim.owner == owner else claim)

    def _take(self, owner: str) -> None:
        for _ in range(self.tries):
            with suppress(WriteConflict):  # other writers were first each time
                if self._update(lambda claim: self._claim(owner) if self._is_free(claim) else claim):
                    return
            self.sleep(PAUSE_S)
        raise StoreUnavailable(f"Another run is renewing the token of {self.person}", "run it again in ten minutes")

    def _is_free(self, claim: Claim | None) -> bool:
        """Whether nobody owns the claim, or it has expired; a moment in the future comes from a wrong clock."""
        return claim is None or not claim.owner or abs(self.clock() - claim.at) >= CLAIM_LASTS

    def _claim(self, owner: str) -> Claim:
        return Claim(owner=owner, at=self.clock())

    def _update(self, change: Callable[[Claim | None], Claim | None]) -> bool:
        return update(self.store, claim_key(self.person), CLAIM, change)
