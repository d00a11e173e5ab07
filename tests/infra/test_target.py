"""Differences between the laptop and AWS, all listed here."""

import json
from collections.abc import Mapping
from typing import Any

from oura_lake.aws.persons import with_persons
from oura_lake.settings import analyse_settings, ingest_settings, maintain_settings
from support.templates import of_type, one_named

Template = dict[str, Any]
Path = tuple[str, ...]

INGEST = "IngestionIngestFunction19855651"
ANALYSE = "AnalysisAnalyseFunction154F17AD"
MAINTAIN = "MaintenanceMaintainFunctionBCED9D5B"
DIFFERENCES = {
    (INGEST, "Properties", "Code", "S3Key"),  # wheels of this machine
    (ANALYSE, "Properties", "Code", "S3Key"),
    (MAINTAIN, "Properties", "Code", "S3Key"),
    (INGEST, "Properties", "Environment", "Variables", "OURA_API_BASE_URL"),  # the simulated provider
    (INGEST, "Properties", "Environment", "Variables", "OURA_TOKEN_URL"),
    (MAINTAIN, "Properties", "Environment", "Variables", "OURA_API_BASE_URL"),
    (MAINTAIN, "Properties", "Environment", "Variables", "OURA_TOKEN_URL"),
    (MAINTAIN, "Properties", "Environment", "Variables", "OURA_LAKE_BUDGET"),  # the emulator refuses budgets
    ("MaintenanceCost2133E4C0",),
    ("Schedulingada618B9660", "Properties", "ScheduleExpression"),  # every minute
    ("Schedulingbob60129C35", "Properties", "ScheduleExpression"),
    ("Schedulingada618B9660", "Properties", "FlexibleTimeWindow", "Mode"),  # by the minute it is exact
    ("Schedulingbob60129C35", "Properties", "FlexibleTimeWindow", "Mode"),
    ("Schedulingada618B9660", "Properties", "FlexibleTimeWindow", "MaximumWindowInMinutes"),
    ("Schedulingbob60129C35", "Properties", "FlexibleTimeWindow", "MaximumWindowInMinutes"),
}


def differences(one: Any, other: Any, path: Path = ()) -> set[Path]:
    """Paths at which two templates differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() | other.keys()
        return {found for key in keys for found in differences(one.get(key), other.get(key), (*path, key))}
    return set() if one == other else {path}


def test_the_two_templates_differ_in_exactly_this(aws_template: Template, emulator_template: Template) -> None:
    assert differences(aws_template["Resources"], emulator_template["Resources"]) == DIFFERENCES


def test_the_rest_of_the_templates_is_equal(aws_template: Template, emulator_template: Template) -> None:
    aws, emulator = ({**template, "Resources": None} for template in (aws_template, emulator_template))
    assert not differences(aws, emulator)


def test_the_functions_understand_the_environment_they_are_given(aws_template: Template) -> None:
    parts = (INGEST, ANALYSE, MAINTAIN)
    ingest, analyse, maintain = (resolved(aws_template, part) for part in parts)
    assert set(ingest_settings(ingest).persons) == {"ada", "bob"}
    for settings in (analyse_settings(analyse), maintain_settings(maintain)):
        assert settings.engine == "duckdb"
        assert set(settings.topics) == {"ada", "bob"}
    assert maintain_settings(maintain).app_parameter == "/oura-lake/app"


def resolved(template: Template, part: str) -> Mapping[str, str]:
    """Environment of a function as it reads it once deployed: references are some text."""
    variables = one_named(template, "AWS::Lambda::Function", part)["Environment"]["Variables"]
    return with_persons({name: text(value) for name, value in variables.items()}, Parameters(template))


class Parameters:
    """Session of AWS that knows the parameters of a template."""

    def __init__(self, template: Template) -> None:
        made = of_type(template, "AWS::SSM::Parameter").values()
        self._values = {parameter["Name"]: text(parameter["Value"]) for parameter in made}

    def client(self, _service: str) -> "Parameters":
        return self

    def get_parameters(self, *, Names: list[str]) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        return {"Parameters": [{"Name": name, "Value": self._values[name]} for name in Names]}


def text(value: Any) -> str:
    """Text that CloudFormation makes of a value, with a name for each reference."""
    if isinstance(value, dict) and "Fn::Join" in value:
        return "".join(text(part) for part in value["Fn::Join"][1])
    return value if isinstance(value, str) else "made"


def test_no_address_or_number_reaches_a_function(aws_template: Template) -> None:
    functions = json.dumps(of_type(aws_template, "AWS::Lambda::Function"))
    parameters = of_type(aws_template, "AWS::SSM::Parameter")
    person_settings = json.dumps([p["Value"] for name, p in parameters.items() if "persons" in name])
    for text_of_theirs in (functions, person_settings):
        assert "@example.com" not in text_of_theirs
        assert "+44" not in text_of_theirs
