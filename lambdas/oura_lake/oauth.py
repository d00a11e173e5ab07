"""How does a person let us read their ring, and how is that permission renewed?

OAuth 2 with a code and PKCE. Oura has two token endpoints, and an app belongs to one of them: the newer
is tried first, since a code sent to the wrong one is used up. A token remembers which one gave it.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from oura_lake.answers import body_of
from oura_lake.errors import SourceRefused, SourceUnavailable, TokenRejected
from oura_lake.settings import TOKEN_URLS
from oura_lake.sources.oura import ENDPOINTS
from oura_lake.tokens import App, RefreshingTokens, Token, TokenStore

AUTHORIZE_URL = "https://cloud.ouraring.com/oauth/authorize"  # redirects apps of the new portal to their own
SCOPES = (*dict.fromkeys(e.scope for e in ENDPOINTS), "email")
LIFETIME_S = 86_400  # where a reply has no expires_in; a shorter one shows as a 401 and is renewed
REFUSED = (400, 401)
TIMEOUT = httpx.Timeout(30.0, connect=10.0)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What came back from the browser and what belongs to it."""

    code: str = field(repr=False)
    redirect_uri: str
    verifier: str = field(repr=False)
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Authority:
    """The token endpoints, spoken to as one registered app."""

    app: App
    token_urls: tuple[str, ...] = TOKEN_URLS
    transport: httpx.BaseTransport | None = None
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def exchange(self, grant: Grant) -> Token:
        """The first token for a code; raises TokenRejected when no endpoint takes it."""
        form = {
            "grant_type": "authorization_code", "code": grant.code, "redirect_uri": grant.redirect_uri,
            "code_verifier": grant.verifier,
        }
        try:
            token = self._first(self.token_urls, form)
        except _Refused as refused:
            raise TokenRejected(
                f"Oura did not take the code ({refused}), which works only once; check client id and secret and run "
                f"`oura-lake connect` again{self._other_endpoint()}."
            ) from refused
        return token if token.scopes else replace(token, scopes=grant.scopes)

    def renew(self, token: Token) -> Token:
        """The successor of a token, whose refresh token is used up by this; raises TokenRejected."""
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh_token}
        try:
            fresh = self._first((token.token_url,) if token.token_url else self.token_urls, form)
        except _Refused as refused:
            raise TokenRejected(f"Oura did not renew the token ({refused}); run `oura-lake connect`.") from refused
        return replace(
            fresh, refresh_token=fresh.refresh_token or token.refresh_token, scopes=fresh.scopes or token.scopes
        )

    def _other_endpoint(self) -> str:
        """The advice for an app whose code was used up by an endpoint it does not belong to."""
        rest = self.token_urls[1:]
        return f", and if that does not help with OURA_TOKEN_URL={rest[-1]}" if rest else ""

    def _first(self, urls: Iterable[str], form: Mapping[str, str]) -> Token:
        """The token of the first endpoint that gives one; raises _Refused with what each of them said."""
        said = []
        for url in urls:
            try:
                return self._post(url, form)
            except _Refused as refused:
                said.append(str(refused))
        raise _Refused("; ".join(said))

    def _post(self, url: str, form: Mapping[str, str]) -> Token:
        """Ask one endpoint, once: an answer that got lost may have used up what was sent."""
        credentials = {"client_id": self.app.client_id, "client_secret": self.app.client_secret}
        try:
            with httpx.Client(timeout=TIMEOUT, transport=self.transport) as client:
                response = client.post(url, data={**form, **credentials})
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise SourceUnavailable(
                f"Could not reach {_host(url)}: {error or type(error).__name__}; check the connection and run it again."
            ) from error
        return self._token(url, response)

    def _token(self, url: str, response: httpx.Response) -> Token:
        body = body_of(response)
        if response.status_code in REFUSED:
            raise _Refused(f"{_host(url)} answered {response.status_code} {_reason(body)}".rstrip())
        if not response.is_success:
            raise SourceUnavailable(f"{_host(url)} answered {response.status_code} for a token; run it again later.")
        if not isinstance(body, dict) or not body.get("access_token"):
            raise SourceRefused(f"{_host(url)} answered without a token; check OURA_TOKEN_URL.")
        return Token(
            access_token=body["access_token"],
            refresh_token=body.get("refresh_token") or "",
            expires_at=self.clock() + timedelta(seconds=float(body.get("expires_in") or LIFETIME_S)),
            scopes=bare_scopes(body.get("scope") or ""),
            token_url=url,
        )


class _Refused(Exception):
    """A token endpoint said no."""


def authorize_url(
    app: App, redirect_uri: str, *, state: str, verifier: str, base_url: str = AUTHORIZE_URL
) -> str:
    """Where the person says yes; what comes back carries `state`."""
    query = {
        "response_type": "code", "client_id": app.client_id, "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES), "state": state, "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    return f"{base_url}{'&' if urlsplit(base_url).query else '?'}{urlencode(query)}"


def challenge(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def bare_scopes(text: str) -> tuple[str, ...]:
    """Scopes as we ask for them: Oura grants `extapi:daily` for `daily`."""
    return tuple(scope.removeprefix("extapi:") for scope in text.replace(",", " ").split())


def tables_without(granted: Iterable[str]) -> dict[str, list[str]]:
    """Per scope that was not granted, the tables that stay empty."""
    missing = set(SCOPES) - set(granted)
    return {
        scope: [e.name for e in ENDPOINTS if e.scope == scope] for scope in SCOPES if scope in missing
    }


def refreshing_tokens(store: TokenStore, app: App, token_urls: tuple[str, ...] = TOKEN_URLS) -> RefreshingTokens:
    """The tokens of one person, renewed as that app."""
    return RefreshingTokens(store, Authority(app=app, token_urls=token_urls).renew)


def _reason(body: Any) -> str:
    """The error code of an OAuth answer; its description is left out, it may repeat what was sent."""
    return str(body.get("error") or body.get("title") or "")[:60] if isinstance(body, Mapping) else ""


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
