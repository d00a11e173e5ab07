"""A deploy has Athena look from the first year that the lake holds, and years outside are named with their remedy."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from oura_lake.admin import deploy_options
from oura_lake.admin.bucket_adoption import TAG
from oura_lake.admin.checks import years
from oura_lake.admin.checks.model import Account as Checked
from oura_lake.admin.checks.model import State
from oura_lake.admin.deploy_options import options
from oura_lake.admin.lake_years import unseen, years_in
from oura_lake.errors import StoreUnavailable

TODAY = date(2026, 11, 30)


class Account:
    """One account with a bucket `lake`, and a deployed stack where `is_deployed`."""

    def __init__(self) -> None:
        self._session = boto3.Session(aws_access_key_id="t", aws_secret_access_key="t", region_name="us-east-1")
        self.s3, self.is_deployed = self._session.client("s3"), True
        self.s3.create_bucket(Bucket="lake")
        self.s3.put_bucket_tagging(Bucket="lake", Tagging={"TagSet": [{"Key": TAG, "Value": "oura-lake"}]})

    def __call__(self, service: str) -> Any:
        return self.s3 if service == "s3" else self

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        if not self.is_deployed:
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        outputs = [{"OutputKey": "Bucket", "OutputValue": "lake"}]
        return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Outputs": outputs}]}

    def get_template(self, **_: str) -> dict[str, Any]:
        return {"TemplateBody": {"Resources": {}}}

    def holds(self, *folders: str) -> None:
        for folder in folders:
            self.s3.put_object(Bucket="lake", Key=f"lake/{folder}/data.parquet", Body=b"")

    def checked(self, projected: str) -> tuple[State, str]:
        outputs = {"Bucket": "lake"} | ({"ProjectedYears": projected} if projected else {})
        return years.projected(Checked(client=self, outputs=outputs, persons=()), TODAY)


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


HELD = ("sleep/person=me/year=2024", "heartrate/person=ada/month=2022-12", "personal_info/person=me")


def test_the_first_year_of_all_persons_and_tables_is_named_to_the_cdk(account: Account) -> None:
    account.holds(*HELD, "sleep/person=me/year=1999 (copy)")
    assert options("oura-lake", account) == ["-c", "first_year=2022"]
    account.is_deployed = False
    assert options("oura-lake", account) == ["-c", "bucket=lake", "-c", "first_year=2022"]


def test_an_empty_lake_names_no_year_so_that_a_first_history_is_seen_as_it_comes(account: Account) -> None:
    assert options("oura-lake", account) == []


def test_a_bucket_that_cannot_be_listed_is_an_error_and_not_an_empty_lake(account: Account) -> None:
    account.s3.delete_bucket(Bucket="lake")
    with pytest.raises(StoreUnavailable, match="The bucket lake could not be listed"):
        options("oura-lake", account)


@pytest.mark.parametrize(
    ("projected", "state", "words"),
    [
        ("2022,2029", State.OK, "Athena looks at 2022 to 2029"),
        ("2023,2029", State.WARNING, "does not look at 2022, which the lake holds; run `make deploy`."),
        ("2023,2023", State.WARNING, "does not look at 2022, 2024, which the lake holds; run `make deploy`."),
        ("2022,2026", State.WARNING, "no year after 2026; run `make deploy` before that year ends."),
        ("", State.SKIPPED, "run `make deploy`"),
    ],
)
def test_verify_names_a_year_that_athena_does_not_see(
    account: Account, projected: str, state: State, words: str
) -> None:
    account.holds(*HELD)
    found = account.checked(projected)
    assert (found[0], words in found[1]) == (state, True)


def test_more_than_a_thousand_objects_are_all_looked_at(account: Account) -> None:
    account.holds(*(f"sleep/person=p{n:04}/year=2025" for n in range(1001)), "workout/person=z/year=2019")
    assert years_in("lake", account.s3) == {2019, 2025}


def test_a_stack_of_an_earlier_release_says_nothing_about_years() -> None:
    assert unseen([1999], {}) == []


def test_main_prints_the_options_on_one_line(
    account: Account, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account.holds(*HELD)
    monkeypatch.setattr(deploy_options, "clients", lambda: account)
    monkeypatch.setattr("sys.argv", ["deploy_options"])
    (tmp_path / "config.toml").write_text("")
    deploy_options.main(tmp_path / "config.toml")
    deploy_options.main(tmp_path / "none.toml")
    assert capsys.readouterr().out == "-c first_year=2022\n\n"
