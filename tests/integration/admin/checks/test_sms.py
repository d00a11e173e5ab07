"""A number of a country that wants a registered sender is a warning until the account has one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from oura_lake.admin.checks import channels, sms
from oura_lake.admin.checks.model import State
from support.verify_account import TOPIC, Services

US = "+12025550123"
NUMBER: dict[str, Any] = {
    "CreatedTimestamp": datetime(2026, 1, 1, tzinfo=UTC),
    "InternationalSendingEnabled": False,
    "PhoneNumberArn": "arn:aws:sms-voice:eu-central-1:1:phone-number/1",
    "PhoneNumber": "+18005550100",
    "Status": "ACTIVE",
    "IsoCountryCode": "US",
    "MessageType": "TRANSACTIONAL",
    "NumberCapabilities": ["SMS"],
    "NumberType": "TOLL_FREE",
    "MonthlyLeasingPrice": "2",
    "TwoWayEnabled": False,
    "SelfManagedOptOutsEnabled": False,
    "OptOutListName": "Default",
    "DeletionProtectionEnabled": False,
}
SENDER = {
    "SenderIdArn": "arn:aws:sms-voice:eu-central-1:1:sender-id/LAKE/SG",
    "SenderId": "LAKE",
    "IsoCountryCode": "SG",
    "MessageTypes": ["TRANSACTIONAL"],
    "MonthlyLeasingPrice": "0",
    "DeletionProtectionEnabled": False,
    "Registered": True,
}


@pytest.fixture
def aws() -> Services:
    return Services()


def owns(aws: Services, numbers: list[Any], senders: list[Any]) -> Any:
    aws.answers("pinpoint-sms-voice-v2", "describe_phone_numbers", PhoneNumbers=numbers)
    aws.answers("pinpoint-sms-voice-v2", "describe_sender_ids", SenderIds=senders)
    return aws.client("pinpoint-sms-voice-v2")


@pytest.mark.parametrize(
    ("to", "numbers", "senders", "state"),
    [
        ((US,), [], [], State.WARNING),
        ((US,), [NUMBER], [], State.OK),
        ((US,), [NUMBER | {"Status": "PENDING"}], [], State.WARNING),
        ((US, "+6581234567"), [NUMBER], [], State.WARNING),
        ((US, "+6581234567"), [NUMBER], [SENDER], State.OK),
    ],
)
def test_each_country_that_wants_a_sender_needs_one(
    aws: Services, to: tuple[str, ...], numbers: list[Any], senders: list[Any], state: State
) -> None:
    found = sms.sender_or_warning(to, owns(aws, numbers, senders))
    assert (found[0], sms.PAGE in found[1]) == (state, state is State.WARNING)


def test_the_country_is_named_and_never_the_number(aws: Services) -> None:
    sentence = sms.sender_or_warning((US,), owns(aws, [], []))[1]
    assert "An SMS to +1 may need a sender" in sentence
    assert US not in sentence


def test_numbers_of_other_countries_ask_nothing(aws: Services) -> None:
    assert sms.sender_or_warning(("+4915112345678",), aws.client("pinpoint-sms-voice-v2"))[0] is State.OK


def test_a_permission_that_lacks_is_named_and_the_warning_stays(aws: Services) -> None:
    denied = "User: x is not authorized to perform: sms-voice:DescribePhoneNumbers on resource: y"
    aws.refuses("pinpoint-sms-voice-v2", "describe_phone_numbers", "AccessDeniedException", denied)
    state, sentence = sms.sender_or_warning((US,), aws.client("pinpoint-sms-voice-v2"))
    assert (state, "you lack the permission sms-voice:DescribePhoneNumbers" in sentence) == (State.WARNING, True)


def test_verify_asks_for_the_numbers_that_are_subscribed(aws: Services) -> None:
    subscription = {"Protocol": "sms", "Endpoint": US, "SubscriptionArn": f"{TOPIC}:1", "TopicArn": TOPIC, "Owner": "1"}
    aws.answers("sns", "list_subscriptions_by_topic", Subscriptions=[subscription])
    owns(aws, [], [])
    assert channels.sms_sender(aws.account(), "me")[0] is State.WARNING
    aws.instead("sns", "list_subscriptions_by_topic", Subscriptions=[])
    assert channels.sms_sender(aws.account(), "me") == channels.NO_NUMBER
