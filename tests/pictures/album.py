"""Pictures of docs/explanation/alerts.md, and their texts there.

Run: `make pictures`; it writes docs/pictures/ and the part of docs/explanation/alerts.md between its two markers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pictures import frames, story
from pictures.png import pictured
from pictures.timeline import timeline
from support import chromium

DOCS = Path(__file__).resolve().parents[2] / "docs"
FOLDER, PAGE = DOCS / "pictures", DOCS / "explanation" / "alerts.md"
BLOCK = re.compile(r"(<!-- pictures -->\n).*?(<!-- /pictures -->)", re.DOTALL)
DESKTOP, PHONE = 760, 390
WIDTHS = {"desktop": DESKTOP, "phone": PHONE}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One message of the album: its title, the message, and the names of its pictures."""

    name: str
    title: str
    mail: story.Delivered
    sms: story.Delivered | None

    @property
    def pages(self) -> dict[str, tuple[str, int]]:
        """Page and width of each PNG, by the name of its file."""
        mail = frames.mail(self.mail.message, self.mail.now)
        found = {f"{self.name}-{window}.png": (mail, width) for window, width in WIDTHS.items()}
        if self.sms:
            found[f"{self.name}-sms.png"] = (frames.sms(self.sms.message, self.sms.now), PHONE)
        return found


def shown() -> list[Shown]:
    """Messages of the album; a way that was silent has no picture."""
    found = (
        ("illness", "Getting ill", story.illness(), "opened"),
        ("all-clear", "All clear", story.illness(), "cleared"),
        ("strain", "Strain", story.strain(), "opened"),
    )
    return [
        Shown(name=name, title=title, mail=_mail_of(kind_story, step), sms=kind_story.message(step, "sms"))
        for name, title, kind_story, step in found
    ]


def drawings() -> dict[str, str]:
    """Timelines by the names of their files."""
    return {
        "illness-timeline.svg": timeline(story.illness(), "The illness, from five weeks before it to the all-clear"),
        "strain-timeline.svg": timeline(story.strain(), "The strain, from five weeks before it to its last day so far"),
    }


def filled(text: str) -> str:
    """Text of docs/explanation/alerts.md with the pictures and texts of the present code."""
    assert BLOCK.search(text), f"{PAGE.name} lacks a line `<!-- pictures -->` and a line `<!-- /pictures -->` below it"
    return BLOCK.sub(lambda found: f"{found[1]}{''.join(_section(one) for one in shown())}\n{found[2]}", text)


def write() -> None:
    """Draw all pictures again, and remove the pictures that left the album."""
    program = chromium.binary()
    assert program, "no Chromium on this machine (apt-get install chromium)"
    FOLDER.mkdir(exist_ok=True)
    pictures = {name: drawing.encode() for name, drawing in drawings().items()}
    with TemporaryDirectory(prefix="oura-lake-pictures-") as folder, chromium.browser(program, Path(folder)) as tab:
        pages = {name: page for one in shown() for name, page in one.pages.items()}
        pictures |= {name: pictured(tab, page, Path(folder), width) for name, (page, width) in pages.items()}
    for file in FOLDER.iterdir():
        if file.name not in pictures:
            file.unlink()
    for name, picture in pictures.items():
        (FOLDER / name).write_bytes(picture)
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")


def _mail_of(kind_story: story.Story, step: str) -> story.Delivered:
    mail = kind_story.message(step)
    assert mail, f"no message says that the episode {step}; choose another seed in story.py"
    return mail


def _section(one: Shown) -> str:
    return "\n" + "\n\n".join(_parts(one)) + "\n"


def _parts(one: Shown) -> Iterator[str]:
    yield f"### {one.title}"
    phone = [
        f'<img src="../pictures/{name}" width="{width // 2}" alt="{_alt(one, name)}">'
        for name, (_, width) in one.pages.items()
        if width == PHONE
    ]
    yield f'<img src="../pictures/{one.name}-desktop.png" width="{DESKTOP * 3 // 4}" alt="{_alt(one, "desktop")}">'
    yield "\n".join(phone)
    if f"{one.name}-timeline.svg" in drawings():
        alt = "The signals beside the person's own band, with onset, peak and end"
        yield f"![{alt}](../pictures/{one.name}-timeline.svg)"
    mail_text = f"Subject: {one.mail.message.subject}\n\n{one.mail.message.body}".rstrip()
    sms = f"\n\nSMS: {one.sms.message.sms}" if one.sms else ""
    yield f"<details><summary>The text</summary>\n\n```text\n{mail_text}{sms}\n```\n\n</details>"


def _alt(one: Shown, name: str) -> str:
    what = "SMS" if name.endswith("sms.png") else "mail on a phone" if "phone" in name else "mail on a desktop"
    return f"{one.title}: the {what}; its text is below"


if __name__ == "__main__":
    write()
