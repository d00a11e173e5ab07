"""Headless Chromium for tests, driven over a pipe, so that it needs no port, no driver and no library."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--remote-debugging-pipe",
)  # fmt: skip
DEADLINE_S = 60


def binary() -> str | None:
    """Path of this machine's browser, if it has one."""
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """Tab of a browser; it stores every event, so that a test can check the requests."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self.to_browser, self.from_browser = to_browser, from_browser
        self.pending, self.n_calls, self.session = b"", 0, ""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        """Send one command and return its answer; store what happens meanwhile as events."""
        self.n_calls += 1
        message = {"id": self.n_calls, "method": method, "params": params}
        where = {"sessionId": self.session} if self.session else {}
        os.write(self.to_browser, json.dumps(message | where).encode() + b"\0")
        while (answer := self._next()).get("id") != self.n_calls:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, page: Path, *, width: int, dark: bool = False) -> None:
        """Load a file as a screen of this width shows it."""
        size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.visit(page.as_uri())

    def visit(self, url: str) -> None:
        """Load an address."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        self.loaded()

    def loaded(self) -> None:
        """Wait until a page has loaded."""
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def requests(self) -> list[str]:
        """Addresses requested since the page was opened."""
        sent = (e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent")
        return list(sent)

    def value(self, script: str) -> Any:
        """Value of an expression within the page."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def picture(self) -> bytes:
        """Picture of the whole page as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def pdf(self) -> bytes:
        """PDF of the page as it prints."""
        options = {"preferCSSPageSize": True, "printBackground": False}
        return base64.b64decode(self.call("Page.printToPDF", **options)["data"])

    def _next(self) -> Any:
        while b"\0" not in self.pending:
            ready, _, _ = select.select([self.from_browser], [], [], DEADLINE_S)
            part = os.read(self.from_browser, 1 << 20) if ready else b""
            assert part, "the browser fell silent or ended"
            self.pending += part
        message, self.pending = self.pending.split(b"\0", 1)
        return json.loads(message)


@contextmanager
def browser(program: str, profile: Path) -> Iterator[Browser]:
    """Browser with a new profile, ended when done."""
    read_by_it, to_browser = _high(*os.pipe())
    from_browser, written_by_it = _high(*os.pipe())

    def hand_over() -> None:
        """Put the pipes on descriptors 3 and 4, which Chromium uses."""
        os.dup2(read_by_it, 3)
        os.dup2(written_by_it, 4)

    process = subprocess.Popen(
        [program, *FLAGS, f"--user-data-dir={profile}"], preexec_fn=hand_over, pass_fds=(3, 4),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(read_by_it)
    os.close(written_by_it)
    try:
        yield Browser(to_browser, from_browser)
    finally:
        process.terminate()
        process.wait(timeout=DEADLINE_S)
        os.close(to_browser)
        os.close(from_browser)


def _high(*descriptors: int) -> list[int]:
    """Copy descriptors to numbers above 3 and 4."""
    moved = [fcntl.fcntl(d, fcntl.F_DUPFD_CLOEXEC, 10) for d in descriptors]
    for descriptor in descriptors:
        os.close(descriptor)
    return moved
