"""Forty persons fit, the account stores config.toml, and a deploy that lacks some of it stops."""

import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aws_cdk as cdk
import pytest
from support.templates import of_type

from infra import app, config, removals, settings, target
from infra.person_config import PersonSettings

ADA = {"timezone": "Europe/Berlin", "email": ["ada@b.de"], "share_with": ["ben"]}
BEN = {
    "timezone": "Asia/Tokyo",
    "email": ["ben@b.de"],
    "sms": ["+447700900123"],
    "collections": ["sleep", "tag"],
    "webhook": "https://hooks.example.net/b?t=1",
    "webhook_from": "major",
}
CAT = {"timezone": "America/Denver", "schedule": "cron(7 * * * ? *)", "numbers_in_messages": True}
LAKE = {"name": "ours", "webhooks": True, "budget_usd": 7.5, "budget_email": "owner@b.de"}
ALL = {"lake": LAKE, "persons": {"ada": ADA, "ben": BEN, "cat": CAT}}


def parameters(template: dict[str, Any], kind: str) -> list[str]:
    """Texts of the parameters of a kind, in order; the ARN of a topic is as long as one can be."""
    made = of_type(template, "AWS::SSM::Parameter").values()
    found = sorted((p for p in made if kind in p["Name"]), key=lambda p: int(p["Name"].rpartition("-")[2]))
    return [deployed(p["Value"]) for p in found]


def deployed(value: Any) -> str:
    parts = value["Fn::Join"][1] if isinstance(value, dict) else [value]
    return "".join(part if isinstance(part, str) else "x" * 150 for part in parts)


def test_the_kept_settings_are_the_settings() -> None:
    read = config.parsed(ALL)
    assert config.parsed(tomllib.loads("\n".join(settings.tables(read)))) == read


def test_every_setting_is_kept_under_the_name_that_config_toml_has() -> None:
    ways = {"email_from": "major", "sms_from": "minor", "quiet_hours": "", "weekly_mail": False, "share_with": ["cat"]}
    amounts = {"messages_a_month": 9, "illness_alerts_a_month": 1, "alerts": ["strain"], "schedule": "rate(2 days)"}
    ben = BEN | ways | amounts | {"numbers_in_messages": True}
    lake = LAKE | {"schedule": "rate(2 hours)", "webhooks_at_once": 2}
    full = {"lake": lake, "persons": {"ben": ben, "cat": CAT}}
    written = tomllib.loads("\n".join(settings.tables(config.parsed(full))))
    assert written == full
    assert written["lake"].keys() == config.LakeSettings.model_fields.keys()
    assert written["persons"]["ben"].keys() == PersonSettings.model_fields.keys()


def test_forty_persons_fit_into_parameters_and_each_function_reads_them_all(
    app_of: Callable[..., cdk.App], tmp_path: Path
) -> None:
    their_own = [{"email": f"a{n}@b.de", "sms": [], "webhook": f"{BEN['webhook']}{n}"} for n in range(40)]
    many = config.parsed({"persons": {f"person-{n}": BEN | own for n, own in enumerate(their_own)}})
    made = app_of(target.AWS, tmp_path, persons=many.persons).synth().get_stack_by_name("OuraLake").template
    persons_texts, written = parameters(made, "persons"), parameters(made, "settings")
    assert max(len(text.encode()) for text in persons_texts + written) <= settings.ROOM_BYTES
    assert {name for text in persons_texts for name in json.loads(text)} == {person.name for person in many.persons}
    assert config.parsed(tomllib.loads("\n".join(written))).persons == many.persons
    assert len(made["Resources"]) <= 500
    for function in of_type(made, "AWS::Lambda::Function").values():
        assert len(json.dumps(function["Environment"])) < settings.ROOM_BYTES


def small_app(folder: Path) -> tuple[cdk.App, cdk.Stack]:
    made = cdk.App(outdir=str(folder))
    return made, cdk.Stack(made, "OuraLake")


def test_more_persons_than_a_stack_takes_are_told_in_a_sentence(tmp_path: Path) -> None:
    many, stack = small_app(tmp_path)
    for n in range(501):
        cdk.CfnResource(stack, f"Part{n}", type="AWS::SQS::Queue")
    with pytest.raises(SystemExit, match="oura-lake: 60 persons are more than one stack takes; deploy some of them"):
        app.synthesize(many, 60)


def test_another_failure_of_the_synthesis_is_raised_as_it_is(tmp_path: Path) -> None:
    broken, stack = small_app(tmp_path)
    first, second = (cdk.CfnResource(stack, name, type="AWS::SQS::Queue") for name in ("First", "Second"))
    for resource in (first, second):
        resource.override_logical_id("Same")
    with pytest.raises(RuntimeError):
        app.synthesize(broken, 1)


def test_a_table_that_no_parameter_holds_is_named() -> None:
    with pytest.raises(config.ConfigWrong, match="takes 5000 bytes of 4094: shorten its lists"):
        settings.packed(["x"], lambda _: 5000)


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"ada": ADA, "ben": BEN, "cat": CAT}, []),
        ({"ada": ADA, "ben": BEN}, ["cat"]),
        ({"ada": ADA, "ben": BEN | {"email": ["new@b.de"]}, "cat": CAT}, ["ben@b.de"]),
        ({"ada": ADA | {"share_with": []}, "ben": BEN, "cat": CAT}, ["+447700900123", "ben@b.de"]),
        ({"ada": ADA | {"share_with": []}, "cat": CAT}, ["ben"]),
    ],
    ids=["the same", "a person", "an address of two topics", "a reader", "a reader who goes"],
)
def test_what_would_go_is_named(change: dict[str, Any], lost: list[str]) -> None:
    assert removals.removed(ALL, config.parsed({"lake": LAKE, "persons": change})) == lost


def test_the_owners_address_is_a_recipient_too() -> None:
    lake = LAKE | {"budget_email": "other@b.de"}
    assert removals.removed(ALL, config.parsed(ALL | {"lake": lake})) == ["owner@b.de"]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Account with the settings of three persons, and an app of the CDK that found credentials for it."""
    answer = SimpleNamespace(returncode=0, stdout="\n".join(settings.tables(config.parsed(ALL))), stderr="", asked=0)

    def run(*_: object, **__: object) -> SimpleNamespace:
        answer.asked += 1
        return answer

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", "123456789012")
    return answer


def refusals(context: dict[str, Any], persons: dict[str, Any]) -> list[str]:
    """Reasons for which the CDK would refuse to deploy a stack."""
    stack = cdk.Stack(cdk.App(context=context), "S")
    removals.refuse_removals(stack, config.parsed({"lake": LAKE, "persons": persons}))
    return [str(entry.data) for entry in stack.node.metadata if entry.type == "aws:cdk:error"]


def test_a_deploy_that_lacks_a_person_is_refused_unless_it_says_so(account: SimpleNamespace) -> None:
    [refusal] = refusals({}, {"ada": ADA, "ben": BEN})
    assert "lacks what is deployed: cat." in refusal
    assert "make deploy REMOVE=cat " in refusal
    assert refusals({"remove": "cat"}, {"ada": ADA, "ben": BEN}) == []
    assert refusals({"remove": "cat,ben"}, {"ada": ADA | {"share_with": []}}) == []
    assert refusals({}, {"ada": ADA, "ben": BEN, "cat": CAT}) == []


def test_an_account_that_cannot_be_asked_stops_the_deploy_in_a_sentence(account: SimpleNamespace) -> None:
    account.returncode, account.stderr = 1, "oura-lake: AWS refused to read /ours/settings-0 (Denied)."
    [refusal] = refusals({}, {"ada": ADA, "ben": BEN})
    assert refusal.startswith("oura-lake: AWS refused to read /ours/settings-0 (Denied). To deploy without a look")
    assert refusals({"remove": "anything"}, {"ada": ADA, "ben": BEN}) == []


def test_a_destroy_and_a_synthesis_without_an_account_ask_nobody(
    account: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusals({"aws:cdk:bundling-stacks": []}, {"ada": ADA, "ben": BEN}) == []  # the CDK's message at a destroy
    monkeypatch.delenv("CDK_DEFAULT_ACCOUNT")
    assert refusals({}, {"ada": ADA, "ben": BEN}) == []
    assert account.asked == 0
