"""Trouble on the bus starts the person's upkeep, and `status` then gives what is missing and why."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from oura_lake.aws.event_bus import Bus
from oura_lake.ingestion.job import Job
from oura_lake.maintenance.tasks import weekly

Deployed = Any  # the fixture's class, in conftest.py
Until = Any
LAMBDAS = Path(__file__).parents[2] / "lambdas"


def test_trouble_on_the_bus_becomes_the_gap_ledger_and_a_second_round_writes_nothing(
    deployed: Deployed, until: Until
) -> None:
    deployed.jobs.send(Job(person="me", reason="rehearsal"), slot="maintenance")
    until(lambda: has(deployed, "lake/findings/"), 100, "the first judgement")
    until(lambda: deployed.jobs.n_waiting() == 0, 60, "the end of the job")
    [bus] = [b["Name"] for b in deployed.client("events").list_event_buses()["EventBuses"] if b["Name"] != "default"]
    inbox = deployed.inbox()
    Bus(bus, deployed.client("events")).trouble("me", "rehearsal")
    until(lambda: has(deployed, "lake/gaps/"), 60, "the gap ledger")
    mails = until(inbox.messages, 60, "the weekly mail") if is_mail_due() else []
    before = gap_versions(deployed)
    assert set(looked_after(deployed)) >= {"drift", "gaps", "staleness", "weekly"}
    assert gap_versions(deployed) == before
    assert inbox.messages() == []
    assert [mail["episode"].partition("-")[0] for mail in mails] == ["weekly"] * is_mail_due()
    for mail in mails:
        assert "- Sleep: " in mail["body"]
        assert mail["body"].endswith("make deploy\n")


def test_the_call_that_is_for_the_weekly_mail_alone_does_no_other_chore(deployed: Deployed) -> None:
    assert looked_after(deployed, persons=["me"], kind="weekly", chores=["weekly"]) == {"weekly": {"n_sent": 0}}


def test_status_says_of_the_deployed_lake_what_is_missing_and_why(deployed: Deployed, until: Until) -> None:
    until(lambda: has(deployed, "lake/gaps/"), 60, "the gap ledger")
    command = [sys.executable, "-m", "oura_lake.cli.main", "status", "--deployed", "--json"]
    environment = deployed.emulator.environment | {"PYTHONPATH": str(LAMBDAS), "HOME": os.environ.get("HOME", "/")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    [me] = json.loads(done.stdout)
    assert (me["person"], me["token"]["is_connected"], me["errors"], me["notices"]) == ("me", True, [], [])
    assert me["token"]["stored_at"]
    assert me["cost_usd"] is None
    assert {h["collection"]: h["n_records"] > 0 for h in me["holdings"]}["daily_sleep"]


def is_mail_due() -> bool:
    """Whether the weekly mail is due now: early on a Monday it is not."""
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    return now.weekday() > 0 or now.hour >= weekly.FROM_HOUR


def has(deployed: Deployed, prefix: str) -> bool:
    """Whether a prefix has any object."""
    return any(key.startswith(prefix) for key, _ in deployed.versions())


def gap_versions(deployed: Deployed) -> set[tuple[str, str]]:
    """Every version of the ledger's objects, in lake and raw."""
    return {(key, version) for key, version in deployed.versions() if "/gaps/" in key}


def looked_after(deployed: Deployed, kind: str = "daily", **more: Any) -> dict[str, dict[str, int]]:
    """Answer of a round that is requested as a schedule does."""
    answer = deployed.client("lambda").invoke(
        FunctionName=deployed.outputs["MaintainFunction"],
        Payload=json.dumps({"detail": {"person": "me", "kind": kind, **more}}),
    )
    assert "FunctionError" not in answer, answer["Payload"].read()
    counts: dict[str, dict[str, int]] = json.loads(answer["Payload"].read())
    return counts
