"""The place of a person's tokens: this machine, or the deployed lake."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import click

from oura_lake.errors import SettingsWrong
from oura_lake.ingestion.backfill import Backfill
from oura_lake.lake.keys import FIRST_YEAR
from oura_lake.ledger.account import accept_account
from oura_lake.ledger.refresh_lock import Claims
from oura_lake.ledger.token_status import Broken, broken, connect_command, mend
from oura_lake.local.token_file import TokenFile, token_file
from oura_lake.local.token_file import connect_command as local_command
from oura_lake.maintenance.tasks.tokens import KIND
from oura_lake.monitoring.notices import settle
from oura_lake.oura.tokens import App, Token
from oura_lake.person import persons

if TYPE_CHECKING:
    from oura_lake.aws.accounts import Accounts
    from oura_lake.aws.job_queue import JobQueue
    from oura_lake.aws.s3 import S3Store
    from oura_lake.aws.secrets import AppParameter, SecretTokens

LOOKBACK = timedelta(days=60)  # Oura may have revised these days while the lake could request none
CLAIM_TRIES = 620  # a second apart, for longer than the claim of a dead run lasts
WAITING = "A run is renewing this person's token; waiting until it is done, ten minutes at most."


@dataclass(frozen=True, kw_only=True)
class Place:
    """A store of tokens: the accounts it knows, how to store a consent, and the next steps after one."""

    name: str
    person: str
    connect: str
    app: App | None
    accounts: Mapping[str, str]
    keep: Callable[[App, Token, str], None]
    next_step: str
    fetch: Callable[[int], str] = lambda days: ""
    subscribe: Callable[[], str] = lambda: ""
    others: Callable[[], list[str]] = lambda: []  # the other persons who are connected by the one app of the place


def local_place(person: str) -> Place:
    """Owner-only file on this machine."""
    file = token_file(os.environ, person)
    known = file.app() if file.load() else _app_of_another(file)
    accounts = {str(entry["user_id"]): name for name, entry in file.others().items() if entry.get("user_id")}
    if own := file.user_id():
        accounts.setdefault(own, person)
    whose = "" if person == "me" else f" --person {person}"
    return Place(
        name=str(file.path),
        person=person,
        connect=local_command(person),
        app=known,
        accounts=accounts,
        keep=lambda app, token, user_id: file.connect(app, token, user_id or own),
        next_step=f"oura-lake sync --lake FOLDER{whose}",
    )


def deployed_place(person: str, stack: str) -> Place:
    """Person's secret and the app's parameter of the deployed stack."""
    from oura_lake.admin.webhooks import subscribe
    from oura_lake.aws.accounts import Accounts
    from oura_lake.aws.job_queue import JobQueue
    from oura_lake.aws.s3 import S3Store
    from oura_lake.aws.secrets import AppParameter, SecretTokens  # boto3 loads for a second; `--local` need not wait
    from oura_lake.aws.stack import outputs

    named = outputs(stack)
    secret = f"{_output(named, 'TokenSecretPrefix', stack)}{person}"
    app_parameter = _output(named, "AppParameter", stack)
    parameter, accounts = AppParameter(app_parameter), Accounts(app_parameter)
    SecretTokens(secret).require()
    lake, queue = S3Store(_output(named, "Bucket", stack)), JobQueue(_output(named, "JobsQueueUrl", stack))
    claims = Claims(store=lake, person=person, tries=CLAIM_TRIES, sleep=_wait)
    store, lapse = SecretTokens(secret, claim=claims.exclusive), broken(lake, person)
    names = sorted(persons(named.get("Persons", "{}")).keys() - {person})
    consents = _Consents(lake=lake, person=person, accounts=accounts, app=parameter, tokens=store)

    return Place(
        name=f"the secret {secret}",
        person=person,
        connect=connect_command(person),
        app=parameter.find(),
        accounts=accounts.all(),
        keep=consents.store,
        next_step="oura-lake verify",
        fetch=lambda days: _fetched(queue, person, days, lapse),
        subscribe=lambda: subscribe(named),
        others=lambda: [name for name in names if SecretTokens(f"{named['TokenSecretPrefix']}{name}").load()],
    )


@dataclass(frozen=True, kw_only=True)
class _Consents:
    """Stores of a person's consent in the deployed lake."""

    lake: "S3Store"
    person: str
    accounts: "Accounts"
    app: "AppParameter"
    tokens: "SecretTokens"

    def store(self, app: App, token: Token, user_id: str) -> None:
        """Store the account first, since only it can be refused, and the token last: a crash before changes nothing."""
        if user_id:
            self.accounts.keep(user_id, self.person)
            accept_account(self.lake, self.person, user_id, datetime.now(UTC))
        self.app.save(app)
        self.tokens.connect(token)
        mend(self.lake, self.person)
        settle(self.lake, self.person, KIND, datetime.now(UTC))


def _fetched(queue: "JobQueue", person: str, days: int, lapse: Broken | None) -> str:
    """Queue so many days, and all days since the permission was lost."""
    last = datetime.now(UTC).date()
    missed = lapse.since.date() - LOOKBACK if lapse else last
    first = max(min(last - timedelta(days=days), missed), date(FIRST_YEAR, 1, 1))
    n_jobs = queue.send_history(Backfill(person=person, first=first, last=last), slot=f"{last}")
    return f"The days since {first} are being fetched, in {n_jobs} jobs, newest first; no message comes of them."


def _wait(seconds: float) -> None:
    _explain_wait()
    time.sleep(seconds)


@cache
def _explain_wait() -> None:
    click.echo(WAITING, err=True)


def _app_of_another(file: TokenFile) -> App | None:
    """App of the other persons on this machine, with its token endpoint; one app serves all of them."""
    for entry in file.others().values():
        if entry.get("client_id") and entry.get("client_secret"):
            named = {name: str(entry.get(name) or "") for name in ("client_id", "client_secret", "token_url")}
            return App(**named)
    return None


def _output(named: Mapping[str, str], key: str, stack: str) -> str:
    if key not in named:
        raise SettingsWrong(f"The stack {stack} has no output {key}", "deploy this version of it first")
    return named[key]
