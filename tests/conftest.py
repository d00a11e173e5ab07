"""Rules for every test: the place of reference material, no pass by skipping in CI, no time limit on examples."""

import os
import signal
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pluggy
import pytest
from hypothesis import settings

# A busy machine is no fault of the code; the rest of the profile, which is another one in CI, stays.
settings.register_profile("untimed", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("untimed")

# A shell starts a job in the background with SIGINT ignored, and its children inherit that: a test that interrupts a
# command would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ.pop("AWS_REGION", None)  # the tests name a region by AWS_DEFAULT_REGION, and two may not differ

ROOT = Path(__file__).resolve().parents[1]
# Half of the suite by time: deploys, functions in AWS's runtime, a browser, processes killed at every step, each answer
# of AWS, strangers' files, whole exports, the catalogue's questions, faults planted by machine. `make test` leaves them
# out; `make test-full` and CI run them.
SLOW = (
    "rehearsal",
    "infra/test_functions_in_runtime.py",
    "integration/strangers",
    "integration/admin/test_erasure.py",
    "integration/aws/test_s3.py",
    "integration/aws/test_secret_answers.py",
    "integration/cli/test_connect_killed.py",
    "integration/cli/test_export.py",
    "integration/cli/test_sync_interrupted.py",
    "integration/lake/test_replication.py",
    "integration/local/test_folder_store_killed.py",
    "integration/oura/test_tokens_crash.py",
    "integration/oura/test_tokens_killed.py",
    "integration/report/test_browser.py",
    "integration/tools/test_catalogue.py",
    "unit/monitoring/test_delivery_killed.py",
    "unit/tools/mutants",
)
# A checkout may lack these: what is not ours to ship, the engine where Maven Central does not give it out, in a clone
# without history the release before this one, AWS's runtime where Go modules cannot be had, and the right to mount.
MAY_BE_ABSENT = (REFERENCE, TRINO, RELEASE, RUNTIME, READ_ONLY) = (
    "reference material",
    "Trino",
    "previous release",
    "Runtime Interface Emulator",
    "read-only task root",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow files and folders."""
    slow = [ROOT / "tests" / name for name in SLOW]
    if missing := [str(path) for path in slow if not path.exists()]:
        raise pytest.UsageError(f"SLOW of tests/conftest.py names {', '.join(missing)}; there is none, mend the list.")
    for item in items:
        if any(item.path.is_relative_to(path) for path in slow):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of reference material beside the checkout (recorded responses, OpenAPI document)."""
    folder = Path(os.environ.get("OURA_LAKE_SHARED", ROOT.parent / "shared"))
    if not (folder / "oura").is_dir():
        pytest.skip(f"the {REFERENCE} is absent: {folder}")
    return folder


Making = Generator[None, pluggy.Result[pytest.TestReport], None]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Making:
    """With CI=true a skip is a failure, except for what a checkout cannot have."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if not any(f"the {name}" in reason and "is absent" in reason for name in MAY_BE_ABSENT):
            report.outcome, report.longrepr = "failed", f"skipped in CI: {reason}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print why tests were skipped: a line for each reason, with their number."""
    reasons = Counter(str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []))
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count} skipped: {reason.removeprefix('Skipped: ')}")
