"""`oura-lake connect`: the owner's consent in a browser, and their tokens."""

import os
import sys
import webbrowser
from dataclasses import replace
from pathlib import Path

import click

from oura_lake.cli._account import account_of, checked_account
from oura_lake.cli._newcomer import welcome
from oura_lake.cli._place import Place, deployed_place, local_place
from oura_lake.contract import Env
from oura_lake.errors import SettingsWrong
from oura_lake.lake.keys import checked_person
from oura_lake.lake.plain import plain
from oura_lake.local.callback import listening
from oura_lake.local.consent import Consent, ask_consent, grant_in
from oura_lake.oura.oauth import AUTHORIZE_URL, Authority, tables_without
from oura_lake.oura.tokens import App, Token
from oura_lake.settings import bare, token_urls

REDIRECT_URI = "http://localhost:8723/callback"
CODE_LIVES_S = 600.0
NAMELESS = (
    "Oura knows the token, but may not tell who you are: the scope 'personal' is missing. So it was not checked "
    "whether this account is connected under another name."
)
APP_FORM = "https://developer.ouraring.com/applications"
EXAMPLES = """\b
Examples:
  oura-lake connect                               tokens for `oura-lake sync`, kept on this machine
  oura-lake connect --headless                    the browser is on another machine: paste its address
  oura-lake connect --deployed --person ada       tokens for the deployed lake, kept in its secret; one who is
                                                  not in config.toml yet is added to it and deployed

The client secret is asked for, or read from OURA_CLIENT_SECRET; docs/tutorials/connect.md shows how to get one.
"""


@click.command(name="connect", epilog=EXAMPLES)
@click.option("--person", default="me", show_default=True, help="Whose ring: a-z, 0-9, hyphens.")
@click.option("--deployed/--local", help="Keep the tokens in the deployed lake, or (default) on this machine.")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
@click.option("--headless", is_flag=True, help="Print the link and paste the address it leads to.")
@click.option("--client-id", envvar="OURA_CLIENT_ID", help="Of the app registered at Oura [env: OURA_CLIENT_ID].")
@click.option("--redirect-uri", default=REDIRECT_URI, show_default=True, help="As registered, to the letter.")
@click.option("--history", default=400, show_default=True, help="With --deployed: days of the past to fetch now.")
@click.option("--another-account", is_flag=True, help="The person has another account at Oura than before.")
@click.option("--another-app", is_flag=True, help="With --deployed: give up the app by which others are connected.")
@click.option(
    "--config",
    default="config.toml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="With --deployed: the file that a new person is added to.",
)
@click.option("--timezone", help="Of a new person; default: this machine's.")
@click.option("--email", help="Where a new person's messages go.")
@click.option("--yes", is_flag=True, help="Add and deploy a new person without a question.")
def command(  # noqa: PLR0913 - click hands over each option
    person: str,
    deployed: bool,
    stack: str,
    headless: bool,
    client_id: str | None,
    redirect_uri: str,
    history: int,
    another_account: bool,
    another_app: bool,
    config: Path,
    timezone: str | None,
    email: str | None,
    yes: bool,
) -> None:
    """Let the lake read a ring: consent at Oura in a browser, once."""
    if deployed:
        welcome(checked_person(person), stack, config, {"timezone": timezone, "email": email}, is_sure=yes)
    place = deployed_place(checked_person(person), stack) if deployed else local_place(checked_person(person))
    app = credentials(client_id, place.app)
    if not another_app:
        require_one_app(place, app)
    consent = ask_consent(app, redirect_uri, os.environ.get("OURA_AUTHORIZE_URL") or AUTHORIZE_URL)
    address = pasted_address(consent) if headless else browsed_address(consent)
    authority = Authority(app=app, token_urls=token_urls(os.environ), connect=place.connect)
    token = authority.exchange(grant_in(consent, address))
    user_id = checked_account(place, authority, token, lambda: account_of(token), is_other_welcome=another_account)
    place.keep(replace(app, token_url=token.token_url), token, user_id)
    click.echo(f"The tokens are in {place.name}.")
    click.echo("Oura answers with them." if user_id else NAMELESS)
    click.echo("\n".join(scope_lines(token)))
    if history > 0 and (line := place.fetch(history)):
        click.echo(line)
    if line := place.subscribe():
        click.echo(line)
    click.echo(f"Next: {place.next_step}")


def credentials(client_id: str | None, known: App | None) -> App:
    """App of the options, else the stored one, else a typed one; its secret is never an argument."""
    client_id = bare(client_id or "") or (known.client_id if known else _typed("Client id", "OURA_CLIENT_ID"))
    given = bare(os.environ.get("OURA_CLIENT_SECRET", ""))
    same = known if known and known.client_id == client_id else None
    secret = given or (same and same.client_secret) or _typed("Client secret", "OURA_CLIENT_SECRET", is_hidden=True)
    token_url = same.token_url if same and not os.environ.get(Env.TOKEN_URL) else ""
    return App(client_id=client_id, client_secret=secret, token_url=token_url)


def require_one_app(place: Place, app: App) -> None:
    """Raise SettingsWrong where others are connected by another app: a new one cannot renew their tokens."""
    if place.app is None or place.app.client_id == app.client_id or not (others := place.others()):
        return
    raise SettingsWrong(
        f"{', '.join(others)} can be read by the app {place.app.client_id} alone, and {app.client_id} would take its "
        "place",
        "unset OURA_CLIENT_ID and OURA_CLIENT_SECRET, leave --client-id away and run it again, or add "
        "--another-app and connect each of them anew",
    )


def browsed_address(consent: Consent) -> str:
    """Open the browser and wait for it to come back to this machine."""
    with listening(consent) as wait:
        click.echo(f"Opening Oura in your browser; should none open, here is the link:\n\n  {consent.url}\n")
        if not webbrowser.open(consent.url):
            click.echo("No browser opens here. If yours is on another machine, press Ctrl-C and add --headless.")
        return wait(CODE_LIVES_S)


def pasted_address(consent: Consent) -> str:
    """Show the link and read the address that the browser ends at; its page need not load."""
    click.echo(f"Open this link in any browser and allow the access:\n\n  {consent.url}\n")
    click.echo(f"The browser then goes to {consent.redirect_uri}?... (an error page there is fine).")
    address: str = click.prompt("Paste that address")
    return address


def scope_lines(token: Token) -> list[str]:
    """Lines on the granted scopes, and on the missing ones with the tables that stay empty."""
    if not token.scopes:
        return ["Oura did not say what was granted; `oura-lake sync` names each collection that it may not read."]
    lines = [f"Granted: {plain(', '.join(token.scopes))}."]
    for scope, tables in tables_without(token.scopes).items():
        empty = f"stays empty: {', '.join(tables)}" if tables else "the e-mail address stays empty"
        lines.append(f"Not granted: {scope}; {empty}. Run it again and tick it to change that.")
    return lines


def _typed(label: str, variable: str, *, is_hidden: bool = False) -> str:
    if not sys.stdin.isatty():
        raise SettingsWrong(
            f"The {label.lower()} is not known", f"set {variable} (from {APP_FORM}, see docs/tutorials/connect.md)"
        )
    text: str = click.prompt(f"{label} (from {APP_FORM})", hide_input=is_hidden)
    return bare(text)
