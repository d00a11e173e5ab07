"""How is a token written down? The same in a secret and in a file."""

from datetime import UTC, datetime
from typing import Any

from oura_lake.tokens import Token


def token_json(token: Token) -> dict[str, Any]:
    """A token as it is stored."""
    return {
        "access_token": token.access_token,
        "refresh_token": token.refresh_token,
        "expires_at": token.expires_at.astimezone(UTC).isoformat(),
        "scopes": list(token.scopes),
        "token_url": token.token_url,
        "renewed_at": token.renewed_at.astimezone(UTC).isoformat() if token.renewed_at else None,
    }


def parse_token(entry: Any) -> Token | None:
    """A stored token; None for the placeholder that a new secret holds."""
    if not isinstance(entry, dict) or not entry.get("access_token"):
        return None
    renewed_at = entry.get("renewed_at")
    return Token(
        access_token=entry["access_token"],
        refresh_token=entry.get("refresh_token", ""),
        expires_at=_moment(entry["expires_at"]),
        scopes=tuple(entry.get("scopes", ())),
        token_url=entry.get("token_url", ""),
        renewed_at=_moment(renewed_at) if renewed_at else None,
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or UTC)
