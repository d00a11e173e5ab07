"""What holds for every test: where reference material lies, that in CI none passes by skipping, that none is timed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault of the code; the rest of the profile, which is another one in CI, stays.
settings.register_profile("untimed", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("untimed")

# A shell starts a job in the background with SIGINT ignored, and its children inherit that: a test that interrupts a
# command would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]
# What a checkout may lack: what is not ours to ship, the engine where Maven Central does not give it out, and in a
# clone without history the release before this one.
MAY_BE_ABSENT = (REFERENCE, TRINO, RELEASE) = ("reference material", "Trino", "previous release")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the checkout (recorded responses, OpenAPI document)."""
    folder = Path(os.environ.get("OURA_LAKE_SHARED", ROOT.parent / "shared"))
    if not (folder / "oura").is_dir():
        pytest.skip(f"the {REFERENCE} is absent: {folder}")
    return folder


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """With CI=true a skip is a failure, except for what a checkout cannot have."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if not any(f"the {name}" in reason and "is absent" in reason for name in MAY_BE_ABSENT):
            report.outcome, report.longrepr = "failed", f"skipped in CI: {reason}"
