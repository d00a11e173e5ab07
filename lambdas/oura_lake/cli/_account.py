"""Check of the Oura account that gave its consent, before anything is stored under a person's name."""

import os
from collections.abc import Callable

from oura_lake.cli._place import Place
from oura_lake.contract import Env
from oura_lake.errors import OuraLakeError, SettingsWrong, SourceError
from oura_lake.ledger import account
from oura_lake.oura.client import OuraClient
from oura_lake.oura.oauth import Authority
from oura_lake.oura.tokens import FixedToken, Token
from oura_lake.sources.oura import API_BASE_URL


def account_of(token: Token) -> str:
    """User id of the account that a fresh token reads; empty without the scope `personal`. Raises SourceError."""
    base_url = os.environ.get(Env.API_BASE_URL) or API_BASE_URL
    with OuraClient(tokens=FixedToken(token.access_token), base_url=base_url) as client:
        return account.account_of(client)


def checked_account(
    place: Place, authority: Authority, token: Token, ask: Callable[[], str], *, is_other_welcome: bool
) -> str:
    """User id, if the person may use the account; else revoke the fresh permission and raise the reason."""
    try:
        user_id = ask()
        _check(place, user_id, is_other_welcome=is_other_welcome)
    except SettingsWrong as unwelcome:
        advices = (unwelcome.advice, _taken_back(authority, token))
        raise SettingsWrong(unwelcome.problem, "; ".join(filter(None, advices))) from unwelcome
    except OuraLakeError:
        _taken_back(authority, token)
        raise
    return user_id


def _check(place: Place, user_id: str, *, is_other_welcome: bool) -> None:
    holder = place.accounts.get(user_id, place.person)
    if holder != place.person:
        raise SettingsWrong(
            f"This Oura account is already connected as {holder}, the browser was probably still signed in",
            f"sign out at Oura or use a private window, then run `{place.connect}` again",
        )
    own = {known for known, name in place.accounts.items() if name == place.person}
    if user_id and own and user_id not in own and not is_other_welcome:
        raise SettingsWrong(
            f"{place.person} was connected to another Oura account than the one that has just said yes",
            f"sign in with that one and run `{place.connect}` again, or add --another-account if {place.person} has "
            "changed accounts",
        )


def _taken_back(authority: Authority, token: Token) -> str:
    try:
        authority.revoke(token)
    except SourceError:
        return "nothing was stored, but Oura did not take the new permission back: remove it in your Oura account"
    return "nothing was stored, and the new permission was taken back"
