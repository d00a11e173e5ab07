"""The console of the commands: it prints square brackets as text and never reads them as rich's markup."""

from io import StringIO

from rich.console import Console

WIDE = 200


def plain_console(*, stderr: bool = False, highlight: bool = True, file: StringIO | None = None) -> Console:
    """Console that interprets neither markup nor emoji codes; titles of panels and spinners need a Text besides.

    A console of a file has no colours, and its lines have 200 characters.
    """
    width = WIDE if file else None
    return Console(stderr=stderr, highlight=highlight, markup=False, emoji=False, file=file, width=width)
