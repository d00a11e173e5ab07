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

LOOKBACK = timedelta(days=60)  # of what was revised while nobody was asked
CLAIM_TRIES = 620  # a second apart: until the claim of a run that died ends by its age
WAITING = "A run is renewing this person's token; waiting until it is done, ten minutes at most."


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where tokens are kept: whose accounts are known there, how to keep a consent, what to run and to fetch then."""

    name: str
    person: str
    connect: str
    app: App | None
    accounts: Mapping[str, str]
    keep: Callable[[App, Token, str], None]
    next_step: str
    fetch: Callable[[int], str] = lambda days: ""
    subscribe: Callable[[], str] = lambda: ""
    others: Callable[[], list[str]] = lambda: []  # who else is connected by the one app of the place


def local_place(person: str) -> Place:
    """The owner-only file on this machine."""
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
    """The person's secret and the app's parameter of the deployed stack."""
    from oura_lake.admin.webhooks import subscribe
    from oura_lake.aws.accounts import Accounts
    from oura_lake.aws.job_queue import JobQueue
    from oura_lake.aws.s3 import S3Store
    from oura_lake.aws.secrets import AppParameter, SecretTokens  # boto3 takes a second that `--local` need not wait
    from oura_lake.aws.stack import outputs

    named = outputs(stack)
    secret = f"{_output(named, 'TokenSecretPrefix', stack)}{person}"
    app_parameter = _output(named, "AppParameter", stack)
    parameter, accounts = AppParameter(app_parameter), Accounts(app_parameter)
    SecretTokens(secret).require()
    lake, queue = S3Store(_output(named, "Bucket", stack)), JobQueue(_output(named, "JobsQueueUrl", stack))
    claims = Claims(store=lake, person=person, tries=CLAIM_TRIES, sleep=_waits)
    store, gone = SecretTokens(secret, claim=claims.exclusive), broken(lake, person)
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
        fetch=lambda days: _fetched(queue, person, days, gone),
        subscribe=lambda: subscribe(named),
        others=lambda: [name for name in names if SecretTokens(f"{named['TokenSecretPrefix']}{name}").load()],
    )


@dataclass(frozen=True, kw_only=True)
class _Consents:
    """Where the deployed lake stores a person's consent."""

    lake: "S3Store"
    person: str
    accounts: "Accounts"
    app: "AppParameter"
    tokens: "SecretTokens"

    def store(self, app: App, token: Token, user_id: str) -> None:
        """The account first, since it is what refuses; the token last, since a crash before it changes nothing."""
        if user_id:
            self.accounts.keep(user_id, self.person)
            accept_account(self.lake, self.person, user_id, datetime.now(UTC))
        self.app.save(app)
        self.tokens.connect(token)
        mend(self.lake, self.person)
        settle(self.lake, self.person, KIND, datetime.now(UTC))


def _fetched(queue: "JobQueue", person: str, days: int, gone: Broken | None) -> str:
    """Ask for so many days, and for all that were missed while there was no permission."""
    last = datetime.now(UTC).date()
    missed = gone.since.date() - LOOKBACK if gone else last
    first = max(min(last - timedelta(days=days), missed), date(FIRST_YEAR, 1, 1))
    n_jobs = queue.send_history(Backfill(person=person, first=first, last=last), slot=f"{last}")
    return f"The days since {first} are being fetched, in {n_jobs} jobs, newest first; no message comes of them."


def _waits(seconds: float) -> None:
    _tell_why()
    time.sleep(seconds)


@cache
def _tell_why() -> None:
    click.echo(WAITING, err=True)


def _app_of_another(file: TokenFile) -> App | None:
    """The app that other persons of this machine were connected to: one serves all, and its endpoint is known."""
    for entry in file.others().values():
        if entry.get("client_id") and entry.get("client_secret"):
            named = {name: str(entry.get(name) or "") for name in ("client_id", "client_secret", "token_url")}
            return App(**named)
    return None


def _output(named: Mapping[str, str], key: str, stack: str) -> str:
    if key not in named:
        raise SettingsWrong(f"The stack {stack} has no output {key}", "deploy this version of it first")
    return named[key]
