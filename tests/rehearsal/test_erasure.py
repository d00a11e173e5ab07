"""Erasure removes a person from the deployed lake, with schedule, secret and every version, and nobody else."""

import json
from typing import Any

import pytest
from oura_lake.admin import erasure
from oura_lake.admin.erasure import Footprint
from oura_lake.aws.stack import outputs
from oura_lake.privacy.erasure import erase, survey

Deployed = Any  # the fixture's class, in conftest.py
ANOTHERS = "lake/sleep/person=me-2/year=2026/data.parquet"


def test_a_person_is_erased_from_the_lake_that_was_deployed_after_the_destroy(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs after test_deploy.py, on the stack that took the existing bucket.

    test_moving.py then destroys the stack without both secrets.
    """
    monkeypatch.setattr(erasure, "JOB_ENDS_S", 0)  # nothing landed here that could be judged
    for name, value in (deployed.emulator.credentials | {"OURA_API_BASE_URL": deployed.oura.base_url}).items():
        monkeypatch.setenv(name, value)
    token = {"access_token": deployed.oura.token, "expires_at": "2099-01-01T00:00:00+00:00"}
    deployed.client("secretsmanager").put_secret_value(SecretId="oura-lake/me", SecretString=json.dumps(token))
    s3, bucket = deployed.client("s3"), deployed.outputs["Bucket"]
    for key in ("lake/sleep/person=me/year=2026/data.parquet", ANOTHERS, "athena-results/q.csv"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"rows")
    revoked: list[str] = []
    who = Footprint(
        person="me",
        stack="OuraLake",
        outputs=outputs(client=deployed.client),
        client=deployed.client,
        revoke=lambda app, _token: revoked.append(app.client_id),
        go_on=lambda _: False,
    )
    found = survey(who.holdings())
    assert (found["schedules"], found["tokens"], found["webhook keys"]) == (3, 1, 1)
    assert set(erase(who.holdings(), lambda *_: None).values()) == {0}
    assert ANOTHERS in {key for key, _ in deployed.versions()}
    assert not [key for key, _ in deployed.versions() if "person=me/" in key or key.startswith("athena-results/")]
    assert len(revoked) == 1
    secrets = deployed.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
    assert secrets == []
    s3.delete_object(Bucket=bucket, Key=ANOTHERS)  # no Parquet: a later count of this lake's rows would fail at it
