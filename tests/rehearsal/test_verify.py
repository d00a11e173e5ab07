"""The command `oura-lake verify` passes the healthy deployed lake and names what is broken, by the real services."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Deployed = Any  # the fixture's class, in conftest.py
Until = Any
LAMBDAS = Path(__file__).parents[2] / "lambdas"


def verified(deployed: Deployed, *arguments: str, name: str = "verify") -> tuple[int, dict[str, dict[str, str]]]:
    """Exit code and the checks by name, as a person's own run gives them."""
    command = [sys.executable, "-m", "oura_lake.cli.main", name, "--json", *arguments]
    environment = deployed.emulator.environment | {"PYTHONPATH": str(LAMBDAS), "HOME": os.environ.get("HOME", "/")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if not done.stdout:
        pytest.fail(done.stderr)
    return done.returncode, {check["name"]: check for check in json.loads(done.stdout)}


def test_a_fresh_deploy_is_found_well_and_a_test_message_arrives(deployed: Deployed, until: Until) -> None:
    inbox = deployed.inbox()
    code, checks = verified(deployed, "--send-test", "--yes")
    assert {name for name, check in checks.items() if check["state"] == "failed"} == set()
    assert code == 0
    assert {checks[name]["state"] for name in ("views", "Oura, me", "dead jobs")} == {"ok"}
    assert "oura-lake confirm" in checks["e-mail, me"]["sentence"]  # as after a click: any link can end it
    assert "the emulator has no" in checks["SMS, me"]["sentence"]
    messages = until(inbox.messages, 20, "the test message")
    assert any(message["subject"].startswith("TEST") for message in messages)


def test_preflight_finds_what_a_deploy_has_made(deployed: Deployed) -> None:
    _, checks = verified(deployed, "--config", deployed.context["config"], name="preflight")
    assert {checks[name]["state"] for name in ("config.toml", "CDK", "CDK's bucket", "stack")} == {"ok"}
    assert checks["account"]["state"] == "warning"  # the emulator's only user is root
    assert {"SMS", "permissions", "budget", "plan"} <= checks.keys()


def test_a_job_that_was_given_up_makes_it_fail(deployed: Deployed) -> None:
    sqs, dead = deployed.client("sqs"), json.loads(deployed.outputs["DeadLetters"])["jobs"]
    sqs.send_message(QueueUrl=dead, MessageBody="{}", MessageGroupId="me", MessageDeduplicationId="verify")
    code, checks = verified(deployed)
    sqs.purge_queue(QueueUrl=dead)
    assert (code, checks["dead jobs"]["state"]) == (1, "failed")
    assert "start-message-move-task" in checks["dead jobs"]["sentence"]
