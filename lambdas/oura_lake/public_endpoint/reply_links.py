"""Signed reply links: whoever holds one may label one episode.

A link holds a token: person, episode, answer and the moment at which it ends, hidden and sealed by two keys that follow
from the app's client secret, so that there is nothing more to store. All tokens are of one length and nothing can be
read off them: chat programs look at addresses, and logs keep them. Nothing here asks AWS or the clock.

Sealed is HMAC-SHA256 over the whole, which is also where the hiding begins (as in RFC 5297, with what the standard
library has): whoever changes a byte changes what is read, and then the seal is another one.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LASTS = timedelta(days=14)
QUERY = "reply"
SEAL_BYTES, SAID_BYTES = 16, 80  # 128 characters: no bit of a token is left over, so it has one way to be written
TOKEN = re.compile(r"[A-Za-z0-9_-]{128}")
SEALS, HIDES = b"oura-lake reply links, version 1: seal", b"oura-lake reply links, version 1: hide"


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
    """The token that says this, and nothing to whoever lacks the secret."""
    ends = int(answer.until.timestamp()).to_bytes(4)
    said = bytes([answer.is_ill]) + ends + f"{answer.person}/{answer.episode}".encode()
    said = said.ljust(SAID_BYTES, b"\0")
    seal = _seal(said, client_secret)
    return urlsafe_b64encode(seal + _hidden(said, seal, client_secret)).decode()


def answer_in(token: str, client_secret: str, now: datetime) -> Answer | None:
    """What a token says; None for one that this secret did not make, or that has ended."""
    if not TOKEN.fullmatch(token):
        return None
    sealed = urlsafe_b64decode(token)
    seal, hidden = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
    said = _hidden(hidden, seal, client_secret)
    if not hmac.compare_digest(seal, _seal(said, client_secret)):
        return None
    person, _, episode = said[5:].rstrip(b"\0").decode().partition("/")
    until = datetime.fromtimestamp(int.from_bytes(said[1:5]), UTC)
    return Answer(person=person, episode=episode, is_ill=bool(said[0]), until=until) if now < until else None


def _seal(said: bytes, client_secret: str) -> bytes:
    return hmac.digest(_key(client_secret, SEALS), said, "sha256")[:SEAL_BYTES]


def _hidden(text: bytes, seal: bytes, client_secret: str) -> bytes:
    """The text under a pad that belongs to the seal; the same once more gives the text back."""
    pad = hashlib.shake_256(_key(client_secret, HIDES) + seal).digest(len(text))
    return bytes(a ^ b for a, b in zip(text, pad, strict=True))


def _key(client_secret: str, use: bytes) -> bytes:
    return hmac.digest(client_secret.encode(), use, "sha256")
