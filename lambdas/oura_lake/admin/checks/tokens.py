"""Checks of a person's connection to Oura; they show no token and use up none.

A refresh token works once, and the ingest function alone uses it: an expired access token is
reported, never renewed here.
"""

from datetime import datetime, timedelta

from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.admin.checks.stack import variables
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import SecretTokens
from oura_lake.contract import Env, Output
from oura_lake.errors import ScopeMissing, SettingsWrong, TokenRejected
from oura_lake.ledger.token_status import Broken, broken
from oura_lake.oura.client import OuraClient, RetryPolicy
from oura_lake.oura.oauth import tables_without
from oura_lake.oura.token_json import ENDED
from oura_lake.oura.tokens import StoredToken, Token
from oura_lake.sources.oura import API_BASE_URL, SOURCE

HASTE = RetryPolicy(attempts=2, longest_pause_s=5.0, run_s=20.0)
DAYS_FROM_H = 48
UNRENEWED = timedelta(days=2)  # the schedule fires at least once in that time


def stored(account: Account, person: str, now: datetime) -> Finding:
    """Check that the secret holds a token that is valid, or that the schedule can renew."""
    found = _found(account, person)
    if found is None:
        return State.FAILED, f"Nobody is connected yet; run `{_connect(person)}`."
    if refused := _refusal(account, person, found.version):
        since = f"{refused.since:%Y-%m-%d %H:%M} UTC"
        if refused.is_app:
            mend = f"put the secret that it has at Oura now into OURA_CLIENT_SECRET and run `{_connect(person)}`"
            return State.FAILED, f"Since {since} Oura refuses the app; {mend}, once for all persons."
        return State.FAILED, f"Since {since} Oura accepts no token and nothing is fetched; run `{_connect(person)}`."
    token, left = found.token, found.token.expires_at - now
    if not token.refresh_token:
        return _unrenewable(person, left)
    if token.expires_at == ENDED:
        edited = "The token in the secret does not say when it ends, so it was edited by hand; the next run renews it"
        return State.WARNING, f"{edited}, or run `{_connect(person)}`."
    if left < -UNRENEWED:
        return State.WARNING, f"The token ended {_span(-left)} ago and no run renewed it; see the schedule and the log."
    if token.scopes and (missing := tables_without(token.scopes)):
        empty = sorted({table for tables in missing.values() for table in tables})
        stay = f"stay empty ({', '.join(empty)})" if empty else "lack the e-mail address"
        return State.WARNING, f"Not granted: {', '.join(missing)}; tables {stay} until `{_connect(person)}`."
    ends = f"ends in {_span(left)}" if left > timedelta() else f"ended {_span(-left)} ago"
    return State.OK, f"The secret holds a token; it {ends}, the schedule renews it."


def _unrenewable(person: str, left: timedelta) -> Finding:
    if left > timedelta():
        return State.WARNING, f"The token ends in {_span(left)} and cannot be renewed; then run `{_connect(person)}`."
    return State.FAILED, f"The token ended {_span(-left)} ago and cannot be renewed; run `{_connect(person)}`."


def answered(account: Account, person: str, now: datetime) -> Finding:
    """Check that Oura answers a request that any token may make."""
    found = _found(account, person)
    if found is None:
        return State.SKIPPED, "Not asked: there is no token."
    token = found.token
    if token.expires_at <= now or not token.access_token:
        return State.SKIPPED, "Not asked: the token has ended, and the schedule is the one to renew it."
    base_url = variables(account, account.outputs[Output.INGEST_FUNCTION]).get(Env.API_BASE_URL) or API_BASE_URL
    with OuraClient(tokens=_Unrenewed(token, person), base_url=base_url, retry_policy=HASTE) as client:
        try:
            list(client.pages(SOURCE.endpoint("personal_info"), {}))
        except ScopeMissing:
            return State.OK, "Oura knows the token; it may not tell who you are (scope personal)."
    return State.OK, "Oura answers with the token."


def _found(account: Account, person: str) -> StoredToken | None:
    name = f"{account.outputs[Output.TOKEN_SECRET_PREFIX]}{person}"
    try:
        return SecretTokens(name, account.client("secretsmanager")).load()
    except (KeyError, ValueError) as error:
        raise SettingsWrong(f"The secret {name} holds no token of ours", f"run `{_connect(person)}`") from error


def _refusal(account: Account, person: str, version: str) -> Broken | None:
    """Token status of this stored token, where Oura refused it for good; that of an older token is past."""
    noted = broken(S3Store(account.outputs[Output.BUCKET], account.client("s3")), person)
    return noted if noted and noted.version == version else None


class _Unrenewed:
    """A token that is used and never renewed."""

    def __init__(self, token: Token, person: str) -> None:
        self._token, self._person = token, person

    def access_token(self) -> str:
        """Return the token."""
        return self._token.access_token

    def refresh(self, rejected: str) -> str:
        """Raise TokenRejected, since no check renews a token."""
        raise TokenRejected(
            "Oura does not accept the token",
            f"the next run of the schedule tries to renew it, and if this stays, run `{_connect(self._person)}`",
        )


def _connect(person: str) -> str:
    return f"oura-lake connect --deployed --person {person}"


def _span(length: timedelta) -> str:
    hours = length / timedelta(hours=1)
    if hours >= DAYS_FROM_H:
        return f"{hours / 24:,.0f} days"
    return f"{hours:.0f} h" if hours >= 1 else f"{hours * 60:.0f} min"
