"""Synthesized stack, made once for each target and shared by all tests of this folder."""

import infra  # isort: skip  # sets the Node before the CDK library starts one

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from infra import config, target
from infra.stack import OuraLake

ROOT = Path(infra.__file__).parents[1]
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]
CONFIG = config.parsed(
    {
        "lake": {"budget_email": "owner@example.com"},
        "persons": {
            "ada": {"timezone": "Europe/London", "email": "ada@example.com", "sms": ["+447700900123"]},
            "bob": {"timezone": "America/Denver", "collections": ["sleep"]},
        },
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep this folder in one worker: a synthesis takes seconds."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("infra"))


def make_app(where: target.Target, folder: Path, **changes: Any) -> cdk.App:
    """App of a target before its synthesis, with changes to the settings."""
    app = cdk.App(context=CONTEXT, outdir=str(folder))
    OuraLake(app, "OuraLake", config=CONFIG.model_copy(update=changes), target=where)
    return app


def synthesized(where: target.Target, folder: Path) -> dict[str, Any]:
    """Template of a target."""
    template: dict[str, Any] = make_app(where, folder).synth().get_stack_by_name("OuraLake").template
    return template


@pytest.fixture(scope="session")
def app_of() -> Callable[..., cdk.App]:
    """Maker of an app that a test may add to before its synthesis."""
    return make_app


@pytest.fixture(scope="session")
def aws_template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Template for AWS."""
    return synthesized(target.AWS, tmp_path_factory.mktemp("aws"))


@pytest.fixture(scope="session")
def emulator_template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Template for the emulator."""
    where = target.emulator(api_base_url="http://127.0.0.1:1", token_url="http://127.0.0.1:1/token")
    return synthesized(where, tmp_path_factory.mktemp("emulator"))
