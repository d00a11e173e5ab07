"""Each person has an upkeep round once a day and on trouble, and no failed round gets lost."""

import json
from pathlib import Path
from typing import Any

from support.templates import of_type, one_named

from infra import config, target

Template = dict[str, Any]


def test_each_person_is_looked_after_on_their_own_clock_by_day(aws_template: Template) -> None:
    schedules = {detail["person"]: s for detail, s in rounds(aws_template) if detail["kind"] == "daily"}
    assert {name: s["ScheduleExpressionTimezone"] for name, s in schedules.items()} == {
        "ada": "Europe/London",
        "bob": "America/Denver",
    }
    assert {s["ScheduleExpression"] for s in schedules.values()} == {"cron(40 10 * * ? *)"}


def test_the_weekly_mail_has_more_tries_on_a_monday_which_do_nothing_else(aws_template: Template) -> None:
    later = [(detail, s) for detail, s in rounds(aws_template) if detail["kind"] == "weekly"]
    assert sorted(detail["persons"] for detail, _ in later) == [["ada"], ["bob"]]  # each in a zone of their own
    assert all(detail["chores"] == ["weekly"] for detail, _ in later)
    assert {s["ScheduleExpression"] for _, s in later} == {"cron(40 13,16,19,22 ? * MON *)"}


def test_who_wants_no_weekly_mail_has_no_schedule_for_it(app_of: Any, tmp_path: Path) -> None:
    persons = config.parsed({"persons": {"ada": {"timezone": "Europe/London", "weekly_mail": False}}}).persons
    template = app_of(target.AWS, tmp_path, persons=persons).synth().get_stack_by_name("OuraLake").template
    assert [detail["kind"] for detail, _ in rounds(template)] == ["daily"]
    schedules = one_named(template, "AWS::SSM::Parameter", "persons0")["Value"]
    assert '"weekly_mail":false' in str(schedules).replace(" ", "").replace("\\", "")


def rounds(template: Template) -> list[tuple[dict[str, Any], Any]]:
    """Event of each schedule of the upkeep, with the schedule."""
    made = of_type(template, "AWS::Scheduler::Schedule").items()
    return [(json.loads(s["Target"]["Input"])["detail"], s) for name, s in made if "Maintenance" in name]


def test_trouble_on_the_bus_wakes_maintain(aws_template: Template) -> None:
    rule = one_named(aws_template, "AWS::Events::Rule", "Maintenance")
    assert rule["EventPattern"] == {"source": ["oura.lake"], "detail-type": ["trouble"]}
    assert "MaintenanceMaintainFunction" in str(rule["Targets"][0]["Arn"])


def test_a_round_that_fails_is_tried_again_and_kept_wherever_it_came_from(aws_template: Template) -> None:
    rule = one_named(aws_template, "AWS::Events::Rule", "Maintenance")
    config = one_named(aws_template, "AWS::Lambda::EventInvokeConfig", "Maintenance")
    schedule = one_named(aws_template, "AWS::Scheduler::Schedule", "Maintenanceada")
    assert config["MaximumRetryAttempts"] == 2
    dead_letters = [
        rule["Targets"][0]["DeadLetterConfig"]["Arn"],
        config["DestinationConfig"]["OnFailure"]["Destination"],
        schedule["Target"]["DeadLetterConfig"]["Arn"],
    ]
    assert all("MaintenanceUndone" in arn["Fn::GetAtt"][0] for arn in dead_letters)


def test_the_function_has_the_engine_and_the_views_in_its_zip(aws_template: Template) -> None:
    maintain, analyse = (one_named(aws_template, "AWS::Lambda::Function", part) for part in ("Maintain", "Analyse"))
    assert maintain["Code"] == analyse["Code"]
    assert maintain["Environment"]["Variables"]["OURA_LAKE_ENGINE"] == "duckdb"
