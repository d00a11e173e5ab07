"""Token files of a laptop: one file for each person, readable by its owner alone.

`$XDG_CONFIG_HOME/oura-lake/<person>.json` (`~/.config/…` by default): outside every repository and lake.
"""

import hashlib
import json
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from oura_lake.errors import SettingsWrong, StoreUnavailable, WriteConflict
from oura_lake.lake.json_text import parse
from oura_lake.lake.keys import checked_person
from oura_lake.local.private_file import OWNER_ONLY_FOLDER, private_lock, replace_private
from oura_lake.oura.oauth import refreshing_tokens
from oura_lake.oura.token_json import parse_token, token_json
from oura_lake.oura.tokens import App, FixedToken, StoredToken, Token, TokenProvider
from oura_lake.settings import bare, token_urls

OTHERS = stat.S_IRWXG | stat.S_IRWXO
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class TokenFile:
    """The token store of a laptop; holds the app's credentials too."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> StoredToken | None:
        """Token and a digest of the file as its version; None where there is no file."""
        data = self._read()
        token = parse_token(self._entry(data)) if data is not None else None
        return StoredToken(token, _digest(data or b"")) if token else None

    def app(self) -> App:
        """App that received the token; raises SettingsWrong."""
        entry = self._entry(self._read() or b"{}")
        if not entry.get("client_id"):
            raise SettingsWrong(f"{self.path} names no app", "run `oura-lake connect`")
        named = {name: str(entry.get(name) or "") for name in ("client_id", "client_secret", "token_url")}
        return App(**named)

    def save(self, token: Token, *, replacing: str | None) -> str:
        """Replace the token, keep the app; raises WriteConflict. Call it within `exclusively`."""
        data = self._read() or b"{}"
        if replacing is not None and _digest(data) != replacing:
            raise WriteConflict(f"{self.path} was changed by another program", "run it again")
        return self._write(self._entry(data) | token_json(token))

    def connect(self, app: App, token: Token, user_id: str = "") -> None:
        """Store a new consent of an account in place of the old one."""
        credentials = {"client_id": app.client_id, "client_secret": app.client_secret, "user_id": user_id}
        with self.exclusively():
            self._write(credentials | token_json(token))

    def user_id(self) -> str:
        """Id of the connected account; empty where it is unknown."""
        return str(self._entry(self._read() or b"{}").get("user_id") or "")

    def others(self) -> dict[str, dict[str, Any]]:
        """Contents of the other persons' files by person; an unreadable file is left out."""
        found = {}
        for path in sorted(self.path.parent.glob("*.json")):
            with suppress(SettingsWrong, StoreUnavailable):
                if path != self.path and (data := TokenFile(path)._read()):
                    found[path.stem] = self._entry(data)
        return found

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Hold the file's lock: one process of this machine at a time renews the token."""
        with ExitStack() as stack:
            try:
                self._require_own_folder()
                stack.enter_context(private_lock(self.path.with_suffix(".lock")))
            except OSError as error:
                raise self._unusable(error) from error
            yield

    def _require_own_folder(self) -> None:
        """Make the folder; raises SettingsWrong for one in which others could replace the token."""
        folder = self.path.parent
        folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        if folder.stat().st_mode & OTHERS_WRITE:
            raise SettingsWrong(f"Others can write to {folder}, which holds tokens", f"run `chmod 700 {folder}`")

    def _read(self) -> bytes | None:
        try:
            data = self.path.read_bytes()
            mode = self.path.stat().st_mode
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from error
        if mode & OTHERS:
            raise SettingsWrong(f"Others can read {self.path}, which holds tokens", f"run `chmod 600 {self.path}`")
        return data

    def _entry(self, data: bytes) -> dict[str, Any]:
        try:
            entry = parse(data)
        except ValueError as error:
            raise SettingsWrong(f"{self.path} is damaged", "delete it and run `oura-lake connect`") from error
        return entry if isinstance(entry, dict) else {}

    def _write(self, entry: Mapping[str, Any]) -> str:
        """Write a temporary file, rename it over the old one and return its digest; a reader sees one or the other.

        The writer holds the lock, so one temporary name is enough; the next writer overwrites the rest of a killed one.
        """
        beside, data = self.path.with_suffix(".new"), json.dumps(entry, indent=2).encode()
        try:
            replace_private(self.path, data, beside)
        except OSError as error:
            raise self._unusable(error) from error
        return _digest(data)

    def _unusable(self, error: OSError) -> StoreUnavailable:
        return StoreUnavailable(
            f"Cannot keep the token in {self.path}: {error.strerror}",
            "make the folder writable, or set XDG_CONFIG_HOME",
        )


def token_file(env: Mapping[str, str], person: str) -> TokenFile:
    """Token file of a person under the configuration folder."""
    folder = env.get("XDG_CONFIG_HOME") or Path(env.get("HOME") or Path.home()) / ".config"
    return TokenFile(Path(folder) / "oura-lake" / f"{checked_person(person)}.json")


def local_tokens(env: Mapping[str, str], person: str) -> TokenProvider:
    """Tokens of OURA_ACCESS_TOKEN, else of `oura-lake connect`; raises SettingsWrong."""
    if fixed := bare(env.get("OURA_ACCESS_TOKEN", "")):
        if not (fixed.isascii() and fixed.isprintable()):
            raise SettingsWrong("OURA_ACCESS_TOKEN holds characters that no token has", "copy it again")
        return FixedToken(fixed)
    store = token_file(env, person)
    if store.load() is None:
        raise SettingsWrong(f"There is no token for {person}", "run `oura-lake connect`, or set OURA_ACCESS_TOKEN")
    return refreshing_tokens(store, store.app(), token_urls(env), connect_command(person))


def connect_command(person: str) -> str:
    """Command by which a person gives a consent on this machine."""
    return "oura-lake connect" if person == "me" else f"oura-lake connect --person {person}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
