"""The lake of a status, and its surroundings: token, webhooks, costs."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from oura_lake.cli._days import zone
from oura_lake.cli._engine import engine_of
from oura_lake.cli._persons import zone_of
from oura_lake.cli._store import store_of
from oura_lake.contract import Output
from oura_lake.errors import OuraLakeError
from oura_lake.lake.people import known_person, persons_with_rows
from oura_lake.lake.store import Store
from oura_lake.local.token_file import token_file
from oura_lake.oura.tokens import StoredToken
from oura_lake.person import Person, persons
from oura_lake.query.model import Engine

if TYPE_CHECKING:
    from oura_lake.admin.checks.model import Check


@dataclass(frozen=True, kw_only=True)
class Token:
    """State of a person's token; `stored_at` is the time of the last store."""

    is_connected: bool
    expires_at: datetime | None = None
    stored_at: datetime | None = None
    can_renew: bool = False


@dataclass(frozen=True, kw_only=True)
class Webhooks:
    """Number of the app's webhooks at Oura and the first end of one, or why both are unknown."""

    n_held: int = 0
    first_ends: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The lake of a status, with its `persons` from the settings or the folder.

    `cost` is the account's cost of this month in dollars, None where it is unknown. `webhooks` are those of the app and
    so of all persons, None where they have no address. `mail` checks a person's mail, None where they have none.
    """

    engine: Engine
    store: Store
    zones: dict[str, ZoneInfo]
    persons: Mapping[str, Person]
    token: Callable[[str], Token]
    cost: Callable[[], float | None]
    webhooks: Callable[[], Webhooks | None]
    is_deployed: bool
    mail: Callable[[str], "Check | None"] = lambda _person: None


def place_of(lake: Path | None, person: str | None, timezone: str | None = None, *, deployed: bool) -> Place:
    """Folder or the deployed lake; raises SettingsWrong unless it is exactly one."""
    if lake is None and deployed:
        return _deployed(person, timezone)
    store = store_of(lake, deployed=deployed)
    zones = _chosen({name: zone_of(name, lake, timezone) for name in persons_with_rows(store)}, person)
    return Place(
        engine=engine_of(lake, deployed=deployed, person=next(iter(zones)) if len(zones) == 1 else None),
        store=store,
        zones=zones,
        persons={name: Person(name=name, timezone=str(one)) for name, one in zones.items()},
        token=_of_file,
        cost=lambda: None,
        webhooks=lambda: None,
        is_deployed=False,
    )


def _deployed(person: str | None, timezone: str | None) -> Place:
    from oura_lake.admin.checks.all_checks import opened  # boto3 and pandas take seconds to load
    from oura_lake.admin.checks.channels import mail
    from oura_lake.admin.checks.views import QueryEngine
    from oura_lake.aws.budget import month_to_date
    from oura_lake.aws.s3 import S3Store
    from oura_lake.aws.secrets import SecretTokens
    from oura_lake.aws.stack import DEFAULT_STACK

    account = opened(DEFAULT_STACK, person, lambda _step: None)
    known = persons(account.outputs[Output.PERSONS])
    secrets = account.client("secretsmanager")

    def token(name: str) -> Token:
        secret = SecretTokens(f"{account.outputs[Output.TOKEN_SECRET_PREFIX]}{name}", secrets)
        stored = secret.load()
        return _standing(stored, secret.changed_at()) if stored else Token(is_connected=False)

    return Place(
        engine=QueryEngine(account).engine(),
        store=S3Store(account.outputs[Output.BUCKET], account.client("s3")),
        zones={name: zone(timezone or known[name].timezone) for name in account.persons},
        persons=known,
        token=token,
        cost=cache(lambda: month_to_date(account.client)),
        webhooks=cache(lambda: _webhooks(account.outputs)),
        is_deployed=True,
        mail=lambda name: account.checked("e-mail", partial(mail, account, name)),
    )


def _webhooks(named: Mapping[str, str]) -> Webhooks | None:
    from oura_lake.admin.webhooks import own_subscriptions

    if "WebhookUrl" not in named:
        return None
    try:
        found = own_subscriptions(named)
    except OuraLakeError as error:
        return Webhooks(trouble=str(error))
    return Webhooks(n_held=len(found), first_ends=min((one.expires for one in found), default=None))


def _chosen(zones: dict[str, ZoneInfo], person: str | None) -> dict[str, ZoneInfo]:
    if person is None:
        return zones
    return {person: zones[known_person(person, zones)]}


def _of_file(person: str) -> Token:
    if os.environ.get("OURA_ACCESS_TOKEN"):
        return Token(is_connected=True)
    file = token_file(os.environ, person)
    stored = file.load()
    if stored is None:
        return Token(is_connected=False)
    return _standing(stored, datetime.fromtimestamp(file.path.stat().st_mtime, UTC))


def _standing(stored: StoredToken, stored_at: datetime | None) -> Token:
    token = stored.token
    return Token(
        is_connected=True, expires_at=token.expires_at, stored_at=stored_at, can_renew=bool(token.refresh_token)
    )
