"""Settings of each function from its environment, all missing names in one error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from oura_lake.contract import Env
from oura_lake.errors import SettingsWrong
from oura_lake.person import Person, persons
from oura_lake.sources.oura import API_BASE_URL, TOKEN_URLS

MEMORY_MB = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"  # set by Lambda
PASTED_AROUND = ('""', "''", "<>", "``", "\u201c\u201d", "\u2018\u2019")


@dataclass(frozen=True, kw_only=True)
class IngestSettings:
    """Environment of the ingest function."""

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
    """Environment of the analyse function; `topics` maps a person to an SNS topic ARN, `bus` is the lake's own.

    `webhook_url` is the public door, at which a person answers alerts by links that the app's secret signs; empty
    where there is none. `memory_mb` is the memory of the function, 0 outside of one.
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
    memory_mb: int = 0


@dataclass(frozen=True, kw_only=True)
class MaintainSettings(AnalyseSettings):
    """Environment of the maintain function.

    It adds to analyse's environment the place of tokens, the provider, and the name of the budget that counts the
    account's cost (empty where there is none).
    """

    token_secret_prefix: str
    api_base_url: str = API_BASE_URL
    token_urls: tuple[str, ...] = TOKEN_URLS
    budget: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiveSettings:
    """Environment of the receive function; an account's parameter is the prefix and Oura's user id."""

    jobs_queue_url: str
    app_parameter: str
    accounts_prefix: str


def ingest_settings(env: Mapping[str, str]) -> IngestSettings:
    """Read the ingest function's environment; raises SettingsWrong naming every missing variable."""
    _require(
        env,
        Env.BUCKET,
        Env.BUS_NAME,
        Env.JOBS_QUEUE_URL,
        Env.TOKEN_SECRET_PREFIX,
        Env.APP_PARAMETER,
        Env.PERSONS,
    )
    return IngestSettings(
        bucket=env[Env.BUCKET],
        bus=env[Env.BUS_NAME],
        jobs_queue_url=env[Env.JOBS_QUEUE_URL],
        token_secret_prefix=env[Env.TOKEN_SECRET_PREFIX],
        app_parameter=env[Env.APP_PARAMETER],
        persons=persons(env[Env.PERSONS]),
        api_base_url=env.get(Env.API_BASE_URL, API_BASE_URL),
        token_urls=token_urls(env),
    )


def analyse_settings(env: Mapping[str, str]) -> AnalyseSettings:
    """Read the analyse function's environment; raises SettingsWrong naming every missing variable."""
    _require(env, Env.BUCKET, Env.PERSONS, Env.TOPICS, Env.ENGINE)
    return AnalyseSettings(
        bucket=env[Env.BUCKET],
        persons=persons(env[Env.PERSONS]),
        topics=json.loads(env[Env.TOPICS]),
        bus=env.get(Env.BUS_NAME, ""),
        engine=env[Env.ENGINE],
        database=env.get(Env.DATABASE, ""),
        workgroup=env.get(Env.WORKGROUP, ""),
        app_parameter=env.get(Env.APP_PARAMETER, ""),
        webhook_url=env.get(Env.WEBHOOK_URL, ""),
        memory_mb=int(env.get(MEMORY_MB, "0")),
    )


def maintain_settings(env: Mapping[str, str]) -> MaintainSettings:
    """Read the maintain function's environment; raises SettingsWrong naming every missing variable."""
    _require(env, Env.TOKEN_SECRET_PREFIX, Env.APP_PARAMETER)
    return MaintainSettings(
        **vars(analyse_settings(env)),
        token_secret_prefix=env[Env.TOKEN_SECRET_PREFIX],
        api_base_url=env.get(Env.API_BASE_URL, API_BASE_URL),
        token_urls=token_urls(env),
        budget=env.get(Env.BUDGET, ""),
    )


def receive_settings(env: Mapping[str, str]) -> ReceiveSettings:
    """Read the receive function's environment; raises SettingsWrong naming every missing variable."""
    _require(env, Env.JOBS_QUEUE_URL, Env.APP_PARAMETER, Env.ACCOUNTS_PREFIX)
    return ReceiveSettings(
        jobs_queue_url=env[Env.JOBS_QUEUE_URL],
        app_parameter=env[Env.APP_PARAMETER],
        accounts_prefix=env[Env.ACCOUNTS_PREFIX],
    )


def bare(text: str) -> str:
    """Strip the spaces, quotes or brackets with which a value was pasted."""
    text = text.strip()
    while len(text) > 1 and (text[0] + text[-1] in PASTED_AROUND):
        text = text[1:-1].strip()
    return text


def token_urls(env: Mapping[str, str]) -> tuple[str, ...]:
    """List the token endpoints in the order to try: `OURA_TOKEN_URL` (comma separated) or Oura's own."""
    given = env.get(Env.TOKEN_URL, "")
    return tuple(url for part in bare(given).split(",") if (url := bare(part))) or TOKEN_URLS


def _require(env: Mapping[str, str], *names: str) -> None:
    missing = [n for n in names if not env.get(n)]
    if missing:
        raise SettingsWrong(f"The environment lacks {', '.join(missing)}", "deploy the stack again, it sets them")
