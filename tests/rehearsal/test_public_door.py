"""A change at Oura reaches a row through the public door, and the webhooks end before the stack does."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
from oura_lake.aws.s3 import S3Store
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.simulator.routes import COLLECTIONS

Deployed = Any  # the fixture's class, in conftest.py
Until = Any
LAMBDAS = Path(__file__).parents[2] / "lambdas"
N_WEBHOOKS = 48


def test_webhooks_are_made_by_the_daily_round_bring_rows_and_are_removed_again(
    deployed: Deployed, until: Until
) -> None:
    until(lambda: deployed.jobs.n_waiting() == 0, 60, "the end of earlier jobs")
    round_counts = looked_after(deployed)["webhooks"]  # an earlier round may have made them
    assert (round_counts["failed"], len(webhooks_of(deployed))) == (0, N_WEBHOOKS)
    assert httpx.post(deployed.outputs["WebhookUrl"], content=b"{}").status_code == 403
    [advice] = deployed.oura.api.cloud.on(COLLECTIONS["sleep_time"], deployed.oura.api.cloud.last)
    until(lambda: n_rows(deployed, advice.identity) == 1, 100, "the row that the schedule brings")
    for change, n_then in ((deployed.oura.delete, 0), (deployed.oura.restore, 1)):
        begin = time.monotonic()
        [event] = change("sleep_time", advice.identity)
        until(lambda n_then=n_then: n_rows(deployed, advice.identity) == n_then, 100, f"a '{event.event_type}'")
        took = time.monotonic() - begin
        sys.stdout.write(f"webhook '{event.event_type}' to queryable row: {took:.1f} s\n")  # pytest -rP shows it
    assert "removed" in removal(deployed)
    assert webhooks_of(deployed) == {}


def looked_after(deployed: Deployed) -> dict[str, dict[str, int]]:
    """Run one daily round; return its counts by chore."""
    event = json.dumps({"detail": {"person": "me", "kind": "daily"}})
    answer = deployed.client("lambda").invoke(FunctionName=deployed.outputs["MaintainFunction"], Payload=event)
    counts: dict[str, dict[str, int]] = json.loads(answer["Payload"].read())
    return counts


def webhooks_of(deployed: Deployed) -> dict[str, Any]:
    """Subscriptions that Oura stores."""
    subscriptions: dict[str, Any] = deployed.oura.api.webhooks.subscriptions
    return subscriptions


def n_rows(deployed: Deployed, identity: str) -> int:
    """Count the rows of that document that a query of the lake returns."""
    engine = DuckDBEngine(S3Store(deployed.outputs["Bucket"], deployed.client("s3")))
    [[number]] = engine.query(f"SELECT COUNT(*) FROM stg_sleep_time WHERE sleep_time_id = '{identity}'").rows
    return int(number)


def removal(deployed: Deployed) -> str:
    """Output of the step before a destroy."""
    environment = deployed.emulator.environment | {"OURA_API_BASE_URL": deployed.oura.base_url}
    environment |= {"PYTHONPATH": str(LAMBDAS), "HOME": os.environ.get("HOME", "/")}
    command = [sys.executable, "-m", "oura_lake.admin.webhooks"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
