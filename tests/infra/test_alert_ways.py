"""A person's webhook is signed by a key that nobody sees, and no rule of the stack takes an alert of the bus."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks
from oura_lake.contract import EVENT_SOURCE, DetailType
from oura_lake.person import persons
from support.templates import listed, of_type, statements

from infra import config, removals, settings, target

Template = dict[str, Any]
URL = "https://hooks.example.net/oura?token=t"
ADA = {"timezone": "Europe/London", "webhook": URL, "webhook_from": "major"}
BOB = {"timezone": "America/Denver"}
HOOKED = config.parsed({"persons": {"ada": ADA, "bob": BOB}})


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory, app_of: Callable[..., cdk.App]) -> Template:
    """Stack of two persons, one with a webhook, which passed cdk-nag."""
    app = app_of(target.AWS, tmp_path_factory.mktemp("hooked"), persons=HOOKED.persons)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    template: Template = app.synth().get_stack_by_name("OuraLake").template
    return template


def test_the_key_is_made_by_aws_for_who_has_a_webhook_and_is_in_no_template(hooked: Template) -> None:
    [key] = [s for s in of_type(hooked, "AWS::SecretsManager::Secret").values() if "webhook" in s["Name"]]
    assert key["Name"] == "oura-lake/webhook/ada"
    assert key["GenerateSecretString"] == {"ExcludePunctuation": True, "PasswordLength": 64}
    assert "SecretString" not in key


def test_analyse_alone_reads_the_key_and_no_token(hooked: Template) -> None:
    [reading] = [s for s in statements(hooked, "Analyse") if "secretsmanager" in str(s["Action"])]
    [key] = [name for name, s in of_type(hooked, "AWS::SecretsManager::Secret").items() if "webhook" in s["Name"]]
    assert (reading["Action"], [resource["Ref"] for resource in listed(reading["Resource"])]) == (
        "secretsmanager:GetSecretValue",
        [key],
    )
    policies = of_type(hooked, "AWS::IAM::Policy")
    assert [name for name, policy in policies.items() if key in str(policy)] == [n for n in policies if "Analyse" in n]


def test_the_functions_are_told_of_the_webhook_with_the_keys_name(hooked: Template) -> None:
    [persons_text] = [p["Value"] for p in of_type(hooked, "AWS::SSM::Parameter").values() if "persons" in p["Name"]]
    filled = "".join(part if isinstance(part, str) else "arn" for part in persons_text["Fn::Join"][1])
    ada, bob = persons(filled).values()
    assert (ada.webhook, bob.webhook) == (persons(filled)["ada"].webhook, None)
    assert ada.webhook
    assert (ada.webhook.url, ada.webhook.key) == (URL, "arn")
    assert [(way.name, way.least, way.is_for_person) for way in ada.ways[2:]] == [
        ("bus", "minor", False),
        ("webhook", "major", False),
    ]
    assert [way.name for way in bob.ways] == ["email", "sms", "bus"]


def test_no_rule_of_the_stack_hears_an_alert(hooked: Template) -> None:
    """Otherwise a message would wake the function that sent it."""
    patterns = [rule["EventPattern"] for rule in of_type(hooked, "AWS::Events::Rule").values()]
    assert len(patterns) == 2
    assert not [
        p
        for p in patterns
        if EVENT_SOURCE in p["source"] and DetailType.ALERT in p.get("detail-type", [DetailType.ALERT])
    ]


def test_forty_webhooks_fit_into_the_parameters(app_of: Callable[..., cdk.App], tmp_path: Path) -> None:
    webhooks = {f"person-{n}": ADA | {"webhook": f"{URL}{n}"} for n in range(40)}
    many = config.parsed({"persons": webhooks})
    made = app_of(target.AWS, tmp_path, persons=many.persons).synth().get_stack_by_name("OuraLake").template
    for parameter in of_type(made, "AWS::SSM::Parameter").values():
        parts = parameter["Value"]["Fn::Join"][1] if isinstance(parameter["Value"], dict) else [parameter["Value"]]
        assert sum(len(part) if isinstance(part, str) else 150 for part in parts) <= settings.ROOM_BYTES


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.net/",
        "hooks.example.net",
        "https://me:secret@hooks.example.net/",
        "https://a.net/#x",
        "ftp://a/",
        "http://127.0.0.1.example.net/",
        "https:///x",
        "https://a b/",
        "https://a:b/",
        "https://a:70000/",
        "https://a/\u00fc",
    ],
)
def test_an_address_that_no_alert_may_go_to_is_refused(url: str) -> None:
    with pytest.raises(config.ConfigWrong, match=r"webhook is .* begins with https://"):
        config.parsed({"persons": {"ada": ADA | {"webhook": url}}})


def test_this_machine_is_an_address_for_the_emulator_alone() -> None:
    local = config.parsed({"persons": {"ada": ADA | {"webhook": "http://127.0.0.1:8123/hook"}}})
    assert (target.emulator().has_loopback, target.AWS.has_loopback) == (True, False)
    with pytest.raises(config.ConfigWrong, match="webhook is plain HTTP to your own machine"):
        config.check_public(local)
    config.check_public(HOOKED)


def test_a_deploy_that_takes_a_webhook_away_names_it_without_its_address() -> None:
    before = {"persons": {"ada": ADA, "bob": BOB}}
    without = config.parsed({"persons": {"ada": {"timezone": "Europe/London"}, "bob": BOB}})
    elsewhere = config.parsed({"persons": {"ada": ADA | {"webhook": "https://other.example.net/"}, "bob": BOB}})
    assert (removals.removed(before, without), removals.removed(before, elsewhere)) == (["ada.webhook"], [])
    assert not re.search("example|token", json.dumps(removals.removed(before, without)))
