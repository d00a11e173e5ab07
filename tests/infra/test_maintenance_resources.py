"""Is each person looked after once a day and on trouble, and does no round that fails get lost?"""

import json
from typing import Any

from templates import of_type, one_named

Template = dict[str, Any]


def test_each_person_is_looked_after_on_their_own_clock_by_day(aws_template: Template) -> None:
    schedules = {n: s for n, s in of_type(aws_template, "AWS::Scheduler::Schedule").items() if "Maintenance" in n}
    told = {json.loads(s["Target"]["Input"])["detail"]["person"]: s for s in schedules.values()}
    assert {name: s["ScheduleExpressionTimezone"] for name, s in told.items()} == {
        "ada": "Europe/London", "bob": "America/Denver",
    }
    assert {s["ScheduleExpression"] for s in told.values()} == {"cron(40 10 * * ? *)"}


def test_trouble_on_the_bus_wakes_maintain(aws_template: Template) -> None:
    rule = one_named(aws_template, "AWS::Events::Rule", "Maintenance")
    assert rule["EventPattern"] == {"source": ["oura.lake"], "detail-type": ["trouble"]}
    assert "MaintenanceMaintainFunction" in str(rule["Targets"][0]["Arn"])


def test_a_round_that_fails_is_tried_again_and_kept_wherever_it_came_from(aws_template: Template) -> None:
    rule = one_named(aws_template, "AWS::Events::Rule", "Maintenance")
    config = one_named(aws_template, "AWS::Lambda::EventInvokeConfig", "Maintenance")
    schedule = one_named(aws_template, "AWS::Scheduler::Schedule", "Maintenanceada")
    assert config["MaximumRetryAttempts"] == 2
    kept = [
        rule["Targets"][0]["DeadLetterConfig"]["Arn"], config["DestinationConfig"]["OnFailure"]["Destination"],
        schedule["Target"]["DeadLetterConfig"]["Arn"],
    ]
    assert all("MaintenanceUndone" in arn["Fn::GetAtt"][0] for arn in kept)


def test_the_function_has_the_engine_and_the_views_in_its_zip(aws_template: Template) -> None:
    maintain, analyse = (one_named(aws_template, "AWS::Lambda::Function", part) for part in ("Maintain", "Analyse"))
    assert maintain["Code"] == analyse["Code"]
    assert maintain["Environment"]["Variables"]["OURA_LAKE_ENGINE"] == "duckdb"
