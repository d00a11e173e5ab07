"""Each person has a schedule and a topic, which only the readers of their choice receive."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.templates import of_type, one_named

from infra import config, target

Template = dict[str, Any]
ADA = {"timezone": "Europe/Berlin", "email": "ada@b.de", "share_with": ["ben"], "schedule": "rate(6 hours)"}
BEN = {"timezone": "Asia/Tokyo", "email": "ben@b.de", "sms": "+447700900123", "quiet_hours": "23:00-08:30"}
FAMILY = config.parsed({"persons": {"ada": ADA, "ben": BEN}})


@pytest.fixture
def family(app_of: Callable[..., Any], tmp_path: Path) -> Callable[[target.Target], Template]:
    """Template of the family's stack."""

    def synthesized(where: target.Target) -> Template:
        app = app_of(where, tmp_path, persons=FAMILY.persons)
        template: Template = app.synth().get_stack_by_name("OuraLake").template
        return template

    return synthesized


def schedules(template: Template) -> set[tuple[str, str]]:
    """Expression and zone of each person's schedule."""
    made = of_type(template, "AWS::Scheduler::Schedule")
    asking = [schedule for name, schedule in made.items() if "Scheduling" in name]
    return {(s["ScheduleExpression"], s["ScheduleExpressionTimezone"]) for s in asking}


def readers(template: Template, person: str) -> set[str]:
    """Return the subscribers of a person's topic."""
    made = of_type(template, "AWS::SNS::Subscription").values()
    return {s["Endpoint"] for s in made if f"Alerting{person}" in s["TopicArn"]["Ref"]}


def test_each_person_has_their_schedule_in_their_zone_and_the_readers_they_chose(family: Any) -> None:
    template = family(target.AWS)
    assert schedules(template) == {("rate(6 hours)", "Europe/Berlin"), ("rate(1 hour)", "Asia/Tokyo")}
    assert readers(template, "ada") == {"ada@b.de", "ben@b.de", "+447700900123"}
    assert readers(template, "ben") == {"ben@b.de", "+447700900123"}


def test_of_the_addresses_a_function_is_told_how_many_there_are_and_none_of_them(family: Any) -> None:
    settings_text = str(one_named(family(target.AWS), "AWS::SSM::Parameter", "persons0")["Value"])
    assert re.findall(r"n_email\W+(\d)", settings_text) == ["2", "1"]
    assert "@" not in settings_text


def test_each_way_takes_its_own_messages_alone(family: Any) -> None:
    made = of_type(family(target.AWS), "AWS::SNS::Subscription").values()
    own = [s for s in made if "Alerting" in str(s["TopicArn"])]
    assert {(s["Protocol"], *s["FilterPolicy"]["way"]) for s in own} == {("email", "email"), ("sms", "sms")}


def test_what_the_night_kept_back_is_told_when_it_ends(family: Any) -> None:
    made = of_type(family(target.AWS), "AWS::Scheduler::Schedule")
    mornings = {s["ScheduleExpression"]: s["ScheduleExpressionTimezone"] for n, s in made.items() if "Analysis" in n}
    assert mornings == {"cron(0 7 * * ? *)": "Europe/Berlin", "cron(30 8 * * ? *)": "Asia/Tokyo"}


def test_the_emulators_quick_schedule_overrules_everybodys(family: Any) -> None:
    assert {expression for expression, _ in schedules(family(target.emulator()))} == {"rate(1 minute)"}
