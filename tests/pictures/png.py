"""Page as a small PNG: sixteen greys, a third of the bytes of the browser's own picture, each letter whole.

What it was taken of stands in it, so that a test can tell a picture that is no longer current without a browser.
"""

import struct
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from support.chromium import Browser

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"Source\0"
# one hexadecimal digit for each pixel: its brightness
GREYS = """(async () => {
    const picture = new Image(); picture.src = 'data:image/png;base64,' + PICTURE; await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    canvas.drawImage(picture, 0, 0);
    const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
    let digits = ''; for (let n = 1; n < data.length; n += 4) digits += (data[n] >> 4).toString(16);
    return digits })()"""


def pictured(browser: Browser, page: str, folder: Path, width: int) -> bytes:
    """Picture of a page in a window of this (even) width, in full length."""
    file = folder / "page.html"
    file.write_text(page, "utf-8")
    browser.open(file, width=width)
    height = browser.value("document.body.getBoundingClientRect().height")
    clip = {"x": 0, "y": 0, "width": width, "height": int(height), "scale": 1}
    taken = browser.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
    script = GREYS.replace("PICTURE", repr(taken))
    answer = browser.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
    packed = bytes.fromhex(answer["result"]["value"])
    return _png(width, [packed[n : n + width // 2] for n in range(0, len(packed), width // 2)], digest(page))


def digest(page: str) -> str:
    """Fingerprint of a page, which its picture carries."""
    return sha256(page.encode()).hexdigest()


def made_of(picture: bytes) -> str:
    """Fingerprint that a picture carries of its page."""
    texts = (data for name, data in _chunks(picture) if name == b"tEXt" and data.startswith(KEYWORD))
    return next((text.removeprefix(KEYWORD).decode() for text in texts), "")


def _png(width: int, rows: list[bytes], made_of: str) -> bytes:
    """PNG of rows of four-bit greys, two pixels a byte."""
    return SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(rows), 4, 0, 0, 0, 0)),
            _chunk(b"tEXt", KEYWORD + made_of.encode()),
            _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(picture):
        size, name = struct.unpack(">I4s", picture[at : at + 8])
        yield name, picture[at + 8 : at + 8 + size]
        at += size + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
