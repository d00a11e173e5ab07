"""Errors of a token endpoint: a token that has ended, an unknown app, or a temporary failure.

An error code of OAuth decides; without one the words do, and then the status: 401 is for an unknown app.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oura_lake.errors import SourceRefused

BAD_APP = "invalid_client"
OF_THE_APP = {BAD_APP, "unauthorized_client", "unsupported_grant_type", "invalid_scope"}
OF_THE_TOKEN = {"invalid_grant", "invalid_token", "expired_token", "access_denied"}
UNKNOWN_APP = 401
REFUSED = (400, UNKNOWN_APP)
PASSES = {"temporarily_unavailable", "server_error", "slow_down"}
CODES = ("error", "code", "title")
CREDENTIAL = re.compile(r"token|grant|code")
ENDED = re.compile(r"invalid|expired|revoked|used|not found|unknown|malformed|not valid|does not exist")
LONGEST_REASON = 60
MOST_LEVELS = 4


class Refused(Exception):
    """A token endpoint refused a request, with these words and codes."""

    def __init__(self, sentence: str, words: str, codes: frozenset[str], status: int) -> None:
        super().__init__(sentence)
        self._words = words
        self._codes = codes
        self._status = status

    @property
    def is_of_the_token(self) -> bool:
        """True where the code or token is used up, expired or revoked."""
        if self._codes & OF_THE_TOKEN:
            return True
        return not self._codes & OF_THE_APP and bool(CREDENTIAL.search(self._words) and ENDED.search(self._words))

    @property
    def is_of_the_app(self) -> bool:
        """True where the endpoint does not know the app."""
        return not self.is_of_the_token and (bool(self._codes & OF_THE_APP) or self._status == UNKNOWN_APP)

    @property
    def passes(self) -> bool:
        """True where a later request may succeed."""
        return bool(self._codes & PASSES)

    @classmethod
    def by_all(cls, refusals: Sequence["Refused"]) -> "Refused":
        """Refusal of several endpoints; one about the token decides, whatever another says about the app."""
        decisive = [refused for refused in refusals if not refused.is_of_the_app] or refusals
        codes = frozenset[str]().union(*(refused._codes for refused in decisive))
        return cls(
            "; ".join(map(str, refusals)), " ".join(refused._words for refused in decisive), codes, decisive[-1]._status
        )


def refused_by(host: str, status: int, body: Any) -> Refused:
    """Refusal in an answer."""
    words = " ".join(text for _, text in _texts(body)).lower()
    codes = frozenset(text for name, text in _texts(body) if name in CODES)
    return Refused(f"{host} answered {status} {reason_in(body)}".rstrip(), words, codes, status)


def without_token(host: str) -> SourceRefused:
    """Error for an answer that is neither a refusal nor a token."""
    return SourceRefused(f"{host} answered without a token", "check OURA_TOKEN_URL")


def is_refusal(status: int, body: Any) -> bool:
    """Return whether an answer refuses the code, token or app; any other error is temporary, as a firewall's is."""
    return status in REFUSED or any(name in CODES and text in OF_THE_TOKEN for name, text in _texts(body))


def reason_in(body: Any) -> str:
    """Error code of an OAuth answer, without its description, which may repeat a secret."""
    reasons = dict(reversed([*_texts(body)]))
    reason = next((reasons[name] for name in CODES if reasons.get(name)), "")
    return "".join(letter for letter in reason[:LONGEST_REASON] if letter.isprintable())


def _texts(body: Any, name: str = "", level: int = 0) -> Iterator[tuple[str, str]]:
    """Texts in an answer with their names there, also those of errors in a list or in one another."""
    if isinstance(body, str):
        yield name, body
    elif isinstance(body, Mapping) and level < MOST_LEVELS:
        for key, value in body.items():
            yield from _texts(value, str(key), level + 1)
    elif isinstance(body, list) and level < MOST_LEVELS:
        for value in body:
            yield from _texts(value, name, level + 1)
