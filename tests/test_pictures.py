"""Pictures and texts of docs/explanation/alerts.md as the code sends them today; `make pictures` draws them."""

import pytest
from pictures import album
from pictures.png import digest, made_of

ANEW = "run `make pictures`, and look at what changed"
PAGES = {name: page for one in album.shown() for name, (page, _) in one.pages.items()}
MOST_BYTES = 100_000


def test_the_texts_in_the_docs_are_those_of_the_code() -> None:
    text = album.PAGE.read_text("utf-8")
    assert album.filled(text) == text, ANEW


@pytest.mark.parametrize("name", PAGES)
def test_a_picture_was_taken_of_what_would_be_sent_today(name: str) -> None:
    assert made_of((album.FOLDER / name).read_bytes()) == digest(PAGES[name]), ANEW


def test_a_timeline_is_drawn_from_the_days_that_are_judged_today() -> None:
    drawn = {name: (album.FOLDER / name).read_text("utf-8") for name in album.drawings()}
    assert {name: marks(text) for name, text in drawn.items()} == {
        name: marks(text) for name, text in album.drawings().items()
    }, ANEW


def marks(drawing: str) -> list[str]:
    """Words of a drawing, where none of its lines depend on this machine's fonts."""
    return [part.partition("</text>")[0].rpartition(">")[2] for part in drawing.split("<text")[1:]]


def test_every_picture_is_small_and_of_the_album() -> None:
    sizes = {file.name: file.stat().st_size for file in album.FOLDER.iterdir()}
    assert set(sizes) == {*PAGES, *album.drawings()}
    assert max(sizes.values()) < MOST_BYTES
