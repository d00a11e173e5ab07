"""Oura's webhook subscriptions of a deployed lake: made after a consent, removed before the stack.

python -m oura_lake.admin.webhooks      # removes them all
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from oura_lake.aws.region import TwoRegions
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


def own_subscriptions(named: Mapping[str, str]) -> list[Subscription]:
    """Subscriptions of the stack's address; none where it has no address. Raises SourceError, StoreUnavailable."""
    if "WebhookUrl" not in named:
        return []
    with _deployed(named) as subscriptions:
        return [s for s in subscriptions.all() if s.callback_url == named["WebhookUrl"]]


def subscribe(named: Mapping[str, str]) -> str:
    """Make missing subscriptions, and report in a sentence; empty where the stack has no address.

    A failure is reported too and not raised: the consent is valid, and maintain tries again within a day.
    """
    if "WebhookUrl" not in named:
        return ""
    try:
        with _deployed(named) as subscriptions:
            wanted = kinds(persons(named["Persons"]).values())
            result = ensure(subscriptions, named["WebhookUrl"], wanted, datetime.now(UTC))
    except OuraLakeError as error:
        return f"No webhook was made so far, and the lake tries again within a day: {error}"
    sentence = f"Oura tells the lake of {result.active} kinds of change; {result.created} of these webhooks are new."
    if result.failures:
        sentence += f" {len(result.failures)} failed and are tried again within a day: {result.failures[0]}"
    return sentence


def unsubscribe(named: Mapping[str, str]) -> str:
    """Remove all of the stack's, and report in a sentence. Raises SourceError, StoreUnavailable, NotConnected."""
    if "WebhookUrl" not in named:
        return "The stack has no webhooks."
    with _deployed(named) as subscriptions:
        return f"{remove_all(subscriptions, named['WebhookUrl'])} webhooks at Oura are removed."


def main() -> None:
    """Remove the subscriptions before a destroy; a failure does not stop it, since they end by themselves."""
    try:
        sentence = unsubscribe(outputs())
    except TwoRegions as error:  # the destroy would not know either which stack is meant
        sys.exit(f"oura-lake: {error}")
    except SettingsWrong as error:
        sentence = f"No webhooks were looked for: {error}"
    except OuraLakeError as error:
        sentence = f"The webhooks at Oura stay, and end by themselves within 90 days: {error}"
    sys.stdout.write(f"oura-lake: {sentence}\n")


if __name__ == "__main__":
    main()
