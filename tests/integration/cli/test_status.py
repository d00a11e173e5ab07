"""`status` shows the facts of a lake on 80 columns and as JSON."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from oura_lake.admin.checks.model import Check, State
from oura_lake.alerts.labels import Precision
from oura_lake.alerts.names import kind_name
from oura_lake.aws.budget import month_to_date
from oura_lake.aws.secrets import SecretTokens
from oura_lake.cli import _status_page as page
from oura_lake.cli import _status_place as place
from oura_lake.lake.keys import judged_key, request_log_key
from oura_lake.lake.schema_version import Outdated
from oura_lake.ledger.gaps import Gap, missing
from oura_lake.monitoring.status import Condition
from oura_lake.oura.tokens import Token
from oura_lake.simulator import FOR_EVER, Fault, RunningApi
from oura_lake.simulator.scenarios import local_week
from rich.console import Console
from support.command_line import Exit

WEEK = local_week()
DAYS = ("--from", WEEK.first, "--to", WEEK.last, "--timezone", WEEK.timezone)
KEYS = {
    "person", "today", "newest_day", "token_broken_since", "holdings", "missing", "errors", "notices", "drift",
    "outdated", "precision", "standing", "token", "webhooks", "mail", "cost_usd",
}  # fmt: skip


@pytest.fixture
def status(
    oura: RunningApi, oura_lake: Callable[..., Exit], lake: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Exit]:
    """Provide the command over a week in which one collection was refused."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TZ", WEEK.timezone)
    oura.plant(Fault(collection="daily_sleep", status=403, times=FOR_EVER))
    oura_lake("sync", "--lake", lake, *DAYS)
    return lambda *arguments: oura_lake("status", "--lake", lake, *arguments)


def test_the_page_fits_80_columns_without_colours_and_says_what_is_wrong(status: Any) -> None:
    result = status()
    assert (result.code, result.lines) == (0, [])
    assert max(map(len, result.out.splitlines())) <= 80
    assert "\x1b" not in result.out
    facts = " ".join(result.out.split())
    assert "token of OURA_ACCESS_TOKEN" in facts
    assert "last error daily_sleep, since" in facts
    assert "daily_sleep 0 refused" in facts
    assert "watching Illness warning: silent, " in facts
    assert "watching Strain from load: silent, " in facts
    assert "workout 7 2026-08-14 2026-08-20 " in facts
    assert "membership lapsed 2026-08-14 to 2026-08-20 daily_sleep" in facts


def test_what_is_said_of_the_kinds_is_the_same_with_and_without_the_note_of_the_last_run(
    status: Any, lake: Path, oura_lake: Callable[..., Exit]
) -> None:
    assert oura_lake("watch", "--lake", lake).code == 0
    [of_the_note] = json.loads(status("--json").out)
    note = lake / judged_key("me")
    note.unlink()
    [judged_anew] = json.loads(status("--json").out)
    assert of_the_note == judged_anew
    assert of_the_note["standing"]


def test_a_person_with_requests_alone_is_not_shown(status: Any, lake: Path) -> None:
    log = lake / request_log_key("eve")
    log.parent.mkdir(parents=True)
    log.write_bytes((lake / request_log_key("me")).read_bytes())
    assert [entry["person"] for entry in json.loads(status("--json").out)] == ["me"]


def test_json_has_every_fact_under_a_name_that_stays(status: Any) -> None:
    [me] = json.loads(status("--json").out)
    assert me.keys() == KEYS
    assert (me["person"], me["newest_day"], me["token"]["is_connected"]) == ("me", "2026-08-20", True)
    assert {holding["collection"]: holding["n_records"] for holding in me["holdings"]}["sleep"] == 9
    assert len(me["holdings"]) == 19
    [error] = me["errors"]
    assert (error["state"], error["collections"], error["until"]) == ("membership_lapsed", ["daily_sleep"], None)


def test_a_person_who_is_not_there_is_named(status: Any) -> None:
    result = status("--person", "you")
    assert (result.code, result.lines) == (2, ["oura-lake: The lake holds nothing of you; it has me."])


def test_partitions_that_lack_a_column_are_named_with_the_command_that_mends_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = Outdated(table="sleep", periods=("2025", "2026"))
    one = Condition(
        person="me",
        today=date(2026, 1, 2),
        newest_day=None,
        token_broken_since=None,
        holdings=[],
        missing=[],
        errors=[],
        notices=[],
        drift=[],
        standing=[],
        precision=[],
        outdated=[old],
    )
    nobody: Any = SimpleNamespace(
        token=lambda _: place.Token(is_connected=False),
        webhooks=lambda: None,
        cost=lambda: None,
        is_deployed=True,
        mail=lambda _: Check(name="e-mail", state=State.FAILED, sentence="1 of 2 addresses get no mail any more."),
        zones={"me": UTC},
    )
    console = Console(record=True, width=80)
    page.show(console, one, nobody)
    result = " ".join(console.export_text().split())
    assert "e-mail 1 of 2 addresses get no mail any more." in result
    assert "to rebuild sleep 2025, 2026: written before a column was added; run `oura-lake rebuild --deployed" in result


@pytest.mark.parametrize(
    ("kind", "counts", "expected"),
    [
        ("illness", (0, 0, 1), "1 message; 1 was not answered yet"),
        ("illness", (2, 1, 0), "3 messages; 2 were an illness, 1 was not an illness"),
        ("strain", (1, 2, 3), "6 messages; 1 was right, 2 were not right, 3 were not answered yet"),
    ],
)
def test_how_often_alerts_were_right_is_said_in_words_and_without_zeros(
    kind: str, counts: tuple[int, int, int], expected: str
) -> None:
    n_ill, n_not_ill, n_unknown = counts
    found = page.answers(Precision(kind=kind, n_ill=n_ill, n_not_ill=n_not_ill, n_unknown=n_unknown))
    assert found == f"{kind_name(kind)}: {expected}"


def gap(day: int, state: str = "not_worn", collection: str = "sleep") -> Gap:
    return Gap(collection=collection, day=date(2026, 1, day), state=state, evidence="")


def test_missing_days_in_a_row_are_one_run_of_one_reason_and_the_newest_comes_first() -> None:
    gaps = [gap(1), gap(2), gap(2, collection="daily_sleep"), gap(4), gap(3, "ring_flat")]
    assert [(run.state, str(run.first_day), run.n_days, run.collections) for run in missing(gaps)] == [
        ("not_worn", "2026-01-04", 1, ("sleep",)),
        ("ring_flat", "2026-01-03", 1, ("sleep",)),
        ("not_worn", "2026-01-01", 2, ("daily_sleep", "sleep")),
    ]


def test_a_function_asks_for_the_one_budget_that_it_is_told_of() -> None:
    clients = {
        name: boto3.client(name, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        for name in ("sts", "budgets")
    }
    spent = {
        "BudgetName": "b",
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "CalculatedSpend": {"ActualSpend": {"Amount": "0.41", "Unit": "USD"}},
    }
    with Stubber(clients["sts"]) as sts, Stubber(clients["budgets"]) as stub:
        sts.add_response("get_caller_identity", {"Account": "123456789012"})
        stub.add_response("describe_budget", {"Budget": spent}, {"AccountId": "123456789012", "BudgetName": "b"})
        assert month_to_date(clients.__getitem__, "b") == 0.41


def budgets(*found: object) -> Any:
    """Clients of an account with these budgets; None: the account refuses the request."""
    clients = {
        name: boto3.client(name, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        for name in ("sts", "budgets")
    }
    stubs = {name: Stubber(client) for name, client in clients.items()}
    stubs["sts"].add_response("get_caller_identity", {"Account": "123456789012"})
    if found == (None,):
        stubs["budgets"].add_client_error("describe_budgets", "AccessDeniedException")
    else:
        stubs["budgets"].add_response("describe_budgets", {"Budgets": list(found)})
    for stub in stubs.values():
        stub.activate()
    return SimpleNamespace(client=clients.__getitem__).client


def a_budget(dollars: str, **fields: str | dict[Any, Any]) -> dict[Any, Any]:
    spent = {"CalculatedSpend": {"ActualSpend": {"Amount": dollars, "Unit": "USD"}}}
    return {"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY", **spent, **fields}


@pytest.mark.parametrize(("found", "dollars"), [
    ((a_budget("0.12"),), 0.12), ((), None), ((None,), None),
    ((a_budget("9", TimeUnit="DAILY"), a_budget("8", CostFilters={"Service": ["S3"]}), a_budget("0.5")), 0.5),
])  # fmt: skip
def test_the_month_costs_what_a_budget_of_the_whole_account_counts(
    found: tuple[Any | None, ...], dollars: float | None
) -> None:
    assert month_to_date(budgets(*found)) == dollars


def test_a_secret_says_since_when_its_token_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="eu-central-1")
        client.create_secret(Name="oura-lake/me", SecretString="{}")
        tokens = SecretTokens("oura-lake/me", client)
        tokens.save(Token(access_token="a", expires_at=datetime(2030, 1, 1, tzinfo=UTC)), replacing=None)
        changed = tokens.changed_at()
        assert changed is not None
        assert abs((datetime.now(UTC) - changed).total_seconds()) < 3600
