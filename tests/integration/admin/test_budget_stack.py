"""The budget's stack follows config.toml, and its refusal by AWS is a sentence beside a deployed lake."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from oura_lake.admin import budget_stack
from oura_lake.contract import BUDGET_STACK
from oura_lake.errors import SettingsWrong, StoreUnavailable
from oura_lake.local import toolchain

BUDGET, LAKE = BUDGET_STACK, "OuraLake"


class Account:
    """Stacks of an account, the CDK's calls over the budget's app, and the exit code that it gives."""

    def __init__(self, folder: Path) -> None:
        self.config, self.stacks, self.code = folder / "config.toml", {LAKE}, 0
        self.calls: list[str] = []
        self.wants("owner@example.com")

    def wants(self, email: str) -> None:
        self.config.write_text(f'[lake]\nbudget_email = "{email}"\n')

    def __call__(self, _service: str) -> "Account":
        return self

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        if StackName not in self.stacks:
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]}

    def run_cdk(self, arguments: Sequence[str], environment: Mapping[str, str], app: str) -> int:
        assert (app, environment) == ("infra.budget", {"AWS_REGION": "there"})
        self.calls.append(" ".join(arguments).replace(str(self.config), "C"))
        return self.code

    def does(self, command: str) -> str:
        return budget_stack.COMMANDS[command](self.config, self, {"AWS_REGION": "there"})


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    made = Account(tmp_path)
    monkeypatch.setattr(toolchain, "run_cdk", made.run_cdk)
    return made


def test_a_wanted_budget_is_deployed(account: Account) -> None:
    assert account.does("deploy") == ""
    assert account.calls == ["deploy -c config=C"]


def test_a_refused_budget_is_one_sentence_that_says_what_to_do_and_no_failure(account: Account) -> None:
    account.code = 1
    refusal = account.does("deploy")
    assert refusal.startswith("oura-lake: The lake is deployed, but AWS refused its budget")
    assert refusal.endswith('; wait a day and run `make deploy` again, or set budget_email = "" in config.toml.')


def test_a_budget_that_is_no_longer_wanted_is_removed(account: Account) -> None:
    account.wants("")
    account.does("deploy")
    assert account.calls == []
    account.stacks.add(BUDGET)
    assert "is removed by the next `make deploy`" in account.does("diff")
    account.does("deploy")
    assert account.calls == ["destroy --force -c config=C"]


def test_it_ends_with_the_lake_and_not_before(account: Account) -> None:
    account.stacks.add(BUDGET)
    account.does("destroy")
    assert account.calls == []  # the owner answered the CDK's question with no
    account.stacks.remove(LAKE)
    account.does("destroy")
    assert account.calls == ["destroy --force -c config=C"]


def test_a_removal_that_fails_is_an_error(account: Account) -> None:
    account.stacks, account.code = {BUDGET}, 1
    with pytest.raises(SettingsWrong, match="The stack OuraLakeBudget could not be removed"):
        account.does("destroy")


def test_without_permission_to_look_the_sentence_names_the_stack(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: str) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeStacks")

    monkeypatch.setattr(account, "describe_stacks", refused)
    account.wants("")
    with pytest.raises(StoreUnavailable, match="could not be asked for the stack OuraLakeBudget"):
        account.does("deploy")
