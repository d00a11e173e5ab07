"""The consent in the browser: an attempt, and its answer."""

import secrets
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from oura_lake.errors import SettingsWrong, SourceRefused
from oura_lake.lake.plain import plain
from oura_lake.oura.oauth import AUTHORIZE_URL, Grant, authorize_url, bare_scopes
from oura_lake.oura.tokens import App
from oura_lake.settings import bare


@dataclass(frozen=True, kw_only=True)
class Consent:
    """One attempt: the address for the browser, and the state that marks its answer."""

    url: str
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def ask_consent(app: App, redirect_uri: str, base_url: str = AUTHORIZE_URL) -> Consent:
    """Begin an attempt with a state and a verifier of its own."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    url = authorize_url(app, redirect_uri, state=state, verifier=verifier, base_url=base_url)
    return Consent(url=url, redirect_uri=redirect_uri, state=state, verifier=verifier)


def is_answer(consent: Consent, address: str) -> bool:
    """Check that the browser's address answers this attempt."""
    return secrets.compare_digest(_query(address).get("state", "").encode(), consent.state.encode())


def grant_in(consent: Consent, address: str) -> Grant:
    """Grant in the browser's address; raises SettingsWrong, or SourceRefused where Oura gave no access."""
    query = _query(address)
    if not is_answer(consent, address):
        raise SettingsWrong("That address does not answer this attempt", "run `oura-lake connect` again, use its link")
    if "code" not in query:
        raise SourceRefused(
            f"Oura gave no access ({plain(query.get('error', 'no code'))})",
            "run `oura-lake connect` again and allow it",
        )
    return Grant(
        code=query["code"],
        redirect_uri=consent.redirect_uri,
        verifier=consent.verifier,
        scopes=bare_scopes(query.get("scope", "")),
        issuer=query.get("iss", ""),
    )


def _query(address: str) -> dict[str, str]:
    """Parameters of an address; a copy from a page or a chat may span several lines."""
    text = unescape("".join(bare(address).split()))
    try:
        return dict(parse_qsl(urlsplit(text.encode(errors="replace").decode()).query))
    except ValueError:
        return {}
