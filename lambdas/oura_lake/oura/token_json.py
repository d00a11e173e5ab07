"""A token as JSON, in the same form in a secret and in a file.

The refresh token is read whatever else in the JSON is damaged: it brings all other parts again.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from oura_lake.oura.tokens import Token

ENDED = datetime(1970, 1, 1, tzinfo=UTC)  # of a token whose end cannot be read: it is renewed before it is used
LIFETIME_S = 86_400  # where a reply has no expires_in; a shorter one shows as a 401 and is renewed
LONGEST_LIFETIME_S = 366 * 86_400


def token_json(token: Token) -> dict[str, Any]:
    """JSON of a token."""
    return {
        "access_token": token.access_token,
        "refresh_token": token.refresh_token,
        "expires_at": token.expires_at.astimezone(UTC).isoformat(),
        "scopes": list(token.scopes),
        "token_url": token.token_url,
        "renewed_at": token.renewed_at.astimezone(UTC).isoformat() if token.renewed_at else None,
    }


def parse_token(entry: Any) -> Token | None:
    """Parse a stored token; None for the placeholder of a new secret.

    A token without an access token is valid too: its refresh token brings the next one.
    """
    if not isinstance(entry, dict) or not (entry.get("access_token") or entry.get("refresh_token")):
        return None
    scopes = entry.get("scopes")
    return Token(
        access_token=header_text(entry.get("access_token")),
        refresh_token=form_text(entry.get("refresh_token")),
        expires_at=_moment(entry.get("expires_at")) or ENDED,
        scopes=tuple(filter(None, map(header_text, scopes))) if isinstance(scopes, list) else (),
        token_url=header_text(entry.get("token_url")),
        renewed_at=_moment(entry.get("renewed_at")),
    )


def header_text(value: Any) -> str:
    """Text that can go into the header of a request; empty for anything else."""
    text = form_text(value)
    return text if text.isascii() else ""


def form_text(value: Any) -> str:
    """Text that can go into a form, without blanks around it; empty for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text.isprintable() else ""


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def lifetime(expires_in: Any) -> timedelta:
    """Lifetime of a token; that of Oura's usual tokens where the answer has no sensible one."""
    try:
        seconds = float(LIFETIME_S if expires_in is None else expires_in)
    except (TypeError, ValueError, OverflowError):
        seconds = LIFETIME_S
    return timedelta(seconds=seconds if 0 < seconds <= LONGEST_LIFETIME_S else LIFETIME_S)
