"""The laptop's token file is readable by its owner alone, always whole, and has one writer at a time."""

import json
import stat
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from oura_lake.errors import SettingsWrong, StoreUnavailable, WriteConflict
from oura_lake.local.token_file import TokenFile, local_tokens, token_file
from oura_lake.oura.token_json import token_json
from oura_lake.oura.tokens import App, Token
from support.present import present

APP = App(client_id="app", client_secret="hidden")


def a_token(n: int) -> Token:
    return Token(
        access_token=f"a{n}",
        refresh_token=f"r{n}",
        expires_at=datetime(2030, 1, n, tzinfo=UTC),
        scopes=("daily",),
        token_url="https://oura.test/token",
    )


@pytest.fixture
def store(tmp_path: Path) -> TokenFile:
    file = token_file({"XDG_CONFIG_HOME": str(tmp_path / "config")}, "me")
    file.connect(APP, a_token(1), "user-1")
    return file


def test_what_was_stored_is_read_back_with_its_app(store: TokenFile) -> None:
    assert present(store.load()).token == a_token(1)
    assert store.app() == replace(APP, token_url="https://oura.test/token")


def test_only_the_owner_can_read_the_file_and_its_folder(store: TokenFile) -> None:
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_a_new_token_replaces_the_old_one_and_keeps_the_app(store: TokenFile) -> None:
    store.save(a_token(2), replacing=present(store.load()).version)
    assert present(store.load()).token == a_token(2)
    assert (store.app().client_secret, store.user_id()) == ("hidden", "user-1")
    assert sorted(p.name for p in store.path.parent.iterdir()) == ["me.json", "me.lock"]


def test_a_file_changed_meanwhile_is_not_overwritten(store: TokenFile) -> None:
    version = present(store.load()).version
    store.connect(APP, a_token(2))
    with pytest.raises(WriteConflict):
        store.save(a_token(3), replacing=version)
    assert present(store.load()).token == a_token(2)


def test_a_write_that_fails_leaves_the_old_token(store: TokenFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("oura_lake.local.private_file.os.fsync", full)
    with pytest.raises(StoreUnavailable, match="No space left on device"):
        store.save(a_token(2), replacing=None)
    assert present(store.load()).token == a_token(1)


def test_a_second_refresher_waits_for_the_first(store: TokenFile) -> None:
    entered = Event()

    def second() -> None:
        with TokenFile(store.path).exclusively():
            entered.set()

    thread = Thread(target=second)
    with store.exclusively():
        thread.start()
        assert not entered.wait(0.1)
    assert entered.wait(5)
    thread.join()


def test_a_file_that_others_can_read_is_refused_with_its_mend(store: TokenFile) -> None:
    store.path.chmod(0o644)
    with pytest.raises(SettingsWrong, match="chmod 600"):
        store.load()


def test_a_damaged_file_says_so(store: TokenFile) -> None:
    store.path.write_text('{"access_token": "a1')
    with pytest.raises(SettingsWrong, match="damaged; delete it and run `oura-lake connect`"):
        store.load()


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="XDG_CONFIG_HOME"):
        token_file({"XDG_CONFIG_HOME": str(tmp_path / "file")}, "me").connect(APP, a_token(1))


def test_the_token_of_the_environment_comes_before_the_stored_one(store: TokenFile, tmp_path: Path) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert local_tokens(env, "me").access_token() == "a1"
    assert local_tokens({**env, "OURA_ACCESS_TOKEN": "mine"}, "me").access_token() == "mine"


def test_without_any_token_the_way_to_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="no token for me; run `oura-lake connect`, or set OURA_ACCESS_TOKEN"):
        local_tokens({"XDG_CONFIG_HOME": str(tmp_path)}, "me")


def test_the_file_lies_under_the_home_folder_by_default(tmp_path: Path) -> None:
    assert token_file({"HOME": str(tmp_path)}, "me").path == tmp_path / ".config" / "oura-lake" / "me.json"


@pytest.mark.parametrize("name", ["me.new", "me.lock"])
def test_a_planted_link_beside_the_token_never_gets_it(store: TokenFile, tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (store.path.parent / name).unlink(missing_ok=True)
    (store.path.parent / name).symlink_to(victim)
    with suppress(StoreUnavailable):  # a lock that is a link is refused
        store.connect(APP, a_token(2))
    assert victim.read_text() == "precious"


def test_a_folder_that_others_may_write_keeps_no_token(store: TokenFile) -> None:
    store.path.parent.chmod(0o777)
    with pytest.raises(SettingsWrong, match="run `chmod 700"):
        store.connect(APP, a_token(2))


@pytest.mark.parametrize(
    "damage",
    [
        {"expires_at": "soon"},
        {"expires_at": 5},
        {"expires_at": None},
        {"expires_at": "0001-01-01T00:00:00+14:00"},
        {"scopes": 5},
        {"scopes": [1, None]},
        {"renewed_at": []},
        {"token_url": {}},
        {"access_token": "t\u00e4"},
        {"access_token": ["a"]},
        {"expires_at": [[[[]]]]},
    ],
    ids=str,
)
def test_a_damaged_token_file_keeps_the_refresh_token_and_raises_nothing(
    store: TokenFile, damage: dict[str, Any]
) -> None:
    entry = json.loads(store.path.read_bytes()) | damage
    store.path.write_text(json.dumps(entry))
    found = present(store.load()).token
    assert found.refresh_token == "r1"
    assert found.access_token.isascii()
    assert token_json(found)["refresh_token"] == "r1"


@pytest.mark.parametrize("data", [b"[" * 5000, b"\xff\xfe{", b"{", b""], ids=["deep", "no text", "cut", "empty"])
def test_a_token_file_that_is_no_json_is_damaged_in_one_sentence(store: TokenFile, data: bytes) -> None:
    store.path.write_bytes(data)
    with pytest.raises(SettingsWrong, match="is damaged; delete it and run `oura-lake connect`"):
        store.load()


def test_a_token_file_with_odd_names_of_the_app_raises_nothing(store: TokenFile) -> None:
    entry = json.loads(store.path.read_bytes()) | {"client_secret": 7, "token_url": None, "user_id": ["x"]}
    store.path.write_text(json.dumps(entry))
    assert (store.app().client_secret, store.app().token_url) == ("7", "")
    assert TokenFile(store.path.with_name("ada.json")).others().keys() == {"me"}


@pytest.mark.parametrize("pasted", ["mine", " mine\n", '"mine"', "'mine' ", "<mine>"])
def test_a_token_in_the_environment_may_be_pasted_with_what_was_around_it(tmp_path: Path, pasted: str) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path), "OURA_ACCESS_TOKEN": pasted}
    assert local_tokens(env, "me").access_token() == "mine"
