"""With a token of another account nothing is fetched and nothing is marked as deleted."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from oura_lake.errors import MembershipLapsed, ScopeMissing, SettingsWrong, SourceUnavailable, TokenRejected
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.documents import land
from oura_lake.lake.keys import account_key
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.account import accept_account, account_of, require_account
from oura_lake.oura.client import Page
from oura_lake.simulator import GeneratedPerson, simulated_oura
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE
from support.builders import NOON, FakeOura, a_score, a_table
from support.command_line import for_api, run

LATER = NOON + timedelta(hours=1)
SCORES = SOURCE.endpoint("daily_sleep")


class Oura(FakeOura):
    """Reads the account of that id, or answers with those rows; fails where it is an error."""

    def __init__(self, account: str | list[Any] | Exception, *scores: dict[str, Any]) -> None:
        super().__init__(daily_sleep=list(scores))
        self.account = account

    def pages(self, endpoint: Endpoint, params: Any) -> Iterable[Page]:
        if endpoint.name != "personal_info":
            return super().pages(endpoint, params)
        if isinstance(self.account, Exception):
            raise self.account
        self.documents["personal_info"] = self.account if isinstance(self.account, list) else [{"id": self.account}]
        return super().pages(endpoint, params)


def a_run(store: MemoryStore, oura: Oura, now: datetime, **how: Any) -> list[bool]:
    """Compare the account, then fetch; whether each stored score is deleted."""
    oura._now = now
    since = require_account(store, "me", oura, now, **how)
    days = Days(first=now.date() - timedelta(days=7), last=now.date(), zone=UTC, now=now)
    ingest(Run(client=oura, store=store, source=SOURCE, person="me", window=days, account_since=since), [SCORES])
    return [row["is_deleted"] for row in a_table(store).partition("2026").rows().values()]


def test_the_first_run_notes_the_account_and_another_one_is_refused_with_nothing_written() -> None:
    store = MemoryStore()
    assert a_run(store, Oura("user-1", a_score()), NOON) == [False]
    before = dict(store.objects)
    with pytest.raises(SettingsWrong, match=r"another Oura account .* stored for me; nothing was fetched\."):
        a_run(store, Oura("user-2"), LATER)
    assert store.objects == before
    assert a_run(store, Oura("user-1", a_score()), LATER) == [False]
    assert store.objects == before


def test_a_lake_that_is_older_than_the_note_knows_its_account_by_its_table() -> None:
    store = MemoryStore()
    land(a_table(store, "personal_info"), [{"id": "user-1"}], NOON, "personal_info")
    with pytest.raises(SettingsWrong, match="another Oura account"):
        a_run(store, Oura("user-2"), LATER)


def test_the_account_itself_still_marks_what_it_deleted() -> None:
    store = MemoryStore()
    a_run(store, Oura("user-1", a_score()), NOON)
    assert a_run(store, Oura("user-1"), LATER) == [True]


def test_a_person_who_changed_accounts_keeps_what_the_old_one_brought() -> None:
    store = MemoryStore()
    a_run(store, Oura("user-1", a_score()), NOON)
    assert a_run(store, Oura("user-2"), LATER, is_other_welcome=True) == [False]
    assert a_run(store, Oura("user-2"), LATER + timedelta(days=1)) == [False]
    with pytest.raises(SettingsWrong):
        a_run(store, Oura("user-1"), LATER)


def test_while_nobody_can_say_whose_account_it_is_nothing_is_marked_as_deleted() -> None:
    store = MemoryStore()
    a_run(store, Oura("user-1", a_score()), NOON)
    assert a_run(store, Oura(SourceUnavailable("Oura answered 503.")), LATER) == [False]


def test_a_token_that_may_not_tell_goes_on_as_before_and_one_that_is_rejected_does_not() -> None:
    store = MemoryStore()
    assert a_run(store, Oura(ScopeMissing("No scope."), a_score()), NOON) == [False]
    assert account_key("me") not in store.objects
    with pytest.raises(TokenRejected):
        a_run(store, Oura(TokenRejected("Expired.")), LATER)


NAMES_NOBODY: list[list[Any]] = [
    [],
    [{}],
    [{"id": None}],
    [{"id": ""}],
    [{"id": {}}],
    [{"id": 5}],
    [None],
    [5, "x", []],
]


@pytest.mark.parametrize("account", [*NAMES_NOBODY, ScopeMissing("No scope."), MembershipLapsed("Lapsed.")], ids=repr)
def test_a_token_that_does_not_say_whose_it_is_marks_nothing_of_a_known_account_as_deleted(
    account: list[Any] | ScopeMissing | MembershipLapsed,
) -> None:
    store = MemoryStore()
    a_run(store, Oura("user-1", a_score()), NOON)
    assert a_run(store, Oura(account), LATER) == [False]
    assert a_run(store, Oura("user-1"), LATER + timedelta(hours=1)) == [True]


@pytest.mark.parametrize("rows", NAMES_NOBODY, ids=repr)
def test_an_answer_of_any_values_beside_the_account_names_it(rows: list[Any]) -> None:
    oura = Oura([*rows, {"id": "user-1"}])
    oura._now = NOON
    assert account_of(oura) == "user-1"


def test_a_new_consent_of_another_account_is_noted_with_its_moment() -> None:
    store = MemoryStore()
    assert accept_account(store, "me", "user-1", NOON) is None
    assert accept_account(store, "me", "user-2", LATER) == LATER
    assert accept_account(store, "me", "user-2", LATER + timedelta(days=1)) == LATER


@pytest.mark.parametrize("command", ["sync", "backfill"])
def test_a_command_with_the_token_of_another_account_writes_nothing_and_ends_with_a_sentence(
    command: str, tmp_path: Path
) -> None:
    lake, until = tmp_path / "lake", datetime.now(UTC).date()
    days = ("--from", str(until - timedelta(days=3)), "--endpoint", "daily_sleep", "--timezone", "UTC")
    with simulated_oura(GeneratedPerson(seed=1, until=until)) as mine:
        assert run("sync", "--lake", lake, *days, **for_api(mine)).returncode == 0
    before = {path: path.read_bytes() for path in lake.rglob("*") if path.is_file()}
    with simulated_oura(GeneratedPerson(seed=2, until=until)) as other:
        ended = run(command, "--lake", lake, *days, **for_api(other))
    assert (ended.returncode, ended.stderr.count("another Oura account")) == (2, 1)
    assert {path: path.read_bytes() for path in lake.rglob("*") if path.is_file()} == before
