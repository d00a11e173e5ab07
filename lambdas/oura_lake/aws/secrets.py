"""Tokens in Secrets Manager, one secret per person; the app's credentials in one SSM SecureString.

A new token is first stored as AWSPENDING and then becomes AWSCURRENT by a compare-and-swap: a crash
between the two loses nothing, since the next reader promotes the pending version. Then the mark AWSPENDING
is removed; the emulator, unlike AWS, would let several versions bear it.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from typing import Any

from botocore.config import Config

from oura_lake.aws import session
from oura_lake.aws.errors import Missing, translated
from oura_lake.aws.parameters import app_entry
from oura_lake.errors import NotConnected, StoreUnavailable, WriteConflict
from oura_lake.lake.json_text import parse
from oura_lake.lake.store import Store
from oura_lake.ledger.refresh_lock import Claims
from oura_lake.ledger.token_status import connect_command
from oura_lake.oura.oauth import Authority
from oura_lake.oura.token_json import parse_token, token_json
from oura_lake.oura.tokens import App, RefreshingTokens, StoredToken, Token

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
CONSENT_TRIES = 3
IN_HASTE = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
"""For a function: a call without an answer fails in less than the 30 s that a job leaves for its end."""
VERSIONS = uuid.UUID("6f1d3c5e-8f0b-4a58-9a55-0d6f6f757261")


class SecretTokens:
    """The token store of the deployed lake; `claim` keeps other refreshers out."""

    def __init__(
        self, name: str, client: Any = None, claim: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        self._name = name
        self._claim = claim
        self._secrets = client or session.client("secretsmanager")
        self._written = ""  # the version stored last; a second store might remove a later mark

    def require(self) -> None:
        """Raise SettingsWrong where the stack made no such secret; called before a consent."""
        with translated(self._name):
            self._secrets.describe_secret(SecretId=self._name)

    def changed_at(self) -> datetime | None:
        """Time at which the present token was stored, by the secret's own dates."""
        with translated(self._name):
            found: datetime | None = self._secrets.describe_secret(SecretId=self._name).get("LastChangedDate")
            return found

    def load(self) -> StoredToken | None:
        """Load the present token; None for a secret that was never filled. Raises StoreUnavailable for a damaged one.

        A pending version that is newer than the current one is promoted: a crash stopped its writer.
        """
        current, pending = self._version(CURRENT), self._version(PENDING)
        if pending and current and pending["VersionId"] != current["VersionId"]:
            current = self._promoted(pending, current)
        token = self._token(current["SecretString"]) if current else None
        return StoredToken(token, current["VersionId"]) if token and current else None

    def save(self, token: Token, *, replacing: str | None) -> str:
        """Store the token; raises WriteConflict when the current version is another than `replacing`.

        A renewed token is written before any other call: until then it exists in this process alone.
        """
        text = json.dumps(token_json(token))
        version = str(uuid.uuid5(VERSIONS, hashlib.sha256(text.encode()).hexdigest()))
        current = replacing or (self._version(CURRENT) or {}).get("VersionId")
        if current == version:
            return version
        if self._written != version:
            with translated(self._name):
                self._secrets.put_secret_value(
                    SecretId=self._name, SecretString=text, ClientRequestToken=version, VersionStages=[PENDING]
                )
            self._written = version
        self._promote(version, current)
        return version

    def connect(self, token: Token) -> None:
        """Store the token of a new consent in place of any other, which may be under renewal; raises WriteConflict.

        It holds the claim: a version that a renewal left pending beside it, and died, would be newer and replace it.
        """
        with self.exclusively():
            for is_last in (n == CONSENT_TRIES for n in range(1, CONSENT_TRIES + 1)):
                try:
                    self.save(token, replacing=None)
                except WriteConflict:
                    if is_last:
                        raise
                    continue
                return

    def forget(self) -> None:
        """Delete the secret, if there is one, at once, without the days in which it could be restored."""
        with suppress(Missing), translated(self._name):
            self._secrets.delete_secret(SecretId=self._name, ForceDeleteWithoutRecovery=True)

    def exclusively(self) -> AbstractContextManager[None]:
        """Hold the claim. The queue delivers one job of a person at a time, but other processes renew tokens too."""
        return self._claim()

    def _version(self, stage: str) -> dict[str, Any] | None:
        try:
            with translated(self._name):
                answer: dict[str, Any] = self._secrets.get_secret_value(SecretId=self._name, VersionStage=stage)
                return answer
        except Missing:
            return None

    def _promoted(self, pending: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
        try:
            is_token = self._token(pending["SecretString"]) is not None
        except StoreUnavailable:  # the current one counts
            is_token = False
        if not is_token or pending["CreatedDate"] < current["CreatedDate"]:
            return current
        try:
            self._promote(pending["VersionId"], current["VersionId"])
        except WriteConflict:  # another reader promoted it, or a consent came between
            return self._version(CURRENT) or current
        return pending

    def _token(self, text: str) -> Token | None:
        """Token in the secret's text; None for the placeholder. Raises StoreUnavailable for a damaged text.

        The placeholder of a new secret is `{}`, or a random word. Any other text that holds no JSON object was a token
        once: it has a brace or a quotation mark, which a random word does not have.
        """
        try:
            entry = parse(text)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) and any(mark in text for mark in '{["'):
            raise StoreUnavailable(
                f"The secret {self._name} is damaged", f"run `{connect_command(self._name.rpartition('/')[2])}`"
            )
        return parse_token(entry)

    def _promote(self, version: str, current: str | None) -> None:
        """Make a pending version the current one; raises WriteConflict.

        Then it is no longer pending, whether it won or lost: a loser must not win later. After any other error it stays
        pending, and the next reader promotes it.
        """
        stages = {"MoveToVersionId": version} | ({"RemoveFromVersionId": current} if current else {})
        try:
            self._stage(CURRENT, **stages)
        except WriteConflict:
            self._stage(PENDING, RemoveFromVersionId=version)
            raise
        self._stage(PENDING, RemoveFromVersionId=version)

    def _stage(self, stage: str, **versions: str) -> None:
        with translated(self._name):
            self._secrets.update_secret_version_stage(SecretId=self._name, VersionStage=stage, **versions)


class AppParameter:
    """The SecureString with the app's credentials; other keys in it are left as they are."""

    def __init__(self, name: str, client: Any = None) -> None:
        self._name = name
        self._ssm = client or session.client("ssm")

    def load(self) -> App:
        """Credentials; raises NotConnected where they were never stored."""
        app = self.find()
        if app is None:
            raise NotConnected(f"The parameter {self._name} holds no app", "run `oura-lake connect --deployed`")
        return app

    def find(self) -> App | None:
        """Credentials; None where they were never stored."""
        entry = app_entry(self._ssm, self._name)
        if not entry.get("client_id"):
            return None
        return App(
            client_id=entry["client_id"],
            client_secret=entry.get("client_secret", ""),
            token_url=entry.get("token_url", ""),
        )

    def save(self, app: App) -> None:
        """Store the credentials, and the token endpoint that is known to be the app's."""
        entry = app_entry(self._ssm, self._name) | vars(app)
        with translated(self._name):
            self._ssm.put_parameter(Name=self._name, Value=json.dumps(entry), Type="SecureString", Overwrite=True)


def person_tokens(
    secret: str, person: str, app: AppParameter, token_urls: tuple[str, ...], store: Store, client: Any
) -> RefreshingTokens:
    """Tokens of one person of the deployed lake, whose ledger holds the claim on their renewal.

    The app is read with each renewal, since its secret may have changed.
    """

    def renewed(token: Token) -> Token:
        return Authority(app=app.load(), token_urls=token_urls, connect=connect_command(person)).renew(token)

    claims = Claims(store=store, person=person, sleep=time.sleep)
    return RefreshingTokens(SecretTokens(secret, client, claims.exclusive), renewed)


def require_connected(prefix: str, person: str) -> None:
    """Raise NotConnected where no token of the person is stored, since a job would wait for one in silence."""
    if SecretTokens(f"{prefix}{person}").load() is None:
        raise NotConnected(f"{person} is not connected to this lake", f"run `{connect_command(person)}`")
