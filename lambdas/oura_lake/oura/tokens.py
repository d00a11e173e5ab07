"""The valid access token, and a successor that survives a crash.

A refresh token works once. So one refresher at a time, and what it received is stored before it is used
(docs/explanation/tokens.md: the steps, and what a crash between any two of them does).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Protocol

from oura_lake.errors import (
    AppRefused,
    ChainBroken,
    NotConnected,
    SourceUnavailable,
    StoreUnavailable,
    TokenRejected,
    WriteConflict,
)

MARGIN = timedelta(minutes=5)  # a token this close to its end is renewed before it is used
YOUNG = timedelta(minutes=10)  # between two renewals: Secrets Manager keeps 100 versions, and each of the last day
WITHOUT_ACCESS = ("Oura renewed the token without an access token", "run it again in ten minutes")
SAVE_PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0)  # a renewed token that cannot be stored is lost with this process


@dataclass(frozen=True, kw_only=True)
class App:
    """The credentials under which an app is registered at the provider; `token_url` is the endpoint known to be its."""

    client_id: str
    client_secret: str = field(repr=False)
    token_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token of the endpoint `token_url`; empty scopes mean that the endpoint did not list them.

    `renewed_at` is the time at which it replaced another; None for the first token of a consent.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False, default="")
    expires_at: datetime
    scopes: tuple[str, ...] = ()
    token_url: str = ""
    renewed_at: datetime | None = None


@dataclass(frozen=True)
class StoredToken:
    """A token and its version, by which the store notices a later change."""

    token: Token
    version: str


class TokenProvider(Protocol):
    """The source of the client's access tokens."""

    def access_token(self) -> str:
        """Token that should be valid now."""
        ...

    def refresh(self, rejected: str) -> str:
        """Another token than the rejected one; raises TokenRejected."""
        ...


class TokenStore(Protocol):
    """The store of one person's token."""

    def load(self) -> StoredToken | None:
        """Load the present token; None before the first consent."""
        ...

    def save(self, token: Token, *, replacing: str | None) -> str:
        """Replace the token of that version (None: of any version); returns the new version. Raises WriteConflict."""
        ...

    def exclusively(self) -> AbstractContextManager[None]:
        """Keep other refreshers of this person out."""
        ...


class FixedToken:
    """One token that nobody can renew, as in OURA_ACCESS_TOKEN."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        """Return the token."""
        return self._token

    def refresh(self, rejected: str) -> str:
        """Raise TokenRejected, since nobody can renew the token."""
        raise TokenRejected(
            "Oura does not accept the token of OURA_ACCESS_TOKEN: it is expired, revoked or mistyped",
            "run `oura-lake connect`, or set another one",
        )


class RefreshingTokens:
    """Tokens that are renewed when they end or are rejected; threads may share it.

    Use one instance as long as the process lives: a renewed token that could not be stored exists nowhere else.
    """

    def __init__(
        self,
        store: TokenStore,
        renew: Callable[[Token], Token],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._store = store
        self._renew = renew
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._current: StoredToken | None = None
        self._unsaved: tuple[Token, str] | None = None
        self._saves_until: datetime | None = None

    def begin(self, seconds: float) -> str:
        """Begin a job of at most so many seconds; returns the version of the stored token. Raises NotConnected.

        A token that an earlier job could not store is stored first. The present token is loaded again, since a consent
        may have replaced it.
        """
        with self._lock:
            self._saves_until = self._clock() + timedelta(seconds=seconds)
            self._current = self._latest(rejected="") if self._unsaved else self._stored()
            return self._current.version

    def access_token(self) -> str:
        """Return the stored token, renewed if it is about to end."""
        with self._lock:
            if self._current is None or not self._serves(self._current.token, rejected=""):
                self._current = self._latest(rejected="")
            return self._current.token.access_token

    def refresh(self, rejected: str) -> str:
        """Another token than the rejected one: one that another refresher stored, or a new one."""
        with self._lock:
            if self._current is None or self._current.token.access_token in ("", rejected):
                self._current = self._latest(rejected)
            return self._current.token.access_token

    def _latest(self, rejected: str) -> StoredToken:
        if self._unsaved and self._saves_until and self._clock() > self._saves_until:
            raise StoreUnavailable("A renewed token could not be stored in the time of this job", "the next one tries")
        stored = self._stored()
        if not self._unsaved and self._serves(stored.token, rejected):
            return stored
        with self._store.exclusively():
            stored = self._stored()  # again: another refresher may just have stored one
            if self._unsaved and self._unsaved[1] == stored.version:
                return self._saved(*self._unsaved)
            self._unsaved = None  # its predecessor was replaced: by a consent, or by it, though the write failed
            return stored if self._serves(stored.token, rejected) else self._renewed(stored)

    def _stored(self) -> StoredToken:
        stored = self._store.load()
        if stored is None:
            raise NotConnected("Nobody is connected yet", "run `oura-lake connect`")
        return stored

    def _serves(self, token: Token, rejected: str) -> bool:
        """Return whether a token is usable; raises SourceUnavailable for one rejected minutes after its renewal.

        A token that was renewed minutes ago is not renewed again: neither at its end, since a wrong clock would show
        every end as past, nor after a rejection, since each request would cost a version of the secret while Oura
        rejects everybody.
        """
        remaining = token.expires_at - self._clock()
        if token.access_token not in ("", rejected):
            return remaining >= MARGIN or self._is_young(token)
        if self._is_young(token) and remaining > timedelta():
            if not token.access_token:
                raise SourceUnavailable(*WITHOUT_ACCESS)
            raise SourceUnavailable("Oura rejects the token that it gave a few minutes ago", "run it again later")
        return False

    def _is_young(self, token: Token) -> bool:
        return token.renewed_at is not None and timedelta() <= self._clock() - token.renewed_at < YOUNG

    def _renewed(self, stored: StoredToken) -> StoredToken:
        try:
            fresh = self._renew(stored.token)
        except NotConnected:  # there is no app to renew it as
            raise
        except AppRefused as refused:
            raise AppRefused(refused.problem, refused.advice, version=stored.version) from refused
        except TokenRejected as refused:
            latest = self._store.load()
            if latest and latest.version != stored.version:  # the process that used it up has stored its successor
                return latest
            raise ChainBroken(refused.problem, refused.advice, version=stored.version) from refused
        self._unsaved = replace(fresh, renewed_at=self._clock()), stored.version
        return self._saved(*self._unsaved)

    def _saved(self, token: Token, version: str) -> StoredToken:
        """Store a renewed token; where the store goes on failing, the next request tries with the same token."""
        pauses = self._pauses()
        while True:
            try:
                saved = StoredToken(token, self._store.save(token, replacing=version))
                break
            except WriteConflict:  # a consent came between: its token counts
                saved = self._store.load() or StoredToken(token, version)
                break
            except StoreUnavailable:
                if (pause := next(pauses, None)) is None:
                    raise
                self._sleep(pause)
        self._unsaved = None
        if not saved.token.access_token:  # raised after the refresh token, which came alone, is stored
            raise SourceUnavailable(*WITHOUT_ACCESS)
        return saved

    def _pauses(self) -> Iterator[float]:
        """Pauses between the tries to store: as many as fit into the job, half a minute of them outside of a job."""
        ends = self._saves_until
        for pause in SAVE_PAUSES_S if ends is None else chain(SAVE_PAUSES_S, repeat(SAVE_PAUSES_S[-1])):
            if ends is not None and self._clock() + timedelta(seconds=pause) > ends:
                return
            yield pause
