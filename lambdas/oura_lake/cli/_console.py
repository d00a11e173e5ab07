"""The console of the commands: a text in square brackets is text there, never an order for rich."""

from rich.console import Console


def plain_console(*, stderr: bool = False, highlight: bool = True) -> Console:
    """A console that interprets neither markup nor emoji codes; titles of panels and spinners need a Text besides."""
    return Console(stderr=stderr, highlight=highlight, markup=False, emoji=False)
