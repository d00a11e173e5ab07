"""What does a token endpoint mean by its no: that the token is gone, that it does not know the app, or not now?"""

from collections.abc import Mapping, Sequence
from typing import Any

BAD_APP = "invalid_client"
SPENT = ("invalid_grant", "already used", "revoked", "expired token", "invalid token")  # the newer portal, the older
PASSES = ("temporarily_unavailable", "server_error", "slow_down")


class Refused(Exception):
    """A token endpoint said no, in these words."""

    def __init__(self, sentence: str, words: str) -> None:
        super().__init__(sentence)
        self._words = words

    @property
    def is_of_the_token(self) -> bool:
        """Whether what was sent is used up, expired or taken back; else it is the app, or nothing at all."""
        return any(word in self._words for word in SPENT)

    @property
    def passes(self) -> bool:
        """Whether asking again later may help."""
        return any(word in self._words for word in PASSES)

    @classmethod
    def by_all(cls, said: Sequence["Refused"]) -> "Refused":
        """The no of several endpoints."""
        return cls("; ".join(map(str, said)), " ".join(refused._words for refused in said))


def refused_by(host: str, status: int, body: Any) -> Refused:
    """The no in an answer."""
    return Refused(f"{host} answered {status} {reason_in(body)}".rstrip(), _words(body))


def reason_in(body: Any) -> str:
    """The error code of an OAuth answer; its description is left out, it may repeat what was sent."""
    return str(body.get("error") or body.get("title") or "")[:60] if isinstance(body, Mapping) else ""


def _words(body: Any) -> str:
    """All that a refusal says, to be looked through and never shown; nothing where the app is what is not known."""
    if not isinstance(body, Mapping) or body.get("error") == BAD_APP:
        return ""
    return " ".join(str(body.get(part) or "") for part in ("error", "error_description", "title", "detail")).lower()
