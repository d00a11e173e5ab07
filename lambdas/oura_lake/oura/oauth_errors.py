"""Errors of a token endpoint: a token that is gone, an unknown app, or a temporary failure.

An error code of OAuth decides; without one the words do, and then the status: 401 is for an app that is not known.
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
    """A token endpoint said no, in these words, under these codes."""

    def __init__(self, sentence: str, words: str, codes: frozenset[str], status: int) -> None:
        super().__init__(sentence)
        self._words = words
        self._codes = codes
        self._status = status

    @property
    def is_of_the_token(self) -> bool:
        """Whether what was sent is used up, expired or taken back."""
        if self._codes & OF_THE_TOKEN:
            return True
        return not self._codes & OF_THE_APP and bool(CREDENTIAL.search(self._words) and ENDED.search(self._words))

    @property
    def is_of_the_app(self) -> bool:
        """Whether the app is what is not known."""
        return not self.is_of_the_token and (bool(self._codes & OF_THE_APP) or self._status == UNKNOWN_APP)

    @property
    def passes(self) -> bool:
        """Whether asking again later may help."""
        return bool(self._codes & PASSES)

    @classmethod
    def by_all(cls, said: Sequence["Refused"]) -> "Refused":
        """The no of several endpoints; what one says of the token counts, whatever another says of the app."""
        told = [refused for refused in said if not refused.is_of_the_app] or said
        codes = frozenset[str]().union(*(refused._codes for refused in told))
        return cls("; ".join(map(str, said)), " ".join(refused._words for refused in told), codes, told[-1]._status)


def refused_by(host: str, status: int, body: Any) -> Refused:
    """The no in an answer."""
    words = " ".join(text for _, text in _texts(body)).lower()
    codes = frozenset(text for name, text in _texts(body) if name in CODES)
    return Refused(f"{host} answered {status} {reason_in(body)}".rstrip(), words, codes, status)


def without_token(host: str) -> SourceRefused:
    """The error for an answer that is no refusal and holds no token."""
    return SourceRefused(f"{host} answered without a token", "check OURA_TOKEN_URL")


def is_refusal(status: int, body: Any) -> bool:
    """Whether an answer is a no to what was sent; any other error passes, as that of a wall before the endpoint."""
    return status in REFUSED or any(name in CODES and text in OF_THE_TOKEN for name, text in _texts(body))


def reason_in(body: Any) -> str:
    """The error code of an OAuth answer; its description is left out, it may repeat what was sent."""
    reasons = dict(reversed([*_texts(body)]))
    reason = next((reasons[name] for name in CODES if reasons.get(name)), "")
    return "".join(letter for letter in reason[:LONGEST_REASON] if letter.isprintable())


def _texts(body: Any, name: str = "", level: int = 0) -> Iterator[tuple[str, str]]:
    """Each text in an answer with the name it has there, also where errors lie in a list or in one another."""
    if isinstance(body, str):
        yield name, body
    elif isinstance(body, Mapping) and level < MOST_LEVELS:
        for key, value in body.items():
            yield from _texts(value, str(key), level + 1)
    elif isinstance(body, list) and level < MOST_LEVELS:
        for value in body:
            yield from _texts(value, name, level + 1)
