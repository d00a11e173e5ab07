"""An address that gets no mail any more is noticed, reported by another way, and can be confirmed for good."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.sns.models import sns_backends
from oura_lake.admin import deployed_config
from oura_lake.admin.checks import all_checks, channels
from oura_lake.admin.checks.model import Account, State
from oura_lake.aws.sns_subscriptions import confirm, mails
from oura_lake.bootstrap.account import DeployedAccount
from oura_lake.cli.confirm import command
from oura_lake.errors import MessageNotSent, SettingsWrong, StoreUnavailable
from oura_lake.lake.store import MemoryStore
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.tasks import addresses
from oura_lake.monitoring.notices import open_notices
from oura_lake.person import Person
from oura_lake.settings import MaintainSettings
from support.illness_days import NOW, FakeEngine, Outbox, messages_of
from support.present import present
from support.verify_account import TOPIC, Services

LINK = f"https://sns.eu-central-1.amazonaws.com/confirmation.html?TopicArn={TOPIC}&Token=2336412f37&Endpoint=a@b.de"
TOLD = (
    '[persons.me]\ntimezone = "UTC"\nemail = "ada@example.com"\nshare_with = ["ben"]\n'
    '[persons.ben]\ntimezone = "UTC"\nemail = ["ben@example.com", "ada@example.com"]\n'
)


class Session:
    """Account of AWS as a function sees it."""

    def client(self, service: float) -> Any:
        return boto3.client(service, region_name="us-east-1")


@pytest.fixture
def sns() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sns", region_name="us-east-1")


@pytest.fixture
def upkeep(sns: Any) -> Upkeep:
    topic = sns.create_topic(Name="me")["TopicArn"]
    settings = MaintainSettings(bucket="b", persons={}, topics={"me": topic}, token_secret_prefix="", app_parameter="")
    return Upkeep(
        store=MemoryStore(),
        engine=FakeEngine([]),
        person=Person(name="me", n_email=2),
        now=NOW,
        send=Outbox(),
        elsewhere=Outbox(),
        settings=settings,
        account=DeployedAccount(settings=settings, aws=Session()),
    )


def subscribed(sns: Any, upkeep: Upkeep, *endpoints: str) -> list[Any]:
    topic = present(upkeep.settings).topics["me"]
    return [
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=e, ReturnSubscriptionArn=True)["SubscriptionArn"]
        for e in endpoints
    ]


def test_an_address_whose_link_was_followed_is_told_once_by_sms_and_to_those_that_are_left(
    sns: Any, upkeep: Upkeep
) -> None:
    _, lost = subscribed(sns, upkeep, "ada@example.com", "ben@example.com")
    assert addresses.run(upkeep) == {"n_lost": 0, "n_settled": 0}
    sns.unsubscribe(SubscriptionArn=lost)
    assert [addresses.run(upkeep)["n_told"] for _ in range(2)] == [1, 0]
    [by_sms], [by_mail] = messages_of(upkeep.elsewhere), messages_of(upkeep.send)
    assert (
        by_sms.sms == "Oura Lake: no mail reaches 1 of your 2 addresses, so no alert does. "
        "Run: oura-lake confirm --person me"
    )
    assert by_sms.sms.isascii()
    assert "oura-lake confirm --person me\n" in by_mail.body
    assert [n["kind"] for n in open_notices(upkeep.store, "me")] == ["addresses"]
    subscribed(sns, upkeep, "ben@example.com")
    assert addresses.run(upkeep) == {"n_lost": 0, "n_settled": 1}


def test_where_no_mail_arrives_at_all_none_is_tried(sns: Any, upkeep: Upkeep) -> None:
    has_a_number(sns, upkeep)
    assert addresses.run(upkeep) == {"n_lost": 2, "n_told": 1}
    assert (len(messages_of(upkeep.elsewhere)), messages_of(upkeep.send)) == (1, [])


def has_a_number(sns: Any, upkeep: Upkeep) -> None:
    sns.subscribe(TopicArn=present(upkeep.settings).topics["me"], Protocol="sms", Endpoint="+491701234567")


def test_what_reaches_nobody_is_not_marked_as_told_and_is_told_once_it_reaches_somebody(
    sns: Any, upkeep: Upkeep
) -> None:
    for _ in range(2):
        assert addresses.run(upkeep) == {"n_lost": 2, "n_told": 0, "n_out_of_reach": 1}
    assert (open_notices(upkeep.store, "me"), messages_of(upkeep.elsewhere)) == ([], [])
    has_a_number(sns, upkeep)
    assert addresses.run(upkeep) == {"n_lost": 2, "n_told": 1}


def test_what_the_other_way_refuses_is_told_by_the_next_round(sns: Any, upkeep: Upkeep) -> None:
    has_a_number(sns, upkeep)
    with pytest.raises(MessageNotSent):
        addresses.run(replace(upkeep, elsewhere=Outbox(broken=True)))
    assert addresses.run(upkeep)["n_told"] == 1


@pytest.mark.parametrize("changes", [{"account": None}, {"person": Person(name="me")}])
def test_on_a_laptop_or_without_an_address_nothing_is_asked(upkeep: Upkeep, changes: dict[str, Any]) -> None:
    assert addresses.run(replace(upkeep, **changes)) == {}


def test_trouble_at_sns_is_an_error_and_not_a_lost_address() -> None:
    aws = Services()
    aws.refuses("sns", "list_subscriptions_by_topic", "InternalError")
    with pytest.raises(StoreUnavailable, match="SNS did not say who is subscribed \\(InternalError\\)"):
        mails(aws.client("sns"), TOPIC)


def test_the_link_is_confirmed_signed_so_that_no_link_ends_it() -> None:
    client = boto3.client("sns", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="y")
    with Stubber(client) as stub:
        expected = {"TopicArn": TOPIC, "Token": "2336412f37", "AuthenticateOnUnsubscribe": "true"}
        stub.add_response("confirm_subscription", {"SubscriptionArn": f"{TOPIC}:1"}, expected)
        confirm(client, TOPIC, LINK)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("link", ["", "https://example.com", LINK.replace(TOPIC, "arn:other"), LINK.split("&")[0]])
def test_a_link_that_is_none_or_another_s_is_refused_before_anything_is_asked(link: str) -> None:
    with pytest.raises(SettingsWrong, match="That is not the link of this person's mail"):
        confirm(None, TOPIC, link)


def test_a_link_that_was_followed_before_says_how_to_get_another() -> None:
    aws = Services()
    aws.refuses("sns", "confirm_subscription", "AuthorizationError")
    with pytest.raises(SettingsWrong, match="--again"):
        confirm(aws.client("sns"), TOPIC, LINK)


@pytest.fixture
def account(sns: Any, upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Account of the command: two addresses are wanted, and none is subscribed so far."""
    outputs = {"Topics": json.dumps(present(upkeep.settings).topics), "Persons": '{"me": {"n_email": 2}}'}
    made = Account(client=Session().client, outputs=outputs, persons=("me",))
    monkeypatch.setattr(all_checks, "opened", lambda *_: made)
    monkeypatch.setattr(deployed_config, "deployed_config_text", lambda *_: TOLD)
    return made


def loosened(*arns: str) -> None:
    """Mark subscriptions as confirmed by a click, which moto does not distinguish."""
    for arn in arns:
        sns_backends[ACCOUNT]["us-east-1"].subscriptions[arn].attributes["ConfirmationWasAuthenticated"] = "false"


def confirmed(*arguments: str) -> list[str]:
    return CliRunner().invoke(command, arguments, catch_exceptions=False).output.splitlines()


def test_the_command_asks_again_for_each_address_of_the_settings_that_gets_no_mail(
    sns: Any, upkeep: Upkeep, account: Account
) -> None:
    lines = confirmed()
    assert [line.partition(": ")[0] for line in lines] == ["ada@example.com", "ben@example.com"]
    assert all("gets no mail so far; copy the link" in line for line in lines)
    found = sns.list_subscriptions_by_topic(TopicArn=present(upkeep.settings).topics["me"])["Subscriptions"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=found[0]["SubscriptionArn"])["Attributes"]
    assert json.loads(attributes["FilterPolicy"]) == {"way": ["email"]}


def test_the_command_says_who_can_be_ended_by_a_link_and_makes_it_anew_only_if_told_to(
    sns: Any, upkeep: Upkeep, account: Account
) -> None:
    loose = set(subscribed(sns, upkeep, "ada@example.com", "ben@example.com", "stranger@example.com"))
    loosened(*loose)
    lines = confirmed()
    assert "any link at their end can stop them" in lines[0]
    assert lines[2].startswith(
        "stranger@example.com: gets these mails though config.toml does not name it; `aws sns un"
    )
    assert {a["SubscriptionArn"] for a in sns.list_subscriptions()["Subscriptions"]} == loose
    assert all("is asked anew" in line for line in confirmed("--again")[:2])
    assert len(loose & {a["SubscriptionArn"] for a in sns.list_subscriptions()["Subscriptions"]}) == 1
    assert all("only your AWS account can end that" in line for line in confirmed()[:2])


def test_verify_finds_an_address_that_is_gone_and_one_that_a_link_can_end(
    sns: Any, upkeep: Upkeep, account: Account
) -> None:
    state, sentence = channels.mail(account, "me")
    assert (state, "2 of 2 addresses of config.toml get no mail any more" in sentence) == (State.FAILED, True)
    found = subscribed(sns, upkeep, "ada@example.com", "ben@example.com")
    assert channels.mail(account, "me")[0] is State.OK
    loosened(found[0])
    state, sentence = channels.mail(account, "me")
    assert (state, "a…@example.com is confirmed, and a mail scanner" in sentence) == (State.WARNING, True)
    assert "`oura-lake confirm --person me`" in sentence
