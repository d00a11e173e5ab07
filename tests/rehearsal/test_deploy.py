"""The real CDK deploys the stack, finds nothing to change afterwards, and destroys all but the data."""

from pathlib import Path
from typing import Any

import pytest
from oura_lake.admin import budget_stack
from oura_lake.admin.bucket_adoption import arguments
from oura_lake.admin.deployed_config import deployed_config_text
from oura_lake.aws.stack import described, outputs
from oura_lake.contract import BUDGET_STACK
from oura_lake.lake.keys import stored_view_table
from oura_lake.local.emulator import EmulatorFailed
from oura_lake.query.stored_declaration import STORED
from oura_lake.sources import lake, oura

Deployed = Any  # the fixture's class, in conftest.py
VIEWS = Path(__file__).parents[2] / "athena"


def test_a_deploy_says_what_to_do_next(deployed: Deployed) -> None:
    assert "oura-lake connect --deployed --person me" in deployed.outputs["NextStep"]


def test_a_diff_after_the_deploy_shows_no_difference(deployed: Deployed) -> None:
    assert "Number of stacks with differences: 0" in deployed.cdk("diff")


def test_a_budget_that_is_refused_leaves_the_lake_deployed_and_can_be_tried_again(deployed: Deployed) -> None:
    config, environment = Path(deployed.context["config"]), deployed.emulator.environment
    for _ in range(2):  # the emulator makes no budget, so that the first try leaves a stack that failed
        assert budget_stack.deploy(config, deployed.client, environment) == budget_stack.REFUSED
    budget_stack.destroy(config, deployed.client, environment)
    assert described(BUDGET_STACK, deployed.client("cloudformation")) is None
    assert "Number of stacks with differences: 0" in deployed.cdk("diff")


def test_a_deploy_from_a_laptop_that_lacks_a_recipient_stops_and_changes_nothing(
    deployed: Deployed, tmp_path: Path
) -> None:
    older = tmp_path / "config.toml"
    older.write_text(Path(deployed.context["config"]).read_text().replace('sms = ["+447700900123"]', ""))
    with pytest.raises(EmulatorFailed, match=r"lacks what is deployed: \+447700900123"):
        deployed.emulator.cdk("deploy", context=deployed.context | {"config": str(older)})
    assert deployed_config_text(client=deployed.client).count("+447700900123") == 1
    assert "Number of stacks with differences: 1" in deployed.emulator.cdk(
        "diff", context=deployed.context | {"config": str(older), "remove": "anything"}
    )


def test_every_table_and_view_is_in_the_catalog(deployed: Deployed) -> None:
    pages = deployed.client("glue").get_paginator("get_tables").paginate(DatabaseName=deployed.outputs["Database"])
    found = {table["Name"] for page in pages for table in page["TableList"]}
    tables = {endpoint.name for endpoint in (*oura.ENDPOINTS, *lake.ENDPOINTS)} | {"raw_lines"}
    assert found == tables | {path.stem for path in VIEWS.rglob("*.sql")} | {stored_view_table(view) for view in STORED}


def test_destroy_leaves_nothing_but_the_bucket(deployed: Deployed) -> None:
    before = deployed.versions()
    deployed.cdk("destroy", "--force")
    assert {kind: names for kind, names in left(deployed).items() if names} == {"buckets": [deployed.outputs["Bucket"]]}
    assert deployed.versions() == before


def test_a_deploy_after_the_destroy_takes_the_kept_bucket_and_its_data(deployed: Deployed) -> None:
    """Runs after the test above, on what it left behind."""
    before = deployed.versions()
    options = arguments("oura-lake", deployed.client, adopt=True)
    deployed.cdk("deploy", *options)
    assert outputs(client=deployed.client)["Bucket"] == deployed.outputs["Bucket"]
    assert deployed.versions() == before
    assert arguments("oura-lake", deployed.client) == options
    assert "Number of stacks with differences: 0" in deployed.cdk("diff", *options)


def left(deployed: Deployed) -> dict[str, list[str]]:
    """Remaining resources of the stack's kinds, without those of the CDK's bootstrap and of these tests."""
    ask = deployed.client
    return {
        "buckets": [b["Name"] for b in ask("s3").list_buckets()["Buckets"] if not b["Name"].startswith("cdk-")],
        "functions": [f["FunctionName"] for f in ask("lambda").list_functions()["Functions"]],
        "mappings": [m["UUID"] for m in ask("lambda").list_event_source_mappings()["EventSourceMappings"]],
        "queues": [q for q in ask("sqs").list_queues().get("QueueUrls", []) if "/inbox-" not in q],
        "topics": [t["TopicArn"] for t in ask("sns").list_topics()["Topics"]],
        "schedules": [s["Name"] for s in ask("scheduler").list_schedules()["Schedules"]],
        "buses": [b["Name"] for b in ask("events").list_event_buses()["EventBuses"] if b["Name"] != "default"],
        "databases": [d["Name"] for d in ask("glue").get_databases()["DatabaseList"] if d["Name"] != "default"],
        "workgroups": [w["Name"] for w in ask("athena").list_work_groups()["WorkGroups"] if w["Name"] != "primary"],
        "secrets": [s["Name"] for s in ask("secretsmanager").list_secrets()["SecretList"]],
        "alarms": [a["AlarmName"] for a in ask("cloudwatch").describe_alarms()["MetricAlarms"]],
        "logs": [g["logGroupName"] for g in ask("logs").describe_log_groups()["logGroups"]],
        "roles": [r["RoleName"] for r in ask("iam").list_roles()["Roles"] if not r["RoleName"].startswith("cdk-")],
    }
