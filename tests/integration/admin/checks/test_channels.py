"""The checks find a way that would stay silent, and name the remedy."""

import json
import time
from datetime import date
from functools import partial
from typing import Any

import pytest
from oura_lake.admin.checks import channels
from oura_lake.admin.checks.model import Account, State
from support.verify_account import OUTPUTS, TOPIC, Services
from support.webhook_receiver import is_genuine, receiver, violations

NUMBER = "+447700900123"


@pytest.fixture
def aws() -> Services:
    return Services()


def subscription(protocol: str, endpoint: str, arn: str = f"{TOPIC}:1") -> dict[Any, Any]:
    return {"Protocol": protocol, "Endpoint": endpoint, "SubscriptionArn": arn, "TopicArn": TOPIC, "Owner": "1"}


def subscribes(aws: Services, *subscriptions: object) -> None:
    aws.answers("sns", "list_subscriptions_by_topic", Subscriptions=list(subscriptions))


def test_an_address_that_nobody_confirmed_fails_and_says_which_mail_to_open(aws: Services) -> None:
    subscribes(aws, subscription("email", "ada@example.com", "PendingConfirmation"))
    state, sentence = channels.mail(aws.account(), "me")
    assert state is State.FAILED
    assert sentence.startswith("a…@example.com is not confirmed; the mail from Amazon has the link")


def test_a_confirmed_address_is_well(aws: Services) -> None:
    subscribes(aws, subscription("email", "ada@example.com"))
    aws.answers("sns", "get_subscription_attributes", Attributes={"ConfirmationWasAuthenticated": "true"})
    assert channels.mail(aws.account(), "me") == (State.OK, "a…@example.com is confirmed.")


@pytest.mark.parametrize(
    "subscribed", [[], [subscription("email", "ada@example.com", "Deleted")]], ids=["none", "deleted"]
)
def test_no_address_is_a_warning(aws: Services, subscribed: list[Any]) -> None:
    subscribes(aws, *subscribed)
    state, sentence = channels.mail(aws.account(), "me")
    assert (state, "set email in config.toml" in sentence) == (State.WARNING, True)


@pytest.mark.parametrize(("status", "expected"), [("Pending", State.FAILED), ("Verified", State.OK)])
def test_in_the_sandbox_every_number_must_be_verified(aws: Services, status: str, expected: State) -> None:
    subscribes(aws, subscription("sms", NUMBER))
    aws.answers("sns", "get_sms_sandbox_account_status", IsInSandbox=True)
    aws.answers("sns", "list_sms_sandbox_phone_numbers", PhoneNumbers=[{"PhoneNumber": NUMBER, "Status": status}])
    state, sentence = channels.sandbox(aws.account(), "me")
    assert state is expected
    assert "…123 is" in sentence
    assert NUMBER not in sentence


def test_without_a_number_sms_is_not_looked_at(aws: Services) -> None:
    subscribes(aws, subscription("email", "ada@example.com"))
    assert channels.sandbox(aws.account(), "me")[0] is State.SKIPPED


@pytest.mark.parametrize(
    ("limits", "state", "words"),
    [
        ({"MonthlySpendLimit": "5"}, State.OK, "5 USD"),
        ({}, State.OK, "1 USD"),
        ({"MonthlySpendLimit": "0"}, State.FAILED, "raise the monthly limit"),
    ],
)
def test_the_spend_limit_is_told(aws: Services, limits: dict[str, str], state: State, words: str) -> None:
    subscribes(aws, subscription("sms", NUMBER))
    aws.answers("sns", "get_sms_attributes", attributes=limits)
    found = channels.spend_limit(aws.account(), "me")
    assert (found[0], words in found[1]) == (state, True)


def test_what_the_emulator_lacks_is_not_a_failure(aws: Services) -> None:
    subscribes(aws, subscription("sms", NUMBER))
    aws.refuses("sns", "get_sms_sandbox_account_status", "InvalidAction")
    account = aws.account(is_emulator=True)
    check = account.checked("SMS", partial(channels.sandbox, account, "me"))
    assert check.state is State.SKIPPED
    assert check.sentence == "Not checked here: the emulator has no GetSMSSandboxAccountStatus."


def test_the_test_message_says_in_its_first_word_that_it_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    monkeypatch.setattr(channels, "publish", lambda message, target, way: sent.append((message, target, way)))
    assert channels.publish_test(Services().account(), "me")[0] is State.OK
    (message, target, _), _ = sent
    assert [way for _, _, way in sent] == ["email", "sms"]
    assert (message.subject.startswith("TEST"), "TEST" in message.sms, target) == (True, True, TOPIC)


def hooked(aws: Services, url: str) -> Account:
    return aws.account(outputs=OUTPUTS | {"Persons": json.dumps({"me": {"webhook": url, "webhook_key": "key of me"}})})


def test_a_webhook_is_named_by_its_host_and_its_key_is_read(aws: Services) -> None:
    account = hooked(aws, "https://hooks.example.net/token")
    aws.answers("secretsmanager", "get_secret_value", SecretString="k")
    state, sentence = channels.webhook(account, "me")
    assert (state, "hooks.example.net, signed" in sentence, "token" in sentence) == (State.OK, True, False)
    aws.refuses("secretsmanager", "get_secret_value", "ResourceNotFoundException")
    check = account.checked("webhook", partial(channels.webhook, account, "me"))
    assert (check.state, "key could not be read" in check.sentence) == (State.FAILED, True)


def test_a_test_reaches_the_webhook_signed_and_says_that_it_is_one(aws: Services) -> None:
    with receiver() as program:
        aws.answers("secretsmanager", "get_secret_value", SecretString="k")
        assert channels.webhook_test(hooked(aws, program.url), "me", date(2026, 3, 1))[0] is State.OK
        [taken] = program.taken
    assert is_genuine()("k", taken.headers, taken.body, time.time())
    assert (taken.event["step"], "TEST" in taken.event["text"], violations(taken.event)) == ("test", True, [])


def test_without_a_webhook_none_is_looked_at(aws: Services) -> None:
    assert channels.webhook(aws.account(), "me")[0] is State.SKIPPED
    assert channels.webhook_test(aws.account(), "me", date(2026, 3, 1))[0] is State.SKIPPED
