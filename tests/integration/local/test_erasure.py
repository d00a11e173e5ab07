"""An erasure removes every file and token of a person from a folder, and no byte of another person's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from oura_lake.cli.forget import command
from oura_lake.errors import NotErased, SourceUnavailable
from oura_lake.local.config_file import without_person
from oura_lake.local.erasure import holdings
from oura_lake.local.folder_store import WRITING
from oura_lake.local.token_file import token_file
from oura_lake.oura.token_json import parse_token
from oura_lake.oura.tokens import App
from oura_lake.privacy.erasure import Holding, erase, survey
from support.command_line import files
from support.noting import noting
from support.present import present

TOKEN = parse_token({"access_token": "a", "refresh_token": "r", "expires_at": "2099-01-01T00:00:00+00:00"})
KEYS = (
    "raw/oura/sleep/person={}/2026/11/x.jsonl.gz",
    "lake/sleep/person={}/year=2026/data.parquet",
    "lake/sleep/person={}/year=2026/.data.parquet",
    "lake/gone_table/person={}/data.parquet",
    "rejected/oura/sleep/person={}/x.json.gz",
    "ledger/person={}/illness.json",
    "ledger/person={}/notices/x.json",
)
N_REMOVALS = 19  # 3 of the token (the file, itself again, its lock), 7 files, 9 folders


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture
def lake(tmp_path: Path, env: dict[str, str]) -> Path:
    """Two persons, one of whose names begins as the other's."""
    folder = tmp_path / "lake"
    for person in ("ada", "ada-2"):
        for key in KEYS:
            path = folder / key.format(person)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{person} {key}")
        token_file(env, person).connect(App(client_id="app", client_secret="s"), present(TOKEN))
    return folder


class Oura:
    """Takes permissions back, or cannot be reached."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.revoked, self.trouble = 0, trouble

    def __call__(self, app: Any, token: Any) -> None:
        if self.trouble:
            raise self.trouble
        self.revoked += 1


def all_of(
    lake: Path, env: dict[str, str], oura: Oura | None = None, go_on: Callable[..., bool] = lambda _: False
) -> list[Holding]:
    return holdings(lake, "ada", env, oura or Oura(), go_on)


def of(person: str, folder: Path) -> dict[str, bytes]:
    return {k: data for k, (data, _) in files(folder).items() if f"person={person}/" in k or f"/{person}." in k}


def test_nothing_of_the_person_is_left_and_another_keeps_every_byte(
    tmp_path: Path, lake: Path, env: dict[str, str]
) -> None:
    before, oura = of("ada-2", tmp_path), Oura()
    assert erase(all_of(lake, env, oura), lambda *_: None) == {"tokens": 0, "files and folders": 0}
    assert of("ada", tmp_path) == {}
    assert list(lake.rglob("person=ada")) == []
    assert of("ada-2", tmp_path) == before
    assert oura.revoked == 1


def test_what_a_killed_writer_left_half_written_goes_too(lake: Path, env: dict[str, str]) -> None:
    (lake / WRITING).write_text("half of somebody's night")
    assert erase(all_of(lake, env), lambda *_: None) == {"tokens": 0, "files and folders": 0}
    assert not (lake / WRITING).exists()


@pytest.mark.parametrize("nth", range(N_REMOVALS))
def test_a_kill_at_any_removal_is_finished_by_the_next_run(
    tmp_path: Path, lake: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    before, n_removed = of("ada-2", tmp_path), iter(range(N_REMOVALS))

    def dying(remove: Callable[..., None]) -> Callable[..., None]:
        def killed(path: str, **options: object) -> None:
            if next(n_removed) == nth:
                raise KeyboardInterrupt
            remove(path, **options)

        return killed

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", dying(Path.unlink))
        patched.setattr(Path, "rmdir", dying(Path.rmdir))
        with pytest.raises(KeyboardInterrupt):
            erase(all_of(lake, env), lambda *_: None)
    assert erase(all_of(lake, env), lambda *_: None) == {"tokens": 0, "files and folders": 0}
    assert (of("ada", tmp_path), of("ada-2", tmp_path), list(lake.rglob("person=ada"))) == ({}, before, [])


def test_without_oura_nothing_goes_unless_the_owner_goes_on(tmp_path: Path, lake: Path, env: dict[str, str]) -> None:
    before, oura = of("ada", tmp_path), Oura(SourceUnavailable("Could not reach Oura; run it again later."))
    with pytest.raises(SourceUnavailable):
        erase(all_of(lake, env, oura), lambda *_: None)
    assert of("ada", tmp_path).items() >= before.items()
    questions: list[str] = []
    left = erase(all_of(lake, env, oura, lambda s: noting(questions, s, True)), lambda *_: None)
    assert set(left.values()) == {0}
    assert "stays at Oura" in questions[0]


def test_a_damaged_token_can_be_erased_too(tmp_path: Path, lake: Path, env: dict[str, str]) -> None:
    token_file(env, "ada").path.write_text("{")
    questions: list[str] = []
    left = erase(all_of(lake, env, go_on=lambda s: noting(questions, s, True)), lambda *_: None)
    assert (set(left.values()), len(questions)) == ({0}, 1)
    assert "is damaged" in questions[0]


def test_what_is_written_meanwhile_is_told_and_not_called_nothing() -> None:
    with pytest.raises(NotErased, match="2 files were written"):
        erase([Holding(kind="files", count=lambda: 2, remove=lambda: None)], lambda *_: None)


def test_a_survey_changes_nothing(tmp_path: Path, lake: Path, env: dict[str, str]) -> None:
    before = files(tmp_path)
    assert survey(all_of(lake, env)) == {"tokens": 2, "files and folders": 16}
    assert files(tmp_path) == before


CONFIG = """# mine
[lake]
name = "oura-lake"

# the first ring
[persons.ada]
timezone = "Europe/Berlin" # home
email = ["a@example.com"]

# the second ring
[persons.ada-2]
timezone = "Europe/Paris"
"""


def test_a_person_leaves_the_config_and_every_other_line_stays() -> None:
    assert without_person(CONFIG, "ada") == CONFIG.replace(
        '[persons.ada]\ntimezone = "Europe/Berlin" # home\nemail = ["a@example.com"]\n\n', ""
    )
    assert without_person(CONFIG, "bob") == CONFIG


@pytest.mark.parametrize(("typed", "is_removed"), [("ada\n", True), ("ada-2\n", False), ("", False)])
def test_the_command_removes_only_what_the_typed_name_confirms(
    tmp_path: Path, lake: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch, typed: str, is_removed: bool
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", env["XDG_CONFIG_HOME"])
    monkeypatch.setattr("oura_lake.cli.forget.revoke", Oura())
    result = CliRunner().invoke(command, ["ada", "--lake", str(lake)], input=typed)
    assert (of("ada", tmp_path) == {}) is is_removed
    assert ("Nothing of ada is left" in result.output) is is_removed
