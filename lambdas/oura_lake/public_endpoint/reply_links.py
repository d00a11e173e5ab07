"""Signed reply links: whoever holds one may label one episode.

A link holds a token: person, episode, answer and the moment at which it ends, in a sealed box of libsodium
(XChaCha20-Poly1305), whose key follows from the app's client secret, so that there is nothing more to store. All tokens
are of one length and nothing can be read off them: chat programs look at addresses, and logs keep them. Nothing here
asks AWS or the clock.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from oura_lake.public_endpoint import old_reply_links

if TYPE_CHECKING:
    from nacl.secret import Aead

LASTS = timedelta(days=14)
QUERY = "reply"
SAID_BYTES = 80  # with nonce and tag 160 characters: no bit of a token is left over, so it has one way to be written
TOKEN = re.compile(r"[A-Za-z0-9_-]{160}")
USE = b"oura-lake reply links, version 2"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """That an episode of a person was an illness or was none; `until` is when the link that says so ends, UTC."""

    person: str
    episode: str
    is_ill: bool
    until: datetime

    @property
    def first_alert_day(self) -> date:
        """The day that the episode is named after."""
        return date.fromisoformat(self.episode[-len("2026-03-01") :])


def links(door: str, person: str, episode: str, client_secret: str, now: datetime) -> dict[str, str]:
    """The links of an episode, as the event says them, at a public door; `now` is aware, UTC."""
    until = (now + LASTS).replace(microsecond=0)
    made = {
        name: Answer(person=person, episode=episode, is_ill=is_ill, until=until)
        for name, is_ill in (("ill", True), ("not_ill", False))
    }
    return {n: f"{door}?{QUERY}={token_of(a, client_secret)}" for n, a in made.items()} | {"until": until.isoformat()}


def token_of(answer: Answer, client_secret: str) -> str:
    """A token that says this, and nothing to whoever lacks the secret."""
    ends = int(answer.until.timestamp()).to_bytes(4)
    said = bytes([answer.is_ill]) + ends + f"{answer.person}/{answer.episode}".encode()
    return urlsafe_b64encode(_box(client_secret).encrypt(said.ljust(SAID_BYTES, b"\0"))).decode()


def answer_in(token: str, client_secret: str, now: datetime) -> Answer | None:
    """What a token says; None for one that this secret did not make, or that has ended."""
    said = _opened(token, client_secret) or old_reply_links.opened(token, client_secret)
    if said is None:
        return None
    person, _, episode = said[5:].rstrip(b"\0").decode().partition("/")
    until = datetime.fromtimestamp(int.from_bytes(said[1:5]), UTC)
    return Answer(person=person, episode=episode, is_ill=bool(said[0]), until=until) if now < until else None


def _opened(token: str, client_secret: str) -> bytes | None:
    """The bytes in a token; None for one that this secret did not make."""
    if not TOKEN.fullmatch(token):
        return None
    from nacl.exceptions import CryptoError

    try:
        return bytes(_box(client_secret).decrypt(urlsafe_b64decode(token)))
    except CryptoError:
        return None


def _box(client_secret: str) -> "Aead":
    from nacl.secret import Aead  # takes 20 ms that a call of Oura's need not wait

    return Aead(hmac.digest(client_secret.encode(), USE, "sha256"))
