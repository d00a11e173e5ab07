"""`oura-lake leave` removes what it names, retains the bucket unless its name is typed, and can be run again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws
from oura_lake.admin.bucket_adoption import TAG
from oura_lake.cli import leave
from oura_lake.errors import SettingsWrong

PERSON = "ada"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[object]:
    """Make the retained bucket of the lake, and the parameters of the lake and of another."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    (tmp_path / "config.toml").write_text('[lake]\nname = "oura-lake"\n')
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="kept")
        client.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
        client.put_bucket_tagging(Bucket="kept", Tagging={"TagSet": [{"Key": TAG, "Value": "oura-lake"}]})
        for body in (b"old", b"new"):
            client.put_object(Bucket="kept", Key=f"lake/sleep/person={PERSON}/data.parquet", Body=body)
        for name in ("/oura-lake/app", "/oura-lake/accounts/x", "/another/app"):
            boto3.client("ssm").put_parameter(Name=name, Value="{}", Type="String")
        yield client


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the steps done to a stack, which exists until it is destroyed."""
    steps: list[str] = []
    named = {"Bucket": "kept", "Persons": f'{{"{PERSON}": {{}}}}'}
    monkeypatch.setattr(leave, "stack_outputs", lambda _: {} if "destroy" in steps else named)
    monkeypatch.setattr(leave, "export_everyone", lambda *_: steps.append("export"))
    monkeypatch.setattr(leave, "disconnect", lambda *_: steps.append("disconnect"))
    monkeypatch.setattr(leave, "destroy", lambda _: steps.append("destroy"))
    return steps


def left(tmp_path: Path, *arguments: str, typed: str = "") -> str:
    options = ["--config", str(tmp_path / "config.toml"), *arguments]
    return CliRunner().invoke(leave.command, options, input=typed, catch_exceptions=False).output


def buckets(s3: Any) -> list[str]:
    return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def parameters() -> list[str]:
    return [p["Name"] for p in boto3.client("ssm").describe_parameters()["Parameters"]]


def test_all_ends_in_order_and_the_bucket_goes_when_its_name_is_typed(tmp_path: Path, s3: Any, done: list[str]) -> None:
    result = left(tmp_path, "--out", str(tmp_path / "out"), typed="OuraLake\nkept\n")
    assert done == ["export", "disconnect", "destroy"]
    assert (buckets(s3), parameters()) == ([], ["/another/app"])
    assert "kept is deleted" in result


def test_the_bucket_stays_with_its_price_if_another_name_is_typed(tmp_path: Path, s3: Any, done: list[str]) -> None:
    result = left(tmp_path, typed="OuraLake\nkep\n")
    assert buckets(s3) == ["kept"]
    assert "bucket kept" in result
    assert "0.0000" in result


def test_an_interrupted_leaving_is_finished_by_the_next(
    tmp_path: Path, s3: Any, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("oura_lake.admin.leftovers.Remains.forget_parameters", killed)
        with pytest.raises(RuntimeError):
            left(tmp_path, typed="OuraLake\n")
    left(tmp_path, typed="kept\n")
    assert done == ["disconnect", "destroy"]
    assert (buckets(s3), parameters()) == ([], ["/another/app"])


def killed(_self: object) -> int:
    raise RuntimeError


def test_another_name_of_the_stack_ends_nothing(tmp_path: Path, s3: Any, done: list[str]) -> None:
    with pytest.raises(SettingsWrong, match="nothing was changed"):
        left(tmp_path, typed="Another\n")
    assert (done, buckets(s3)) == ([], ["kept"])
