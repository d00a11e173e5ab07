"""Tokens of reply links in the form until 30 November 2026, valid for 14 days.

Remove this module, its use in reply_links.py and its tests once every lake has been deployed for 14 days with links of
the present form: in the release after 15 December 2026.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode

TOKEN = re.compile(r"[A-Za-z0-9_-]{128}")
SEAL_BYTES = 16
SEALS, HIDES = b"oura-lake reply links, version 1: seal", b"oura-lake reply links, version 1: hide"


def opened(token: str, client_secret: str) -> bytes | None:
    """Bytes in an old token; None for one that this secret did not make."""
    if not TOKEN.fullmatch(token):
        return None
    sealed = urlsafe_b64decode(token)
    seal, hidden = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
    pad = hashlib.shake_256(_key(client_secret, HIDES) + seal).digest(len(hidden))
    text = bytes(a ^ b for a, b in zip(hidden, pad, strict=True))
    expected = hmac.digest(_key(client_secret, SEALS), text, "sha256")[:SEAL_BYTES]
    return text if hmac.compare_digest(seal, expected) else None


def _key(client_secret: str, use: bytes) -> bytes:
    return hmac.digest(client_secret.encode(), use, "sha256")
