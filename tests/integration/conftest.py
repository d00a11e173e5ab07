"""Fixtures of the command's tests: a simulated week, a folder, the command in this process."""

import gc
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from oura_lake.cli import main as command_line
from oura_lake.cli import sync, watch
from oura_lake.oura.client import OuraClient
from oura_lake.simulator import RunningApi, simulated_oura
from oura_lake.simulator.scenarios import local_week
from support.command_line import Exit, for_api
from support.owner_calls import allowed_actions, owner_calls

from tools.owner_policy import POLICY, actions_of

FOLDER = Path(__file__).resolve().parent
RECORD = "OURA_LAKE_OWNER_CALLS"  # names the file to write them into, as `make owner-policy` does


@pytest.fixture
def oura() -> Iterator[RunningApi]:
    with simulated_oura(local_week().source) as api:
        yield api


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def oura_lake(
    oura: RunningApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Exit]]:
    """Run the command in this process: nobody waits between attempts, and the days are not judged."""
    collector = gc.get_threshold()
    monkeypatch.setattr(sync, "OuraClient", partial(OuraClient, sleep=lambda seconds: None))
    monkeypatch.setattr(watch, "watch_in_a_process_of_its_own", lambda *_: True)
    for name, value in for_api(oura).items():
        monkeypatch.setenv(name, value)

    def ended(*arguments: object) -> Exit:
        monkeypatch.setattr("sys.argv", ["oura-lake", *map(str, arguments)])
        with pytest.raises(SystemExit) as ending:
            command_line.main()
        return Exit(int(ending.value.code or 0), *capsys.readouterr())

    yield ended
    _as_before(collector)


def _as_before(collector: tuple[int, int, int]) -> None:
    """Undo what a command does to a process that ends with it: a rare collector, requests cut off under way."""
    for thread in threading.enumerate():
        if thread.name.startswith("ThreadPoolExecutor"):
            thread.join(10)
    gc.unfreeze()
    gc.set_threshold(*collector)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(autouse=True)
def _owner_calls_are_listed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compare each call of a command or tool with the owner's policy (`make owner-policy`)."""
    if not request.path.is_relative_to(FOLDER / "admin") and not request.path.is_relative_to(FOLDER / "cli"):
        yield
        return
    with owner_calls() as found:
        yield
    if record := os.environ.get(RECORD):
        with Path(record).open("a", encoding="utf-8") as file:
            file.writelines(f"{call}\n" for call in sorted(found))
    elif fresh := sorted(call for call in found if not allowed_actions().issuperset(actions_of(call))):
        pytest.fail(f"{POLICY.name} does not allow {', '.join(fresh)}; run `make owner-policy`")
