"""Which access token is valid now, and how does its successor outlive us?

A refresh token works once. So one refresher at a time, and what it received is stored before it is used.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from oura_lake.errors import NotConnected, TokenRejected, WriteConflict

MARGIN = timedelta(minutes=5)  # a token this close to its end is renewed before it is used


@dataclass(frozen=True, kw_only=True)
class App:
    """The credentials under which an app is registered at the provider."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Token:
    """What a token endpoint gave: `token_url` is which one, empty scopes mean that it did not say."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False, default="")
    expires_at: datetime
    scopes: tuple[str, ...] = ()
    token_url: str = ""


@dataclass(frozen=True)
class StoredToken:
    """A token and the mark by which its store knows whether it changed since."""

    token: Token
    version: str


class TokenProvider(Protocol):
    """Whence the client has its access tokens."""

    def access_token(self) -> str:
        """A token that should be valid now."""
        ...

    def refresh(self, rejected: str) -> str:
        """Another token than the rejected one; raises TokenRejected."""
        ...


class TokenStore(Protocol):
    """Where one person's token lies."""

    def load(self) -> StoredToken | None:
        """The token as it is now; None before the first consent."""
        ...

    def save(self, token: Token, *, replacing: str | None) -> None:
        """Replace the token of that version (None: whatever is there); raises WriteConflict."""
        ...

    def exclusively(self) -> AbstractContextManager[None]:
        """Keep other refreshers of this person out."""
        ...


class FixedToken:
    """One token that nobody can renew, as in OURA_ACCESS_TOKEN."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        """The token."""
        return self._token

    def refresh(self, rejected: str) -> str:
        """Raises TokenRejected."""
        raise TokenRejected(
            "Oura does not accept the token of OURA_ACCESS_TOKEN: it is expired, revoked or mistyped; run "
            "`oura-lake connect`, or set another one."
        )


class RefreshingTokens:
    """Tokens that are renewed when they end or are rejected; threads may share it."""

    def __init__(
        self,
        store: TokenStore,
        renew: Callable[[Token], Token],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._renew = renew
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._unsaved: tuple[Token, str] | None = None

    def access_token(self) -> str:
        """The stored token, renewed if it is about to end."""
        with self._lock:
            if self._token is None or self._ends_soon(self._token):
                self._token = self._latest(rejected="")
            return self._token.access_token

    def refresh(self, rejected: str) -> str:
        """Another token than the rejected one: what another refresher stored, or a new one."""
        with self._lock:
            if self._token is None or self._token.access_token == rejected:
                self._token = self._latest(rejected)
            return self._token.access_token

    def _latest(self, rejected: str) -> Token:
        with self._store.exclusively():
            if self._unsaved:
                return self._saved(*self._unsaved)
            stored = self._store.load()
            if stored is None:
                raise NotConnected("Nobody is connected yet; run `oura-lake connect`.")
            if stored.token.access_token != rejected and not self._ends_soon(stored.token):
                return stored.token
            return self._renewed(stored)

    def _renewed(self, stored: StoredToken) -> Token:
        self._unsaved = self._renew(stored.token), stored.version
        return self._saved(*self._unsaved)

    def _saved(self, token: Token, version: str) -> Token:
        """The token once it is stored; a store that fails is tried again by whoever asks next, with the same token."""
        try:
            self._store.save(token, replacing=version)
        except WriteConflict:  # a consent came between: what it stored counts
            latest = self._store.load()
            token = latest.token if latest else token
        self._unsaved = None
        return token

    def _ends_soon(self, token: Token) -> bool:
        return token.expires_at - self._clock() < MARGIN


def token_json(token: Token) -> dict[str, Any]:
    """A token as it is stored."""
    return {
        "access_token": token.access_token,
        "refresh_token": token.refresh_token,
        "expires_at": token.expires_at.astimezone(UTC).isoformat(),
        "scopes": list(token.scopes),
        "token_url": token.token_url,
    }


def parse_token(entry: Any) -> Token | None:
    """A stored token; None for the placeholder that a new secret holds."""
    if not isinstance(entry, dict) or not entry.get("access_token"):
        return None
    moment = datetime.fromisoformat(entry["expires_at"])
    return Token(
        access_token=entry["access_token"],
        refresh_token=entry.get("refresh_token", ""),
        expires_at=moment.replace(tzinfo=moment.tzinfo or UTC),
        scopes=tuple(entry.get("scopes", ())),
        token_url=entry.get("token_url", ""),
    )
