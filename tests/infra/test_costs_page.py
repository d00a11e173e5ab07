"""The costs page names as many alarms as the stack has: beyond ten an account pays for each."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from support.templates import of_type

from infra import target

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "costs.md"


def test_the_page_names_as_many_alarms_as_the_stack_has(
    aws_template: dict[str, Any], app_of: Callable[..., cdk.App], tmp_path: Path
) -> None:
    open_stack = app_of(target.AWS, tmp_path, webhooks=True).synth().get_stack_by_name("OuraLake").template
    n_alarms = [len(of_type(template, "AWS::CloudWatch::Alarm")) for template in (aws_template, open_stack)]
    [named] = re.findall(r"the stack has (\d+) alarms \((\d+) with webhooks\)", PAGE.read_text(encoding="utf-8"))
    assert [int(n) for n in named] == n_alarms
