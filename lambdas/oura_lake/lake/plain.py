"""Plain text from outside, without effect on a terminal, a file or a page.

Control characters move the cursor, rename the window or end a line; those of writing direction disguise a text. They
are written as escapes, so no character is lost and none has an effect.
"""

import re

LONGEST = 200
ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of writing
    "\u2028\u2029\ufeff\ud800-\udfff]"  # ends of lines, a mark of no width, halves of characters
)


def plain(text: str, longest: int = LONGEST) -> str:
    """Make one harmless line of a text from outside, cut to a length."""
    shown = harmless(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def harmless(text: str) -> str:
    """Escape each character of a text from outside that would act on its display."""
    return ACTING.sub(lambda found: _escape(ord(found[0])), text)


def harmless_lines(text: str) -> str:
    """Make a text of several lines or cells harmless; its tabs and line breaks stay."""
    return re.sub(r"[^\t\n]+", lambda found: harmless(found[0]), text)


def harmless_json(text: str) -> str:
    """Escape each such character of a JSON text as JSON writes it, so that its values stay."""
    return ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
