"""`oura-lake connect`: may we read this ring? Ask its owner in a browser, and keep the tokens."""

import os
import sys
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import click

from oura_lake.backfill import Backfill
from oura_lake.errors import ScopeMissing, SettingsWrong
from oura_lake.http import OuraClient
from oura_lake.lake.layout import FIRST_YEAR, checked_person
from oura_lake.local.callback import listening
from oura_lake.local.consent import Consent, ask_consent, grant_in
from oura_lake.local.token_file import token_file
from oura_lake.oauth import AUTHORIZE_URL, Authority, tables_without
from oura_lake.settings import API_BASE_URL, token_urls
from oura_lake.sources.oura import SOURCE
from oura_lake.tokens import App, RefreshingTokens, Token, TokenStore

REDIRECT_URI = "http://localhost:8723/callback"
CODE_LIVES_S = 600.0
APP_FORM = "https://developer.ouraring.com/applications"
EXAMPLES = """\b
Examples:
  oura-lake connect                               tokens for `oura-lake sync`, kept on this machine
  oura-lake connect --headless                    the browser is on another machine: paste its address
  oura-lake connect --deployed --person ada       tokens for the deployed lake, kept in its secret

The client secret is asked for, or read from OURA_CLIENT_SECRET; docs/connect.md shows how to get one.
"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where tokens are kept: the app known there, how to keep a consent, what to run and to fetch afterwards."""

    name: str
    app: App | None
    store: TokenStore
    keep: Callable[[App, Token], None]
    next_step: str
    fetch: Callable[[int], str] = lambda days: ""
    subscribe: Callable[[], str] = lambda: ""


@click.command(name="connect", epilog=EXAMPLES)
@click.option("--person", default="me", show_default=True, help="Whose ring: a-z, 0-9, hyphens.")
@click.option("--deployed/--local", help="Keep the tokens in the deployed lake, or (default) on this machine.")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
@click.option("--headless", is_flag=True, help="Print the link and paste the address it leads to.")
@click.option("--client-id", envvar="OURA_CLIENT_ID", help="Of the app registered at Oura [env: OURA_CLIENT_ID].")
@click.option("--redirect-uri", default=REDIRECT_URI, show_default=True, help="As registered, to the letter.")
@click.option("--history", default=400, show_default=True, help="With --deployed: days of the past to fetch now.")
def command(  # noqa: PLR0913 - click hands over each option
    person: str, deployed: bool, stack: str, headless: bool, client_id: str | None, redirect_uri: str, history: int
) -> None:
    """Let the lake read a ring: say yes at Oura in a browser, once."""
    place = deployed_place(checked_person(person), stack) if deployed else local_place(checked_person(person))
    app = credentials(client_id, place.app)
    consent = ask_consent(app, redirect_uri, os.environ.get("OURA_AUTHORIZE_URL") or AUTHORIZE_URL)
    address = pasted_address(consent) if headless else browsed_address(consent)
    authority = Authority(app=app, token_urls=token_urls(os.environ))
    token = authority.exchange(grant_in(consent, address))
    place.keep(app, token)
    click.echo(f"The tokens are in {place.name}.")
    click.echo(proof(RefreshingTokens(place.store, authority.renew)))
    click.echo("\n".join(scope_lines(token)))
    if history > 0 and (said := place.fetch(history)):
        click.echo(said)
    if said := place.subscribe():
        click.echo(said)
    click.echo(f"Next: {place.next_step}")


def local_place(person: str) -> Place:
    """The owner-only file on this machine."""
    file = token_file(os.environ, person)
    known = file.app() if file.load() else None
    whose = "" if person == "me" else f" --person {person}"
    return Place(
        name=str(file.path), app=known, store=file, keep=file.connect,
        next_step=f"oura-lake sync --lake FOLDER{whose}",
    )


def deployed_place(person: str, stack: str) -> Place:
    """The person's secret and the app's parameter of the deployed stack."""
    from oura_lake.aws.queue import JobQueue
    from oura_lake.aws.secrets import AppParameter, SecretTokens  # boto3 takes a second that `--local` need not wait
    from oura_lake.aws.stack import outputs
    from oura_lake.aws.webhooks import subscribe

    named = outputs(stack)
    secret = f"{_output(named, 'TokenSecretPrefix', stack)}{person}"
    parameter, store = AppParameter(_output(named, "AppParameter", stack)), SecretTokens(secret)
    store.require()

    def keep(app: App, token: Token) -> None:
        parameter.save(app)
        store.save(token, replacing=None)

    queue = JobQueue(_output(named, "JobsQueueUrl", stack))

    def fetch(days: int) -> str:
        last = datetime.now(UTC).date()
        first = max(last - timedelta(days=days), date(FIRST_YEAR, 1, 1))
        n_jobs = queue.send_history(Backfill(person=person, first=first, last=last), slot=f"{last}")
        return f"The days since {first} are being fetched, in {n_jobs} jobs, newest first; no message comes of them."

    return Place(
        name=f"the secret {secret}", app=parameter.find(), store=store, keep=keep, next_step="oura-lake verify",
        fetch=fetch, subscribe=lambda: subscribe(named),
    )


def credentials(client_id: str | None, known: App | None) -> App:
    """The app: as given, else as stored, else as typed; its secret is never an argument."""
    client_id = client_id or (known.client_id if known else _typed("Client id", "OURA_CLIENT_ID"))
    given = os.environ.get("OURA_CLIENT_SECRET")
    stored = known.client_secret if known and known.client_id == client_id else None
    secret = given or stored or _typed("Client secret", "OURA_CLIENT_SECRET", is_hidden=True)
    return App(client_id=client_id, client_secret=secret)


def browsed_address(consent: Consent) -> str:
    """Open the browser and wait for it to come back to this machine."""
    with listening(consent) as wait:
        click.echo(f"Opening Oura in your browser; should none open, here is the link:\n\n  {consent.url}\n")
        if not webbrowser.open(consent.url):
            click.echo("No browser opens here. If yours is on another machine, press Ctrl-C and add --headless.")
        return wait(CODE_LIVES_S)


def pasted_address(consent: Consent) -> str:
    """Show the link and take the address that the browser ends at, a page that need not load."""
    click.echo(f"Open this link in any browser and allow the access:\n\n  {consent.url}\n")
    click.echo(f"The browser then goes to {consent.redirect_uri}?... (an error page there is fine).")
    address: str = click.prompt("Paste that address")
    return address


def proof(tokens: RefreshingTokens) -> str:
    """Read with the stored tokens what any token may read, and say that it worked; no value is shown."""
    with OuraClient(tokens=tokens, base_url=os.environ.get("OURA_API_BASE_URL") or API_BASE_URL) as client:
        try:
            list(client.pages(SOURCE.endpoint("personal_info"), {}))
        except ScopeMissing:
            return "Oura knows the token, but may not tell who you are: the scope 'personal' is missing."
    return "Oura answers with them."


def scope_lines(token: Token) -> list[str]:
    """What was granted, what was not, and which tables stay empty for it."""
    if not token.scopes:
        return ["Oura did not say what was granted; `oura-lake sync` names each collection that it may not read."]
    lines = [f"Granted: {', '.join(token.scopes)}."]
    for scope, tables in tables_without(token.scopes).items():
        empty = f"stays empty: {', '.join(tables)}" if tables else "the e-mail address stays empty"
        lines.append(f"Not granted: {scope}; {empty}. Run it again and tick it to change that.")
    return lines


def _typed(label: str, variable: str, *, is_hidden: bool = False) -> str:
    if not sys.stdin.isatty():
        raise SettingsWrong(f"The {label.lower()} is not known; set {variable} (from {APP_FORM}, see docs/connect.md).")
    text: str = click.prompt(f"{label} (from {APP_FORM})", hide_input=is_hidden)
    return text.strip()


def _output(named: Mapping[str, str], key: str, stack: str) -> str:
    if key not in named:
        raise SettingsWrong(f"The stack {stack} has no output {key}; deploy this version of it first.")
    return named[key]
