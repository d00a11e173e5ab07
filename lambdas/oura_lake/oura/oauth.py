"""OAuth: consent and renewal.

OAuth 2 with a code and PKCE. Oura has two token endpoints, and an app belongs to one of them: the newer is tried
first, since a code sent to the wrong one is used up. A token remembers which one gave it, and so does the app.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from oura_lake.contract import Env
from oura_lake.errors import AppRefused, SourceRefused, SourceUnavailable, TokenRejected
from oura_lake.oura.connection_settings import address
from oura_lake.oura.oauth_errors import BAD_APP, REFUSED, Refused, is_refusal, reason_in, refused_by, without_token
from oura_lake.oura.outbound import TooLarge, client, fetch
from oura_lake.oura.responses import body_of
from oura_lake.oura.token_json import form_text, header_text, lifetime
from oura_lake.oura.tokens import App, RefreshingTokens, Token, TokenStore
from oura_lake.sources.oura import ENDPOINTS, TOKEN_URLS

AUTHORIZE_URL = "https://cloud.ouraring.com/oauth/authorize"  # redirects apps of the new portal to their own
SCOPES = (*dict.fromkeys(e.scope for e in ENDPOINTS), "email")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The code that the browser brought back, and the parts that its exchange needs."""

    code: str = field(repr=False)
    redirect_uri: str
    verifier: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    issuer: str = ""


@dataclass(frozen=True, kw_only=True)
class Authority:
    """The token endpoints for one registered app; `connect` is the command for a new consent."""

    app: App
    connect: str = "oura-lake connect"
    token_urls: tuple[str, ...] = TOKEN_URLS
    transport: httpx.BaseTransport | None = None
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def exchange(self, grant: Grant) -> Token:
        """First token for a code; raises TokenRejected when no endpoint takes it."""
        urls = self._endpoints_of(grant)
        form = {
            "grant_type": "authorization_code",
            "code": grant.code,
            "redirect_uri": grant.redirect_uri,
            "code_verifier": grant.verifier,
        }
        try:
            token = self._first(urls, form)
        except Refused as refused:
            raise TokenRejected(
                f"Oura did not take the code ({refused}), which works only once",
                f"check client id and secret and run `{self.connect}` again{self._other_endpoint(urls[0])}",
            ) from refused
        if not token.access_token:
            raise without_token(_host(token.token_url))
        return token if token.scopes else replace(token, scopes=grant.scopes)

    def renew(self, token: Token) -> Token:
        """Renew a token and return its successor; the refresh token is used up.

        Its access token is empty where the answer has only the next refresh token. Raises TokenRejected where Oura
        refuses the token, AppRefused where it refuses the app.
        """
        if not token.refresh_token:
            raise TokenRejected("The token has ended and Oura gave none to renew it with", f"run `{self.connect}`")
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh_token}
        try:
            fresh = self._first((token.token_url,) if token.token_url else self.token_urls, form)
        except Refused as refused:
            raise self._not_renewed(refused) from refused
        return replace(
            fresh, refresh_token=fresh.refresh_token or token.refresh_token, scopes=fresh.scopes or token.scopes
        )

    def _not_renewed(self, refused: Refused) -> TokenRejected | SourceUnavailable:
        problem = f"Oura did not renew the token ({refused})"
        if refused.is_of_the_token:
            return TokenRejected(problem, f"run `{self.connect}`")
        if refused.passes:
            return SourceUnavailable(problem, "run it again later")
        if not refused.is_of_the_app:
            return TokenRejected(
                f"{problem} and does not say why",
                f"run `{self.connect}`, and if that is refused too, put the secret that "
                f"the app {self.app.client_id} has at Oura now into OURA_CLIENT_SECRET",
            )
        return AppRefused(
            f"{problem}: it refuses the app {self.app.client_id}, not the person",
            f"put the secret that the app has at Oura now into OURA_CLIENT_SECRET and run `{self.connect}`",
        )

    def revoke(self, token: Token) -> None:
        """Revoke a permission, its refresh token first; a permission that was revoked before counts as done.

        Raises SourceUnavailable, and SourceRefused for an app that Oura does not know.
        """
        for url in (token.token_url,) if token.token_url else self.token_urls:
            for kind in ("refresh_token", "access_token"):
                if text := getattr(token, kind):
                    self._revoke(revoke_url(url), kind, text)

    def _revoke(self, url: str, kind: str, text: str) -> None:
        """Revoke one token: by a form at the newer endpoint, by a parameter (access token) or header at the older."""
        if url.endswith("oauth-revoke"):
            answer = self._send(url, data={"token": text, "token_type_hint": kind, **self._credentials()})
        elif kind == "access_token":
            answer = self._send(url, params={kind: text})
        else:
            answer = self._send(url, headers={"Authorization": f"Bearer {text}".encode()})
        reason, is_page = reason_in(body_of(answer)), answer.content.lstrip()[:1] == b"<"
        is_ended = answer.status_code == httpx.codes.UNAUTHORIZED and reason != BAD_APP
        if not is_page and (answer.is_success or is_ended):
            return
        status = f"{answer.status_code} {reason}".rstrip()
        problem = f"{_host(url)} did not take the permission back ({status})"
        if answer.status_code in REFUSED and not is_page:
            raise SourceRefused(problem, "remove the app in your Oura account")
        raise SourceUnavailable(problem, "run it again later")

    def _endpoints_of(self, grant: Grant) -> tuple[str, ...]:
        """Endpoints that a code may go to: the known one of the app, else that of the portal that gave the code."""
        if self.app.token_url:
            return (self.app.token_url,)
        return tuple(url for url in self.token_urls if _host(url) == _host(grant.issuer)) or self.token_urls

    def _other_endpoint(self, tried: str) -> str:
        """Advice for an app whose code was used up at an endpoint that is not the app's."""
        rest = [url for url in self.token_urls if url != tried]
        return f", and if that does not help with OURA_TOKEN_URL={rest[-1]}" if rest else ""

    def _first(self, urls: Iterable[str], form: Mapping[str, str]) -> Token:
        """Token of the first endpoint that gives one; raises Refused with the refusals of all."""
        refusals = []
        for url in urls:
            try:
                return self._post(url, form)
            except Refused as refused:
                refusals.append(refused)
        raise Refused.by_all(refusals)

    def _post(self, url: str, form: Mapping[str, str]) -> Token:
        """Send a form to one endpoint, once: a request whose answer got lost may have used up its code or token."""
        return self._token(url, self._send(url, data={**form, **self._credentials()}))

    def _credentials(self) -> dict[str, str]:
        return {"client_id": self.app.client_id, "client_secret": self.app.client_secret}

    def _send(self, url: str, **parts: Any) -> httpx.Response:
        try:
            with client(address(url, Env.TOKEN_URL, TOKEN_URLS[0]), transport=self.transport) as http:
                return fetch(http, "POST", url, **parts)
        except (httpx.TransportError, httpx.DecodingError, TooLarge) as error:
            raise SourceUnavailable(
                f"Could not reach {_host(url)}: {error or type(error).__name__}",
                "check the connection and run it again",
            ) from error

    def _token(self, url: str, response: httpx.Response) -> Token:
        """Token in an answer. No fault elsewhere in the answer may lose it, since its predecessor is used up."""
        body = body_of(response)
        if response.content.lstrip()[:1] == b"<":  # a login page or a firewall's: nothing was refused or used up
            raise SourceUnavailable(f"{_host(url)} answered with a web page, not a token", "run it again later")
        if not response.is_success and is_refusal(response.status_code, body):
            raise refused_by(_host(url), response.status_code, body)
        if not response.is_success:
            raise SourceUnavailable(f"{_host(url)} answered {response.status_code} for a token", "run it again later")
        token = _token_in(body, url, self.clock())
        if not token.access_token and not token.refresh_token:
            raise without_token(_host(url))
        return token


def authorize_url(app: App, redirect_uri: str, *, state: str, verifier: str, base_url: str = AUTHORIZE_URL) -> str:
    """Address at which the person consents; the redirect carries `state`."""
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    return f"{base_url}{'&' if urlsplit(base_url).query else '?'}{urlencode(query)}"


def challenge(verifier: str) -> str:
    """S256 challenge of a PKCE verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def revoke_url(token_url: str) -> str:
    """Endpoint that revokes a token, beside the one that gave it."""
    return f"{token_url.removesuffix('token')}revoke"


def bare_scopes(granted: Any) -> tuple[str, ...]:
    """Scopes as we request them, from text or a list: Oura grants `extapi:daily` for `daily`."""
    text = " ".join(map(str, granted)) if isinstance(granted, list) else str(granted)
    return tuple(scope.removeprefix("extapi:") for scope in text.replace(",", " ").split())


def tables_without(granted: Iterable[str]) -> dict[str, list[str]]:
    """Tables that stay empty, by the scope that was not granted."""
    missing = set(SCOPES) - set(granted)
    return {scope: [e.name for e in ENDPOINTS if e.scope == scope] for scope in SCOPES if scope in missing}


def refreshing_tokens(
    store: TokenStore, app: App, token_urls: tuple[str, ...] = TOKEN_URLS, connect: str = "oura-lake connect"
) -> RefreshingTokens:
    """Tokens of one person, renewed as that app."""
    return RefreshingTokens(store, Authority(app=app, token_urls=token_urls, connect=connect).renew)


def _token_in(body: Any, url: str, now: datetime) -> Token:
    """Token of a good answer. A part that cannot be sent later is empty."""
    rows = body if isinstance(body, list) else [body]
    entry: dict[str, Any] = next((row for row in rows if isinstance(row, dict)), {})
    access_token, refresh_token = (_as_text(entry.get(name)) for name in ("access_token", "refresh_token"))
    return Token(
        access_token=header_text(access_token),
        refresh_token=form_text(refresh_token),
        expires_at=now + lifetime(entry.get("expires_in")),
        scopes=bare_scopes(entry.get("scope") or ""),
        token_url=url,
    )


def _as_text(value: Any) -> str:
    return str(value) if type(value) in (str, int) else ""


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
