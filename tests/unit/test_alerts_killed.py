"""Is each episode told once, and its end once, whichever step of a run a SIGKILL ends it at?"""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from illness_days import FIRST, NOW, TODAY, FakeEngine, calm_days
from killed_runs import SteppedChannel, SteppedStore, killed_at, taken
from mail_runs import an_upkeep, left, local
from oura_lake.alerts._ledger import held
from oura_lake.alerts._model import SENT
from oura_lake.chores import weekly
from oura_lake.lake.store import MemoryStore
from oura_lake.local.folder_store import FolderStore
from oura_lake.settings import Person
from oura_lake.watch import watch

ME = Person(name="me")
N_DAYS = (TODAY - FIRST).days + 1
ILL = calm_days(N_DAYS, ill=range(N_DAYS - 2, N_DAYS))
CALM = calm_days(N_DAYS)  # the same nights after Oura revised them


def run(days, later=timedelta()):
    """A run over these days, at a moment after NOW."""

    def watched(store: SteppedStore, channel: SteppedChannel) -> None:
        watch(FakeEngine(days), store, ME, "schedule", NOW + later, {"email": channel})

    return watched


@pytest.fixture(autouse=True, scope="module")
def _loaded() -> None:
    """Have all modules loaded before a child is made, which would load them each time."""
    watch(FakeEngine(ILL), MemoryStore(), ME, "schedule", NOW, {"email": lambda _: None})


@pytest.mark.parametrize(("days", "before", "told"), [
    (ILL, (), ["opened"]), (CALM, (ILL,), ["opened", "cleared"]),
], ids=["the alert", "the all-clear of a revised night"])
def test_each_message_is_sent_once_wherever_the_run_is_killed(tmp_path, days, before, told):
    begun = tmp_path / "begun"
    begun.mkdir()
    for earlier in before:
        killed_at(0, begun, run(earlier, -timedelta(hours=1)))
    whole = killed_at(0, copied(begun, tmp_path / "whole"), run(days))
    for n, step in enumerate(whole, start=1):
        folder = copied(begun, tmp_path / str(n))
        assert len(killed_at(n, folder, run(days))) == n
        for minutes in (1, 20):  # at once, and when the claim has run out
            killed_at(0, folder, run(days, timedelta(minutes=minutes)))
        sent = [line.split() for line in taken(folder)]
        is_between_answer_and_mark = "after the channel" in whole[n - 2 : n]
        assert [kind for kind, _ in sent] == [*told, *told[-1:] * is_between_answer_and_mark], step
        assert len({episode for _, episode in sent}) == 1


def test_the_weekly_mail_goes_out_once_wherever_its_run_is_killed(tmp_path):
    begun = tmp_path / "begun"
    begun.mkdir()
    left(FolderStore(begun / "lake"))
    whole = killed_at(0, copied(begun, tmp_path / "whole"), mail())
    assert len(whole) == 10
    for n, step in enumerate(whole, start=1):
        folder = copied(begun, tmp_path / str(n))
        assert len(killed_at(n, folder, mail())) == n
        for hours in (1, 24, 48):
            killed_at(0, folder, mail(timedelta(hours=hours)))
        is_between_answer_and_mark = "after the channel" in whole[n - 2 : n]
        assert taken(folder) == ["opened weekly-2026-05-11"] * (1 + is_between_answer_and_mark), step
        [entry] = held(FolderStore(folder / "lake"), "me", "lasting_shift")
        assert [(t.way, t.status) for t in entry.tellings] == [("weekly", SENT)], step


def mail(later=timedelta()):
    """The weekly mail, at a moment after Monday morning."""

    def sent(store: SteppedStore, channel: SteppedChannel) -> None:
        weekly.run(an_upkeep(local() + later, store=store, send=channel))

    return sent


def copied(folder: Path, to: Path) -> Path:
    """The same lake once more, and what its channel took."""
    return Path(shutil.copytree(folder, to))
