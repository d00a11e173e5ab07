"""The console of the commands: it prints square brackets as text and never reads them as rich's markup."""

from rich.console import Console


def plain_console(*, stderr: bool = False, highlight: bool = True) -> Console:
    """Console that interprets neither markup nor emoji codes; titles of panels and spinners need a Text besides."""
    return Console(stderr=stderr, highlight=highlight, markup=False, emoji=False)
