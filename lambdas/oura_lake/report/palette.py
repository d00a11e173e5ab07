"""Palette: a drawing has light colours, and the page's dark style replaces each of them.

The colours differ in lightness, and the marks in shape, so that no reading depends on hue (Okabe-Ito blue and
vermilion, darkened).
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ink:
    """Colour of one meaning on light and on dark ground."""

    light: str
    dark: str


VALUE = Ink(light="#1d5c85", dark="#85bfe6")
BAND = Ink(light="#dce9f1", dark="#223b4c")
MEDIAN = Ink(light="#86a9bd", dark="#54809b")
ALERT = Ink(light="#b03a0c", dark="#f2986a")
EPISODE = Ink(light="#f9e3d6", dark="#472a1c")
MISSING = Ink(light="#8d9399", dark="#757c84")
GRID = Ink(light="#e7e7e2", dark="#2a2f34")
LABEL = Ink(light="#565c62", dark="#a9b0b7")

INKS = (VALUE, BAND, MEDIAN, ALERT, EPISODE, MISSING, GRID, LABEL)


def dark_rules() -> str:
    """Style rules that turn a drawing made for light ground into one for dark ground."""
    return "".join(f'[fill="{i.light}"]{{fill:{i.dark}}}[stroke="{i.light}"]{{stroke:{i.dark}}}' for i in INKS)
