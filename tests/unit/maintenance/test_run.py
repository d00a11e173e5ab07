"""Every maintenance task runs, even if others fail."""

from types import SimpleNamespace
from typing import Any

import pytest
from oura_lake.errors import StoreUnavailable
from oura_lake.lake.store import MemoryStore
from oura_lake.maintenance import run as rounds
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.run import ChoresFailed, look_after
from oura_lake.person import Person
from oura_lake.query.model import Result
from support.builders import NOON


class NoRows:
    """Engine over an empty lake."""

    def query(self, sql: str) -> Result:
        """Return no row for any query."""
        return Result(columns=(), rows=[])


def raising(error: Exception) -> Any:
    """Task that fails."""

    def run(_upkeep: Upkeep) -> dict[str, int]:
        raise error

    return SimpleNamespace(run=run)


@pytest.fixture
def upkeep() -> Upkeep:
    """Round over an empty lake."""
    person = Person(name="me", timezone="Pacific/Auckland")
    return Upkeep(store=MemoryStore(), engine=NoRows(), person=person, now=NOON, send=lambda _: None)


def test_a_chore_that_fails_keeps_no_other_from_being_done(upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    chores = {
        "a": raising(StoreUnavailable("The bucket does not answer; check the role.")),
        "b": raising(KeyError("a measurement")),
        "c": SimpleNamespace(run=lambda _: {"n_done": 1}),
    }
    monkeypatch.setattr(rounds, "plugins", lambda *_: chores)
    logged: list[dict[str, object]] = []
    with pytest.raises(ChoresFailed, match="The maintenance of me failed at a, b; the log") as failed:
        look_after(upkeep, logged.append)
    assert [type(error) for error in failed.value.exceptions] == [StoreUnavailable, KeyError]
    assert logged == [
        {"person": "me", "chore": "a", "failed": "The bucket does not answer; check the role."},
        {"person": "me", "chore": "b", "failed": "KeyError"},
        {"person": "me", "chore": "c", "n_done": 1},
    ]


def test_an_interruption_ends_the_round_at_once(upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_upkeep: Upkeep) -> dict[str, int]:
        raise KeyboardInterrupt

    chores = {"a": SimpleNamespace(run=interrupted), "b": raising(AssertionError("b was done"))}
    monkeypatch.setattr(rounds, "plugins", lambda *_: chores)
    with pytest.raises(KeyboardInterrupt):
        look_after(upkeep, lambda _: None)


def test_the_day_is_the_persons(upkeep: Upkeep) -> None:
    assert str(upkeep.today) == "2026-08-22"


def test_every_chore_of_the_folder_can_be_done_over_an_empty_lake(upkeep: Upkeep) -> None:
    counts = look_after(upkeep, lambda _: None)
    assert all(isinstance(n, int) for chore in counts.values() for n in chore.values())
