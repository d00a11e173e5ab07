"""There is no public door unless the owner wants one, and the function behind it may do next to nothing."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks
from oura_lake.settings import analyse_settings, maintain_settings, receive_settings
from support.templates import listed, of_type, one_named, statements

from infra import target
from infra.bundling import HOST, RECEIVE, build, unzipped_bytes
from infra.config import parsed

Template = dict[str, Any]
AppOf = Callable[..., cdk.App]
GATEWAY = "http://127.0.0.1:1/_aws/lambda-url/"
ME = {"persons": {"me": {"timezone": "Europe/Berlin"}}}


@pytest.fixture(scope="module")
def open_template(tmp_path_factory: pytest.TempPathFactory, app_of: AppOf) -> Template:
    """Template for AWS with webhooks, which passed cdk-nag."""
    app = app_of(target.AWS, tmp_path_factory.mktemp("open"), webhooks=True, webhooks_at_once=2)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    template: Template = app.synth().get_stack_by_name("OuraLake").template
    return template


def test_without_the_setting_nothing_is_public(aws_template: Template) -> None:
    assert not of_type(aws_template, "AWS::Lambda::Url")
    assert not of_type(aws_template, "AWS::Lambda::Permission").keys() & {"FunctionUrl"}
    principals = [p.get("Principal") for p in of_type(aws_template, "AWS::Lambda::Permission").values()]
    assert "*" not in principals
    assert "WebhookUrl" not in aws_template["Outputs"]


def test_with_it_one_address_is_and_nothing_else(open_template: Template) -> None:
    [url] = of_type(open_template, "AWS::Lambda::Url").values()
    public = [p for p in of_type(open_template, "AWS::Lambda::Permission").values() if p["Principal"] == "*"]
    assert (url["AuthType"], "Cors" in url) == ("NONE", False)
    assert {p["Action"] for p in public} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    assert all("ReceptionReceiveFunction" in str(p["FunctionName"]) for p in [*public, {"FunctionName": str(url)}])
    assert all(p.get("FunctionUrlAuthType") == "NONE" or p.get("InvokedViaFunctionUrl") is True for p in public)
    assert "WebhookUrl" in open_template["Outputs"]


def test_the_function_behind_it_may_do_exactly_this(open_template: Template) -> None:
    allowed = {a: resources_of(s) for s in statements(open_template, "Receive") for a in listed(s["Action"])}
    assert {action: sorted(found) for action, found in allowed.items()} == {
        "logs:CreateLogStream": ["log"], "logs:PutLogEvents": ["log"],
        "sqs:SendMessage": ["jobs"],
        "ssm:GetParameter": ["parameter/oura-lake/accounts/*", "parameter/oura-lake/app"],
    }  # fmt: skip


def test_maintain_gets_the_address_and_one_right_more(aws_template: Template, open_template: Template) -> None:
    before, after = (
        {a for s in statements(t, "Maintain") for a in listed(s["Action"])} for t in (aws_template, open_template)
    )
    assert after - before <= {"ssm:GetParameter"}
    function = one_named(open_template, "AWS::Lambda::Function", "Maintain")
    assert maintain_settings(environment(function)).webhook_url


def test_who_writes_links_to_the_door_gets_its_address_and_one_right_more_if_somebody_gets_links(
    open_template: Template, tmp_path: Path, app_of: AppOf
) -> None:
    """Analyse needs both a door and a person's own webhook; the function that answers gets no further right."""
    hooked = parsed({"persons": {"me": {"timezone": "UTC", "webhook": "https://hooks.example.net/"}}}).persons
    both, closed = (
        app_of(target.AWS, tmp_path / str(w), webhooks=w, persons=hooked).synth().get_stack_by_name("OuraLake").template
        for w in (True, False)
    )
    reading = [s for s in statements(both, "Analyse") if s not in statements(closed, "Analyse")]
    [right] = [s for s in reading if "ssm" in str(s["Action"])]
    assert (right["Action"], resources_of(right)) == ("ssm:GetParameter", {"parameter/oura-lake/app"})
    read = [
        analyse_settings(environment(one_named(t, "AWS::Lambda::Function", "Analyse")))
        for t in (both, closed, open_template)
    ]
    assert [(bool(s.webhook_url), s.app_parameter) for s in read] == [
        (True, "/oura-lake/app"),
        *[(False, "")] * 2,
    ]
    assert "ssm:GetParameter" not in {
        a for t in (closed, open_template) for s in statements(t, "Analyse") for a in listed(s["Action"])
    }
    for part in ("Receive", "Ingest", "Maintain"):
        same = [{a for s in statements(t, part) for a in listed(s["Action"])} for t in (both, open_template)]
        assert same[0] == same[1]


def test_the_function_understands_its_environment_and_says_little(open_template: Template) -> None:
    function = one_named(open_template, "AWS::Lambda::Function", "Receive")
    assert receive_settings(environment(function)).accounts_prefix == "/oura-lake/accounts/"
    assert function["LoggingConfig"]["SystemLogLevel"] == "WARN"


def test_the_door_answers_no_more_at_once_than_the_setting_says(
    open_template: Template, emulator_template: Template
) -> None:
    bounded = [
        f["ReservedConcurrentExecutions"]
        for f in of_type(open_template, "AWS::Lambda::Function").values()
        if "ReservedConcurrentExecutions" in f
    ]
    assert bounded == [2]
    assert "ReservedConcurrentExecutions" not in json.dumps(emulator_template)


def test_a_call_that_fails_is_told_to_the_owner(open_template: Template) -> None:
    assert [a for a in of_type(open_template, "AWS::CloudWatch::Alarm") if "ReceiveErrors" in a]


def test_the_emulator_is_reached_by_the_id_alone(tmp_path: Path, app_of: AppOf) -> None:
    app = app_of(target.emulator(url_gateway=GATEWAY), tmp_path, webhooks=True)
    output = app.synth().get_stack_by_name("OuraLake").template["Outputs"]["WebhookUrl"]
    assert output["Value"]["Fn::Join"][1][0] == GATEWAY


def test_its_zip_is_small() -> None:
    assert unzipped_bytes(build(RECEIVE, HOST)) < 8_000_000


ANSWERS_A_CALL = """
import sys
from datetime import UTC, datetime

import oura_lake.handlers.receive
from oura_lake.oura.webhook_event import Call, signature
from oura_lake.public_endpoint.endpoint import Accounts, PublicEndpoint, Secret

now = datetime.now(UTC)
stamp = str(int(now.timestamp()))
body = b'{"event_type":"create","data_type":"sleep","object_id":"one","user_id":"u","event_time":"2026-03-01T07:00Z"}'
headers = {"x-oura-timestamp": stamp, "x-oura-signature": signature("s", stamp, body)}
jobs = []
endpoint = PublicEndpoint(
    secret=Secret(lambda: "s"), accounts=Accounts(lambda _: "me"), send=lambda *job: jobs.append(job)
)
reply = endpoint.answer(Call(method="POST", query={}, headers=headers, body=body), now)
print(reply.status, len(jobs), {"nacl", "msgspec", "httpx", "pyarrow"} & {*sys.modules})
"""


def test_a_call_of_ouras_loads_no_package_of_its_zip() -> None:
    command = [sys.executable, "-c", ANSWERS_A_CALL]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "200 1 set()\n"


def test_with_webhooks_once_a_day_is_the_default_and_a_setting_wins() -> None:
    assert parsed(ME | {"lake": {"webhooks": True}}).schedule == "rate(1 day)"
    assert parsed(ME | {"lake": {"webhooks": True, "schedule": "rate(6 hours)"}}).schedule == "rate(6 hours)"
    assert parsed(ME).schedule == "rate(1 hour)"


def resources_of(statement: dict[str, Any]) -> set[str]:
    """Resources of a statement, in a word each."""
    return {word(json.dumps(resource)) for resource in listed(statement["Resource"])}


def word(resource: str) -> str:
    """Word for a resource: a parameter by its name, the log and the queue by what they are."""
    if "parameter/" in resource:
        return "parameter/" + resource.partition("parameter/")[2].split('"')[0]
    return "log" if "Log" in resource else "jobs" if "IngestionJobs" in resource else resource


def environment(function: dict[str, Any]) -> dict[str, str]:
    """Environment of a function, with a word for each reference, and without persons."""
    given = function["Environment"]["Variables"].items()
    known = {name: value if isinstance(value, str) else "{}" for name, value in given}
    return {"OURA_LAKE_PERSONS": "{}", "OURA_LAKE_TOPICS": "{}"} | known
