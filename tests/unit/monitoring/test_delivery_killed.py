"""Each episode and its end are sent once, whichever step of a run a SIGKILL interrupts."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from oura_lake.alerts.ledger import stored_entries
from oura_lake.alerts.model import SENT
from oura_lake.analyses.model import PersonDay
from oura_lake.lake.store import MemoryStore
from oura_lake.local.folder_store import FolderStore
from oura_lake.maintenance.tasks import weekly
from oura_lake.monitoring.run import watch
from oura_lake.person import persons
from support.illness_days import FIRST, NOW, TODAY, FakeEngine, calm_days
from support.killed_runs import killed_at, taken
from support.mail_runs import an_upkeep, left, local

WAYS, MAIL = ("email", "bus", "webhook"), ("mail",)
[ME] = persons('{"me": {"ways": {"email": "minor", "sms": "major", "bus": "minor", "webhook": "minor"}}}').values()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
N_DAYS = (TODAY - FIRST).days + 1
ILL = calm_days(N_DAYS, ill=range(N_DAYS - 2, N_DAYS))
CALM = calm_days(N_DAYS)  # the same nights after Oura revised them
OVER = calm_days(N_DAYS, ill=range(N_DAYS - 6, N_DAYS - 4))  # an illness that ended by itself
WORSE = calm_days(N_DAYS, ill=range(N_DAYS - 3, N_DAYS))  # minor at first
BEGUN, ENDED = ["opened"], ["opened", "cleared"]


def run(days: list[PersonDay], later: timedelta = timedelta()) -> Callable[..., None]:
    """Make a run over these days, at a moment after NOW."""

    def watched(store: Any, channels: Any) -> None:
        watch(FakeEngine(days), store, ME, "schedule", NOW + later, channels)

    return watched


@pytest.fixture(autouse=True, scope="module")
def _loaded() -> None:
    """Have all modules loaded before a child is made, which would load them each time."""
    watch(FakeEngine(ILL), MemoryStore(), ME, "schedule", NOW, dict.fromkeys(WAYS, lambda _: None))


@pytest.mark.parametrize(
    ("days", "before", "expected"),
    [
        (ILL, None, dict.fromkeys(WAYS, BEGUN)),
        (CALM, (ILL, HOUR), dict.fromkeys(WAYS, ENDED)),
        (OVER, (OVER[:-4], 4 * DAY), {"email": ENDED, "sms": BEGUN}),
        (WORSE, (WORSE[:-2], 2 * DAY), {"email": BEGUN, "sms": ["raised"]}),
    ],
    ids=[
        "the alert",
        "the all-clear of a revised night",
        "the all-clear of calm nights",
        "an alert that becomes major",
    ],
)
def test_each_message_is_sent_once_by_each_way_wherever_the_run_is_killed(
    tmp_path: Path,
    days: list[PersonDay],
    before: tuple[list[PersonDay], timedelta] | None,
    expected: dict[str, list[str]],
) -> None:
    begun = tmp_path / "begun"
    begun.mkdir()
    if before:
        killed_at(0, begun, run(before[0], -before[1]), expected)
    whole = killed_at(0, copied(begun, tmp_path / "whole"), run(days), expected)
    for n, step in enumerate(whole, start=1):
        folder = copied(begun, tmp_path / str(n))
        assert len(killed_at(n, folder, run(days), expected)) == n
        for minutes in (1, 20):  # at once, and when the claim has run out
            killed_at(0, folder, run(days, timedelta(minutes=minutes)), expected)
        sent = [line.split() for line in taken(folder)]
        for way, steps in expected.items():
            is_between_answer_and_mark = f"after {way}" in whole[n - 2 : n]
            assert steps_by(way, sent) == [*steps, *steps[-1:] * is_between_answer_and_mark], step
        assert len({episode for _, _, episode, _ in sent}) == 1
        all_steps = {step for way in expected.values() for step in way}
        assert {identity for *_, identity in sent} == {f"me/{sent[0][2]}/{step}" for step in all_steps}


def steps_by(way: str, sent: list[list[str]]) -> list[Any]:
    """List the steps that a way delivered, in order."""
    return [step for by, step, *_ in sent if by == way]


def test_the_weekly_mail_goes_out_once_wherever_its_run_is_killed(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    begun.mkdir()
    left(FolderStore(begun / "lake"))
    whole = killed_at(0, copied(begun, tmp_path / "whole"), mail(), MAIL)
    assert len(whole) == 10
    for n, step in enumerate(whole, start=1):
        folder = copied(begun, tmp_path / str(n))
        assert len(killed_at(n, folder, mail(), MAIL)) == n
        for hours in (1, 24, 48):
            killed_at(0, folder, mail(timedelta(hours=hours)), MAIL)
        is_between_answer_and_mark = "after mail" in whole[n - 2 : n]
        assert taken(folder) == ["mail whole weekly-2026-05-11 -"] * (1 + is_between_answer_and_mark), step
        [entry] = stored_entries(FolderStore(folder / "lake"), "me", "lasting_shift")
        assert [(t.way, t.status) for t in entry.tellings] == [("weekly", SENT)], step


def mail(later: timedelta = timedelta()) -> Callable[..., None]:
    """Weekly mail, at a moment after Monday morning."""

    def sent(store: Any, channels: Any) -> None:
        def send(message: Any) -> None:  # the step shows whether the message had the part that a budget held back
            is_whole = "Kept back until now" in message.body
            channels["mail"](replace(message, step="whole" if is_whole else "bare"))

        weekly.run(an_upkeep(local() + later, store=store, send=send))

    return sent


def copied(folder: Path, to: Path) -> Path:
    """Copy the lake and the messages of its channel."""
    return Path(shutil.copytree(folder, to))
