"""Text from outside made plain: it gives no orders to a terminal, a file or a page.

Control characters move the cursor, rename the window or end a line; those of writing direction show a text as another.
They are written out as escapes, so nothing is lost and nothing acts.
"""

import re

LONGEST = 200
ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of writing
    "\u2028\u2029\ufeff\ud800-\udfff]"  # ends of lines, a mark of no width, halves of characters
)


def plain(text: str, longest: int = LONGEST) -> str:
    """A text from outside as one line that acts on nothing, cut to a length."""
    shown = harmless(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def harmless(text: str) -> str:
    """A text from outside in full, each character that acts on what shows it written out."""
    return ACTING.sub(lambda found: _escape(ord(found[0])), text)


def harmless_lines(text: str) -> str:
    """A text of several lines or cells made harmless; its tabs and line breaks stay."""
    return re.sub(r"[^\t\n]+", lambda found: harmless(found[0]), text)


def harmless_json(text: str) -> str:
    """A JSON text that means the same, each character that acts written as JSON writes it."""
    return ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
