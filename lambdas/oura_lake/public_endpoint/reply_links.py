"""Signed reply links: the owner of a link may label one episode.

A link has a token: person, episode, answer and the moment of its end, in a sealed box of libsodium
(XChaCha20-Poly1305). Its key follows from the app's client secret, so there is no other key to store. All tokens have
one length and reveal nothing: chat programs look at addresses, and logs store them. This module calls neither AWS nor
the clock.
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
TEXT_BYTES = 80  # with nonce and tag 160 characters without a spare bit, so a token has one spelling
TOKEN = re.compile(r"[A-Za-z0-9_-]{160}")
USE = b"oura-lake reply links, version 2"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Answer whether an episode of a person was an illness; `until` is the end of its link, UTC."""

    person: str
    episode: str
    is_ill: bool
    until: datetime

    @property
    def first_alert_day(self) -> date:
        """First alert day, which the name of the episode contains."""
        return date.fromisoformat(self.episode[-len("2026-03-01") :])


def links(door: str, person: str, episode: str, client_secret: str, now: datetime) -> dict[str, str]:
    """Make the links of an episode at a public endpoint, for the event; `now` is aware, UTC."""
    until = (now + LASTS).replace(microsecond=0)
    made = {
        name: Answer(person=person, episode=episode, is_ill=is_ill, until=until)
        for name, is_ill in (("ill", True), ("not_ill", False))
    }
    return {n: f"{door}?{QUERY}={token_of(a, client_secret)}" for n, a in made.items()} | {"until": until.isoformat()}


def token_of(answer: Answer, client_secret: str) -> str:
    """Make the token of an answer; only the secret can read it."""
    ends = int(answer.until.timestamp()).to_bytes(4)
    text = bytes([answer.is_ill]) + ends + f"{answer.person}/{answer.episode}".encode()
    return urlsafe_b64encode(_box(client_secret).encrypt(text.ljust(TEXT_BYTES, b"\0"))).decode()


def answer_in(token: str, client_secret: str, now: datetime) -> Answer | None:
    """Read the answer in a token; None for one that this secret did not make, or that has ended."""
    text = _opened(token, client_secret) or old_reply_links.opened(token, client_secret)
    if text is None:
        return None
    person, _, episode = text[5:].rstrip(b"\0").decode().partition("/")
    until = datetime.fromtimestamp(int.from_bytes(text[1:5]), UTC)
    return Answer(person=person, episode=episode, is_ill=bool(text[0]), until=until) if now < until else None


def _opened(token: str, client_secret: str) -> bytes | None:
    """Bytes in a token; None for one that this secret did not make."""
    if not TOKEN.fullmatch(token):
        return None
    from nacl.exceptions import CryptoError

    try:
        return bytes(_box(client_secret).decrypt(urlsafe_b64decode(token)))
    except CryptoError:
        return None


def _box(client_secret: str) -> "Aead":
    from nacl.secret import Aead  # takes 20 ms, which a call of Oura does not need

    return Aead(hmac.digest(client_secret.encode(), USE, "sha256"))
