"""The checks before a deploy, in the order in which a person mends what they find."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from botocore.config import Config

from oura_lake.admin.checks.model import Account, Check, Finding, State
from oura_lake.admin.preflight import account as accounts
from oura_lake.admin.preflight import permissions, settings, stack
from oura_lake.aws import session
from oura_lake.errors import SettingsWrong

HASTE = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2})
AS_ABOVE = "Not answered, for the reason of {} above."


def opened(step: Callable[[str], None]) -> Account:
    """Account that the environment names, of which nothing need be deployed. Makes no call."""

    @cache
    def client(service: str, **settings_of: Any) -> Any:
        return session.client(service, config=HASTE, **settings_of)

    return Account(
        client=client,
        outputs={},
        persons=(),
        step=step,
        unanswered=State.WARNING,
        is_emulator="AWS_ENDPOINT_URL" in os.environ,
    )


def every_check(account: Account, config: Path) -> Iterator[Check]:
    """Run all checks; one that fails for the same reason as an earlier one says so in a few words."""
    yield account.checked("config.toml", partial(settings.read, config))
    found = _wanted(config)
    yield account.checked("names", partial(settings.names, found))
    yield account.checked("time zones", partial(settings.zones, found))
    seen: dict[str, str] = {}
    for name, look in _of_aws(account, found).items():
        check = account.checked(name, look)
        first = seen.setdefault(check.sentence, name) if check.state is State.FAILED else name
        yield check if first == name else replace(check, state=State.SKIPPED, sentence=AS_ABOVE.format(first))


def _of_aws(account: Account, found: settings.Wanted) -> Mapping[str, Callable[[], Finding]]:
    return {
        "account": partial(accounts.identity, account),
        "plan": partial(accounts.plan, account),
        "permissions": partial(permissions.deploying, account),
        "roles": partial(permissions.roles, account),
        "commands": partial(permissions.commands, account),
        "CDK": partial(stack.bootstrap, account),
        "CDK's bucket": partial(stack.bootstrap_bucket, account),
        "stack": partial(stack.lake_stack, account),
        "bucket": partial(stack.bucket, account, found),
        "Lake Formation": partial(accounts.lake_formation, account),
        "functions": partial(accounts.functions_at_once, account, found),
        "public address": partial(permissions.public_address, account, found),
        "budget": partial(accounts.budgets, account, found),
        "SMS": partial(accounts.sms_sandbox, account, found),
        "SMS limit": partial(accounts.sms_limit, account, found),
        "SMS sender": partial(accounts.sms_sender, account, found),
    }


def _wanted(config: Path) -> settings.Wanted:
    """Wishes of config.toml; those of an empty one where it cannot be read, which the first check reports."""
    try:
        return settings.wanted(config)
    except SettingsWrong:
        return settings.Wanted()
