"""What was each function told by its environment? Read once, all missing names in one error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oura_lake.alerts.message_budget import MESSAGES_A_MONTH
from oura_lake.alerts.model import PROGRAMS, Way
from oura_lake.alerts.quiet_hours import Hours, parse_hours
from oura_lake.alerts.wording.dates import DEPLOYED
from oura_lake.analyses.personal_threshold import EVENTS_A_MONTH
from oura_lake.analyses.model import MINOR
from oura_lake.errors import SettingsWrong

API_BASE_URL = "https://api.ouraring.com"
TOKEN_URLS = (
    "https://moi.ouraring.com/oauth/v2/ext/oauth-token",  # apps of the new portal; a code dies on the wrong one
    "https://api.ouraring.com/oauth/token",
)


PASTED_AROUND = ('""', "''", "<>", "``", "\u201c\u201d", "\u2018\u2019")


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """Where a program of a person's own is told of alerts, and the name of the secret with the key that signs them."""

    url: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """One ring's owner as configured: zone of their days, what is fetched, what a message may say, when and how.

    `alerts` are the kinds that they are told of (None: those that are on by themselves); `n_email` is how many
    addresses their messages are to reach: no function is told which. `lake_option` is how a command names the lake.
    """

    name: str
    timezone: str = "UTC"
    collections: tuple[str, ...] = ()
    numbers_in_messages: bool = False
    ways: tuple[Way, ...] = (Way(name="email"),)
    quiet_hours: Hours | None = None
    alerts: tuple[str, ...] | None = None
    messages_a_month: int = MESSAGES_A_MONTH
    illness_alerts_a_month: float = EVENTS_A_MONTH
    has_weekly_mail: bool = True
    n_email: int = 0
    webhook: Webhook | None = None
    lake_option: str = DEPLOYED

    @property
    def options(self) -> str:
        """What a command needs to be about this person's lake, ready to be pasted."""
        return f"{self.lake_option} --person {self.name}"

    def wants(self, collection: str) -> bool:
        """Whether a collection is to be fetched for them."""
        return not self.collections or collection in self.collections


@dataclass(frozen=True, kw_only=True)
class IngestSettings:
    """The environment of the ingest function."""

    bucket: str
    bus: str
    jobs_queue_url: str
    token_secret_prefix: str
    app_parameter: str
    persons: Mapping[str, Person]
    api_base_url: str = API_BASE_URL
    token_urls: tuple[str, ...] = TOKEN_URLS


@dataclass(frozen=True, kw_only=True)
class AnalyseSettings:
    """The environment of the analyse function; `topics` maps a person to an SNS topic ARN, `bus` is the lake's own.

    `webhook_url` is the public door, at which alerts may be answered with what the app's secret signs; empty where
    there is none.
    """

    bucket: str
    persons: Mapping[str, Person]
    topics: Mapping[str, str] = field(default_factory=dict)
    bus: str = ""
    engine: str = "athena"
    database: str = ""
    workgroup: str = ""
    app_parameter: str = ""
    webhook_url: str = ""


@dataclass(frozen=True, kw_only=True)
class MaintainSettings(AnalyseSettings):
    """The environment of the maintain function: what analyse knows, where tokens and the provider are, and the name
    of the budget that counts the account's cost (empty where there is none).
    """

    token_secret_prefix: str
    api_base_url: str = API_BASE_URL
    token_urls: tuple[str, ...] = TOKEN_URLS
    budget: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiveSettings:
    """The environment of the receive function; an account's parameter is the prefix and Oura's user id."""

    jobs_queue_url: str
    app_parameter: str
    accounts_prefix: str


def ingest_settings(env: Mapping[str, str]) -> IngestSettings:
    """Read the ingest function's environment; raises SettingsWrong naming every missing variable."""
    _require(
        env, "OURA_LAKE_BUCKET", "OURA_LAKE_BUS_NAME", "OURA_LAKE_JOBS_QUEUE_URL", "OURA_LAKE_TOKEN_SECRET_PREFIX",
        "OURA_LAKE_APP_PARAMETER", "OURA_LAKE_PERSONS",
    )
    return IngestSettings(
        bucket=env["OURA_LAKE_BUCKET"],
        bus=env["OURA_LAKE_BUS_NAME"],
        jobs_queue_url=env["OURA_LAKE_JOBS_QUEUE_URL"],
        token_secret_prefix=env["OURA_LAKE_TOKEN_SECRET_PREFIX"],
        app_parameter=env["OURA_LAKE_APP_PARAMETER"],
        persons=persons(env["OURA_LAKE_PERSONS"]),
        api_base_url=env.get("OURA_API_BASE_URL", API_BASE_URL),
        token_urls=token_urls(env),
    )


def analyse_settings(env: Mapping[str, str]) -> AnalyseSettings:
    """Read the analyse function's environment; raises SettingsWrong naming every missing variable."""
    _require(env, "OURA_LAKE_BUCKET", "OURA_LAKE_PERSONS", "OURA_LAKE_TOPICS", "OURA_LAKE_ENGINE")
    return AnalyseSettings(
        bucket=env["OURA_LAKE_BUCKET"],
        persons=persons(env["OURA_LAKE_PERSONS"]),
        topics=json.loads(env["OURA_LAKE_TOPICS"]),
        bus=env.get("OURA_LAKE_BUS_NAME", ""),
        engine=env["OURA_LAKE_ENGINE"],
        database=env.get("OURA_LAKE_DATABASE", ""),
        workgroup=env.get("OURA_LAKE_WORKGROUP", ""),
        app_parameter=env.get("OURA_LAKE_APP_PARAMETER", ""),
        webhook_url=env.get("OURA_LAKE_WEBHOOK_URL", ""),
    )


def maintain_settings(env: Mapping[str, str]) -> MaintainSettings:
    """Read the maintain function's environment; raises SettingsWrong naming every missing variable."""
    _require(env, "OURA_LAKE_TOKEN_SECRET_PREFIX", "OURA_LAKE_APP_PARAMETER")
    return MaintainSettings(
        **vars(analyse_settings(env)),
        token_secret_prefix=env["OURA_LAKE_TOKEN_SECRET_PREFIX"],
        api_base_url=env.get("OURA_API_BASE_URL", API_BASE_URL),
        token_urls=token_urls(env),
        budget=env.get("OURA_LAKE_BUDGET", ""),
    )


def receive_settings(env: Mapping[str, str]) -> ReceiveSettings:
    """Read the receive function's environment; raises SettingsWrong naming every missing variable."""
    _require(env, "OURA_LAKE_JOBS_QUEUE_URL", "OURA_LAKE_APP_PARAMETER", "OURA_LAKE_ACCOUNTS_PREFIX")
    return ReceiveSettings(
        jobs_queue_url=env["OURA_LAKE_JOBS_QUEUE_URL"],
        app_parameter=env["OURA_LAKE_APP_PARAMETER"],
        accounts_prefix=env["OURA_LAKE_ACCOUNTS_PREFIX"],
    )


def persons(text: str) -> dict[str, Person]:
    """Read `{"me": {"timezone": "Europe/Berlin", ...}}` into persons by name."""
    entries: dict[str, dict[str, Any]] = json.loads(text)
    return {
        name: Person(
            name=name,
            timezone=entry.get("timezone", "UTC"),
            collections=tuple(entry.get("collections") or ()),
            numbers_in_messages=bool(entry.get("numbers_in_messages", False)),
            ways=tuple(_way(name, least) for name, least in entry.get("ways", {"email": MINOR}).items()),
            quiet_hours=parse_hours(entry.get("quiet_hours", "")),
            alerts=None if entry.get("alerts") is None else tuple(entry["alerts"]),
            messages_a_month=entry.get("messages_a_month", MESSAGES_A_MONTH),
            illness_alerts_a_month=float(entry.get("illness_alerts_a_month", EVENTS_A_MONTH)),
            n_email=int(entry.get("n_email", 0)),
            has_weekly_mail=bool(entry.get("weekly_mail", True)),
            webhook=Webhook(url=entry["webhook"], key=entry["webhook_key"]) if entry.get("webhook") else None,
        )
        for name, entry in entries.items()
    }


def _way(name: str, least: str) -> Way:
    """A way out as configured; programs are told at any hour and of every step, an SMS is for what is major only."""
    is_program = name in PROGRAMS
    return Way(name=name, least=least, is_heard=not is_program, tells_end=name != "sms", tells_rise=is_program)


def bare(text: str) -> str:
    """A value as it was meant, without the spaces, quotes or brackets that it was pasted with."""
    text = text.strip()
    while len(text) > 1 and (text[0] + text[-1] in PASTED_AROUND):
        text = text[1:-1].strip()
    return text


def token_urls(env: Mapping[str, str]) -> tuple[str, ...]:
    """The token endpoints in the order to try: `OURA_TOKEN_URL` (comma separated) or Oura's own."""
    given = env.get("OURA_TOKEN_URL", "")
    return tuple(url for part in bare(given).split(",") if (url := bare(part))) or TOKEN_URLS


def _require(env: Mapping[str, str], *names: str) -> None:
    missing = [n for n in names if not env.get(n)]
    if missing:
        raise SettingsWrong(f"The environment lacks {', '.join(missing)}; deploy the stack again, it sets them.")
