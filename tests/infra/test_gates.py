"""The stack passes cdk-nag and cfn-lint, and every acknowledgement has a reason."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks

from infra import target
from infra.stack import OuraLake

Template = dict[str, Any]
ACKNOWLEDGED = {
    "AwsSolutions-IAM5": 15,  # objects below a prefix
    "AwsSolutions-S1": 1,  # no access logs
    "AwsSolutions-SMG4": 2,  # ingest rotates the tokens, a secret for each person
    "AwsSolutions-SQS3": 4,  # a dead-letter queue has none itself
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, app_of: Any) -> Path:
    """Folder of a synthesis that passed cdk-nag: a violation raises."""
    folder = tmp_path_factory.mktemp("nag")
    app: cdk.App = app_of(target.AWS, folder)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    return folder


def acknowledged(folder: Path) -> dict[str, str]:
    """List the rules acknowledged in a synthesis, each construct's own, with their reasons."""
    metadata = json.loads((folder / "OuraLake.metadata.json").read_text())
    found = [(path, e["data"]) for path, entries in metadata.items() for e in entries if "acknowledged" in e["type"]]
    return {f"{path} {rule.split('::', 1)[1]}": reason for path, rules in found for rule, reason in rules.items()}


def test_cdk_nag_passes_with_these_acknowledgements_alone(checked: Path) -> None:
    rules = (key.rpartition(" ")[2].partition("[")[0] for key in acknowledged(checked))
    assert Counter(rules) == ACKNOWLEDGED


def test_every_acknowledgement_has_a_reason(checked: Path) -> None:
    assert all(len(reason.split()) >= 6 for reason in acknowledged(checked).values())


def test_a_public_bucket_would_be_caught(tmp_path: Path, app_of: Any) -> None:
    app: cdk.App = app_of(target.AWS, tmp_path)
    stack = app.node.find_child("OuraLake")
    assert isinstance(stack, OuraLake)
    s3.Bucket(stack, "Planted")
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match=r"[Vv]alidation"):
        app.synth()
    assert "AwsSolutions-S10" in (tmp_path / "validation-report.json").read_text()


def test_cfn_lint_passes(aws_template: Template, tmp_path: Path) -> None:
    done = lint(aws_template, tmp_path)
    assert done.returncode == 0, done.stdout


def test_a_misspelt_property_would_be_caught(tmp_path: Path) -> None:
    mapping = {"Type": "AWS::SQS::Queue", "Properties": {"FifoQeue": True}}
    assert "FifoQeue" in lint({"Resources": {"Planted": mapping}}, tmp_path).stdout


def lint(template: Template, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Return cfn-lint's findings; W3005 is left out, for the CDK names a dependency that a reference already makes."""
    (folder / "template.json").write_text(json.dumps(template))
    program = Path(sys.executable).with_name("cfn-lint")
    command = [str(program), "--ignore-checks", "W3005", "--", str(folder / "template.json")]
    return subprocess.run(command, capture_output=True, text=True, check=False)
