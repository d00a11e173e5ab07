"""Erasure of one person from a deployed lake: each kind of data about them, with its count and its removal.

The order counts: first the parts that could write again (the schedule, the permission), then the data. It runs with
the owner's own credentials; no function of the stack may delete anything.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial, wraps
from time import sleep
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.admin.dead_letters import JOB_ENDS_S, Letters, is_idle, names_in
from oura_lake.admin.object_versions import Versions
from oura_lake.admin.schedules import change
from oura_lake.admin.webhooks import own_subscriptions, unsubscribe
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.aws.stack import resources
from oura_lake.contract import Output
from oura_lake.errors import StoreUnavailable
from oura_lake.lake.keys import RESULTS_PREFIX, claim_key, is_of, signing_key_name
from oura_lake.ledger.refresh_lock import Claims
from oura_lake.oura.tokens import App, Token
from oura_lake.person import persons
from oura_lake.privacy.erasure import Confirm, Holding, counted, withdraw

STAY = "The webhooks at Oura stay, and end by themselves within 90 days."
Answer = TypeVar("Answer")
ANYBODY = "their rows may be anybody's, so all go"


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """One person in a deployed stack; `outputs` are the stack's, `revoke` revokes a permission at Oura."""

    person: str
    stack: str
    outputs: Mapping[str, str]
    client: Callable[[str], Any]
    revoke: Callable[[App, Token], None]
    go_on: Confirm

    def holdings(self) -> list[Holding]:
        """Kinds of data in the order of removal; each raises StoreError and SourceError."""
        return [replace(h, count=_translated(h.count), remove=_translated(h.remove)) for h in self._holdings()]

    def _holdings(self) -> list[Holding]:
        versions = Versions(self.outputs[Output.BUCKET], self.client("s3"))
        is_own, is_any = partial(is_of, person=self.person), lambda _key: True
        return [
            Holding(kind="schedules", count=lambda: len(self._schedules()), remove=self._unschedule),
            Holding(
                kind="tokens",
                count=lambda: self._n_secrets(self._token),
                remove=self._disconnect,
                why="taken back at Oura first",
            ),
            *self._webhooks(),
            Holding(
                kind="object versions",
                count=lambda: versions.count(is_own),
                remove=partial(self._remove_objects, versions),
                why="raw, lake, rejected and ledger, old versions and delete markers too; in up to 6 minutes, once "
                "what landed lately is judged",
            ),
            Holding(
                kind="webhook keys",
                count=lambda: self._n_secrets(self._key),
                remove=self._unkey,
                why="they sign alerts, of which none is left to send",
            ),
            Holding(
                kind="versions of query results",
                count=lambda: versions.count(is_any, RESULTS_PREFIX),
                remove=lambda: versions.remove(is_any, RESULTS_PREFIX),
                why=ANYBODY,
            ),
            *(self._letters(name, url) for name, url in json.loads(self.outputs[Output.DEAD_LETTERS]).items()),
            Holding(kind="accounts", count=lambda: len(self._accounts()), remove=self._forget_accounts),
        ]

    def _schedules(self) -> list[str]:
        names = resources(self.stack, "AWS::Scheduler::Schedule", self.client)
        return [name for name in names if self._is_about_person(name)]

    def _is_about_person(self, schedule: str) -> bool:
        """Return whether a schedule of ingest or of maintain is about the person."""
        scheduler = self.client("scheduler")
        try:
            target = scheduler.get_schedule(Name=schedule)["Target"]
        except scheduler.exceptions.ResourceNotFoundException:
            return False
        return self.person in names_in(target.get("Input") or "{}")

    def _unschedule(self) -> None:
        """Delete the schedules of the person alone; remove the person from those that serve others too."""
        scheduler = self.client("scheduler")
        for name in self._schedules():
            known = scheduler.get_schedule(Name=name)
            payload = json.loads(known["Target"]["Input"])
            others = [person for person in payload.get("detail", {}).get("persons", ()) if person != self.person]
            if others:
                payload["detail"]["persons"] = others
                change(scheduler, known, Target=known["Target"] | {"Input": json.dumps(payload)})
            else:
                scheduler.delete_schedule(Name=name)

    @property
    def _token(self) -> str:
        return f"{self.outputs[Output.TOKEN_SECRET_PREFIX]}{self.person}"

    @property
    def _key(self) -> str:
        return signing_key_name(self.outputs[Output.TOKEN_SECRET_PREFIX], self.person)

    def _n_secrets(self, name: str) -> int:
        secrets = self.client("secretsmanager")
        try:
            return 0 if secrets.describe_secret(SecretId=name).get("DeletedDate") else 1
        except secrets.exceptions.ResourceNotFoundException:
            return 0

    def _disconnect(self) -> None:
        """Revoke the permission, then delete the secret at once, without the days in which it could be restored.

        It waits until no job is under way, and holds the claim: nobody would revoke a token renewed meanwhile.
        """
        self._let_jobs_end()
        app = AppParameter(self.outputs[Output.APP_PARAMETER], self.client("ssm"))
        lake = S3Store(self.outputs[Output.BUCKET], self.client("s3"))
        claims = Claims(store=lake, person=self.person, sleep=time.sleep)
        tokens = SecretTokens(self._token, self.client("secretsmanager"), claims.exclusive)
        with tokens.exclusively():
            withdraw(tokens.load, app.load, self.revoke, self.go_on)
            tokens.forget()

    def _let_jobs_end(self) -> None:
        if not is_idle(self.client("sqs"), self.outputs[Output.JOBS_QUEUE_URL]):
            busy = StoreUnavailable(
                f"A job is still under way and may write of {self.person}", "run it again in half an hour"
            )
            if not self.go_on(str(busy)):
                raise busy

    def _unkey(self) -> None:
        """Delete the key at once too; the next deploy would delete it and finds none, which is no error."""
        self.client("secretsmanager").delete_secret(SecretId=self._key, ForceDeleteWithoutRecovery=True)

    def _remove_objects(self, versions: Versions) -> None:
        """Remove the objects once no job is under way and no analysis, since either might write after the removal.

        An analysis has no queue to count, so the removal waits as long as an analysis of the last landing may take.
        """
        is_own = partial(is_of, person=self.person)
        self._let_jobs_end()
        if newest := versions.newest(lambda key: is_own(key) and key != claim_key(self.person)):
            sleep(max(0.0, JOB_ENDS_S - (datetime.now(UTC) - newest).total_seconds()))
        versions.remove(is_own)

    def _webhooks(self) -> list[Holding]:
        """Webhooks of the app, which serve everybody and are removed with the last person alone."""
        others = persons(self.outputs[Output.PERSONS]).keys() - {self.person}
        if others or "WebhookUrl" not in self.outputs:
            return []
        count = partial(counted, lambda: len(own_subscriptions(self.outputs)), self.go_on, STAY)
        return [Holding(kind="webhooks", count=count, remove=self._unsubscribe)]

    def _unsubscribe(self) -> None:
        unsubscribe(self.outputs)

    def _letters(self, name: str, url: str) -> Holding:
        letters = Letters(url, self.client("sqs"))
        return Holding(
            kind=f"dead letters ({name})",
            count=partial(letters.count, self.person),
            remove=partial(letters.remove, self.person),
        )

    def _accounts(self) -> list[str]:
        prefix = f"{self.outputs[Output.APP_PARAMETER].rpartition('/')[0]}/accounts/"
        pages = self.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=prefix)
        return [p["Name"] for page in pages for p in page["Parameters"] if p["Value"] == self.person]

    def _forget_accounts(self) -> None:
        for name in self._accounts():
            self.client("ssm").delete_parameter(Name=name)


def _translated(ask: Callable[[], Answer]) -> Callable[[], Answer]:
    """Wrap a call so that an error of AWS becomes StoreUnavailable with a sentence."""

    @wraps(ask)
    def translated() -> Answer:
        try:
            return ask()
        except ClientError as error:
            problem = f"AWS refused {error.operation_name} ({error.response['Error']['Code']})"
            raise StoreUnavailable(problem, "check your permissions and run it again") from error
        except BotoCoreError as error:
            raise StoreUnavailable(f"AWS cannot be reached ({type(error).__name__})", "run it again") from error

    return translated
