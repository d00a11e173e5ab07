"""Oura's OAuth2: codes and refresh tokens that are valid once, and two token URLs.

`portal` is the place of the app's registration. With "new", the documented URL refuses the app, and a code that was
sent there is lost, as reported from the real one.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from oura_lake.simulator.reply import Reply, json_reply
from oura_lake.simulator.request import Request
from oura_lake.simulator.routes import SCOPES

OLD_TOKEN, NEW_TOKEN = "/oauth/token", "/oauth/v2/ext/oauth-token"
AUTHORIZE = ("/oauth/authorize", "/oauth/v2/ext/oauth-authorize")
REVOKE = ("/oauth/revoke", "/oauth/v2/ext/oauth-revoke")
CODE_LIFETIME_S = 600.0
PREFIX = "extapi:"


@dataclass(frozen=True, kw_only=True)
class App:
    """The registered application and how its user consents."""

    client_id: str = "simulated-client"
    client_secret: str = "simulated-secret"
    redirect_uris: tuple[str, ...] = ()
    portal: str = "both"
    granted: tuple[str, ...] = SCOPES
    is_denied: bool = False
    expires_in: int = 86_400


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The permission behind a token or a code."""

    scopes: tuple[str, ...]
    expires_at: float = float("inf")
    redirect_uri: str = ""
    challenge: str = ""


@dataclass(kw_only=True)
class Tokens:
    """All valid tokens and codes, each with its permission."""

    access: dict[str, Grant] = field(default_factory=dict)
    refresh: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)


class OAuth:
    """The identity provider."""

    def __init__(self, app: App, clock: Callable[[], float] = time.time) -> None:
        self.app, self.tokens = app, Tokens()
        self._clock = clock
        self._lock = threading.Lock()

    def issue(self, scopes: tuple[str, ...]) -> dict[str, str | int]:
        """Issue new tokens in the form of the token endpoint."""
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.tokens.access[access] = Grant(scopes=scopes, expires_at=self._clock() + self.app.expires_in)
        self.tokens.refresh[refresh] = Grant(scopes=scopes)
        return {
            "token_type": "bearer",
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": self.app.expires_in,
            "scope": " ".join(PREFIX + s for s in scopes),
        }

    def accept(self, token: str, scopes: tuple[str, ...]) -> None:
        """Accept a fixed access token; it never expires."""
        self.tokens.access[token] = Grant(scopes=scopes)

    def expire(self) -> None:
        """Let every issued access token expire now."""
        with self._lock:
            self.tokens.access = {
                t: Grant(scopes=g.scopes, expires_at=self._clock() - 1) for t, g in self.tokens.access.items()
            }

    def refused(self, token: str) -> Reply | None:
        """Reply 401 for an unknown or expired token; None for a good one."""
        grant = self.tokens.access.get(token)
        if grant is None:
            return _problem("Invalid Access token", "The access token is not valid.")
        if grant.expires_at <= self._clock():
            return _problem("Expired Token", "The access token expired.")
        return None

    def scopes(self, token: str) -> tuple[str, ...]:
        """Scopes of a good token."""
        return self.tokens.access[token].scopes

    def answer(self, request: Request) -> Reply | None:
        """Reply to a request under /oauth; None for any other."""
        if request.path in AUTHORIZE:
            return self._authorize(request)
        if request.path in (OLD_TOKEN, NEW_TOKEN) and request.method == "POST":
            with self._lock:
                return self._token(request)
        if request.path in REVOKE:
            return self._revoke(request)
        return None

    def _authorize(self, request: Request) -> Reply:
        """Reply of the consent page: the user agrees at once, and the redirect carries a code."""
        params, app = request.params, self.app
        target = params.get("redirect_uri", "")
        if params.get("client_id") != app.client_id:
            return _error("invalid_client", "Invalid Client ID")
        if not urlsplit(target).scheme or (app.redirect_uris and target not in app.redirect_uris):
            return _error("invalid_request", "Redirect URI Not Found")
        answer = {"error": "access_denied"} if app.is_denied else self._code(request, target)
        if "state" in params:
            answer["state"] = params["state"]
        joint = "&" if urlsplit(target).query else "?"
        return Reply(status=302, body=b"", headers={"Location": target + joint + urlencode(answer)})

    def _code(self, request: Request, target: str) -> dict[str, str]:
        requested = [s.removeprefix(PREFIX) for s in request.params.get("scope", "").split()]
        scopes = tuple(s for s in requested if s in SCOPES and s in self.app.granted)
        code = secrets.token_urlsafe(16)
        self.tokens.codes[code] = Grant(
            scopes=scopes,
            expires_at=self._clock() + CODE_LIFETIME_S,
            redirect_uri=target,
            challenge=request.params.get("code_challenge", ""),
        )
        return {"code": code, "scope": " ".join(PREFIX + s for s in scopes)}

    def _token(self, request: Request) -> Reply:
        kind, is_old = request.form.get("grant_type", ""), request.path == OLD_TOKEN
        if self.app.portal == ("new" if is_old else "old"):
            self.tokens.codes.pop(request.form.get("code", ""), None)  # burned on the wrong endpoint
            return _error("invalid_request", "", 401 if kind == "authorization_code" else 400)
        if request.client != (self.app.client_id, self.app.client_secret):
            return _error("invalid_client", "Invalid Client ID")
        if kind == "authorization_code":
            return self._exchange(request)
        if kind == "refresh_token":
            return self._refresh(request)
        return _error("unsupported_grant_type", "Invalid Grant Type")

    def _exchange(self, request: Request) -> Reply:
        form = request.form
        grant = self.tokens.codes.pop(form.get("code", ""), None)
        if grant is None or grant.expires_at <= self._clock():
            return _error("invalid_grant", "Code expired or already used")
        if form.get("redirect_uri") != grant.redirect_uri:
            return _error("invalid_grant", "Redirect URI Does Not Match")
        if grant.challenge and grant.challenge != _challenge(form.get("code_verifier", "")):
            return _error("invalid_grant", "Code verifier does not match")
        return json_reply(self.issue(grant.scopes))

    def _refresh(self, request: Request) -> Reply:
        grant = self.tokens.refresh.pop(request.form.get("refresh_token", ""), None)
        if grant is None:
            return _error("invalid_grant", "Refresh token already used")
        return json_reply(self.issue(grant.scopes))

    def _revoke(self, request: Request) -> Reply:
        """Revoke the named token only.

        The old form has the access token as a parameter or the refresh token as bearer. The new form has either in the
        body and requires the app's credentials, by RFC 7009.
        """
        if request.path == REVOKE[1] and request.client != (self.app.client_id, self.app.client_secret):
            return _error("invalid_client", "Invalid Client ID", 401)
        named = request.params.get("access_token") or request.form.get("token") or request.bearer
        known = [grants.pop(named, None) for grants in (self.tokens.access, self.tokens.refresh)]
        is_old_form = request.path == REVOKE[0]
        return _problem("Invalid Token", "Already revoked.") if is_old_form and not any(known) else json_reply({})


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _problem(title: str, text: str) -> Reply:
    return json_reply({"status": 401, "title": title, "detail": text}, 401)


def _error(code: str, text: str, status: int = 400) -> Reply:
    return json_reply({"error": code} | ({"error_description": text} if text else {}), status)
