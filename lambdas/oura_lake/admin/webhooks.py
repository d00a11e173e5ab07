"""Oura's webhook subscriptions of a deployed lake: made after a consent, removed before the stack.

python -m oura_lake.admin.webhooks      # removes them all
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from oura_lake.aws.secrets import AppParameter
from oura_lake.aws.stack import outputs
from oura_lake.contract import Env
from oura_lake.errors import OuraLakeError, SettingsWrong
from oura_lake.oura.subscription_client import SubscriptionApi, subscription_api
from oura_lake.oura.subscriptions import Subscription, ensure, kinds, remove_all
from oura_lake.person import persons
from oura_lake.sources.oura import API_BASE_URL


@contextmanager
def _deployed(named: Mapping[str, str]) -> Iterator[SubscriptionApi]:
    app = AppParameter(named["AppParameter"]).load()
    with subscription_api(app, os.environ.get(Env.API_BASE_URL) or API_BASE_URL) as subscriptions:
        yield subscriptions


def held(named: Mapping[str, str]) -> list[Subscription]:
    """Those of the stack with these outputs; none where it has no address. Raises SourceError, StoreUnavailable."""
    if "WebhookUrl" not in named:
        return []
    with _deployed(named) as subscriptions:
        return [s for s in subscriptions.all() if s.callback_url == named["WebhookUrl"]]


def subscribe(named: Mapping[str, str]) -> str:
    """Make what is missing, and say so in a sentence; empty where the stack has no address.

    What fails is said too and not raised: the consent holds, and maintain tries again within a day.
    """
    if "WebhookUrl" not in named:
        return ""
    try:
        with _deployed(named) as subscriptions:
            wanted = kinds(persons(named["Persons"]).values())
            kept = ensure(subscriptions, named["WebhookUrl"], wanted, datetime.now(UTC))
    except OuraLakeError as error:
        return f"No webhook was made so far, and the lake tries again within a day: {error}"
    said = f"Oura tells the lake of {kept.held} kinds of change; {kept.made} of these webhooks are new."
    if kept.failures:
        said += f" {len(kept.failures)} failed and are tried again within a day: {kept.failures[0]}"
    return said


def unsubscribe(named: Mapping[str, str]) -> str:
    """Remove all of the stack's, and say so in a sentence. Raises SourceError, StoreUnavailable, NotConnected."""
    if "WebhookUrl" not in named:
        return "The stack has no webhooks."
    with _deployed(named) as subscriptions:
        return f"{remove_all(subscriptions, named['WebhookUrl'])} webhooks at Oura are removed."


def main() -> None:
    """Before a destroy, which must not fail for want of it: what stays at Oura ends by itself."""
    try:
        said = unsubscribe(outputs())
    except SettingsWrong as error:
        said = f"No webhooks were looked for: {error}"
    except OuraLakeError as error:
        said = f"The webhooks at Oura stay, and end by themselves within 90 days: {error}"
    sys.stdout.write(f"oura-lake: {said}\n")


if __name__ == "__main__":
    main()
