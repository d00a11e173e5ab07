"""A person's jobs reach ingest one at a time, and no failure gets lost."""

import json
from typing import Any

from oura_lake.aws.redelivery import MOST_RECEIVED
from oura_lake.ingestion.job import parse_job
from support.templates import of_type, one_named

Template = dict[str, Any]
PLACES = 10  # functions that a new account may run at once
MOST_PERSONS, JOB_S = 48, 6  # of one stack (docs/how-to/persons.md); of an hourly job (docs/reference/costs.md)
SPREAD_MIN = 15


def test_each_person_has_a_schedule_on_their_own_clock_and_in_their_own_group(aws_template: Template) -> None:
    named = of_type(aws_template, "AWS::Scheduler::Schedule").items()
    schedules = [schedule for name, schedule in named if name.startswith("Scheduling")]
    groups = {s["Target"]["SqsParameters"]["MessageGroupId"]: s["ScheduleExpressionTimezone"] for s in schedules}
    assert groups == {"ada": "Europe/London", "bob": "America/Denver"}


def test_the_schedules_message_is_a_job_that_differs_from_slot_to_slot(aws_template: Template) -> None:
    schedule = one_named(aws_template, "AWS::Scheduler::Schedule", "Schedulingada")
    job = parse_job(schedule["Target"]["Input"])
    assert (job.person, job.endpoints, job.first, job.reason) == ("ada", (), None, "schedule")
    assert json.loads(schedule["Target"]["Input"])["slot"] == "<aws.scheduler.scheduled-time>"


def test_the_queue_is_fifo_deduplicates_and_waits_longer_than_the_function_runs(aws_template: Template) -> None:
    jobs = one_named(aws_template, "AWS::SQS::Queue", "IngestionJobs")
    function = one_named(aws_template, "AWS::Lambda::Function", "Ingest")
    assert jobs["FifoQueue"] is True
    assert jobs["ContentBasedDeduplication"] is True
    assert jobs["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert jobs["RedrivePolicy"]["maxReceiveCount"] == MOST_RECEIVED


def test_dead_letters_are_of_the_kind_that_their_sender_can_reach(aws_template: Template) -> None:
    queues = of_type(aws_template, "AWS::SQS::Queue")
    schedule = one_named(aws_template, "AWS::Scheduler::Schedule", "Schedulingada")
    missed = queues[schedule["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]]
    jobs = one_named(aws_template, "AWS::SQS::Queue", "IngestionJobs")
    assert "FifoQueue" not in missed
    assert queues[jobs["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]["FifoQueue"] is True


def test_ingest_takes_one_job_at_a_time(aws_template: Template) -> None:
    [mapping] = of_type(aws_template, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_new_account_s_ten_places_are_enough_for_jobs_and_all_other_functions(aws_template: Template) -> None:
    [mapping] = of_type(aws_template, "AWS::Lambda::EventSourceMapping").values()
    n_others = len(of_type(aws_template, "AWS::Lambda::Function")) - 1 + 1  # and receive, with webhooks
    most = mapping["ScalingConfig"]["MaximumConcurrency"]
    assert 2 <= most <= PLACES - 1 - n_others  # AWS takes no less than 2; a function may overlap with itself once
    n_seconds = MOST_PERSONS * JOB_S / most
    assert n_seconds < SPREAD_MIN * 60 / 10  # the jobs of one window are done in a tenth of it


def test_every_schedule_of_an_hour_or_more_is_spread_over_a_quarter_of_an_hour(aws_template: Template) -> None:
    windows = [s["FlexibleTimeWindow"] for s in of_type(aws_template, "AWS::Scheduler::Schedule").values()]
    assert windows
    assert all(window == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": SPREAD_MIN} for window in windows)


def test_a_schedule_by_the_minute_is_exact(emulator_template: Template) -> None:
    schedule = one_named(emulator_template, "AWS::Scheduler::Schedule", "Schedulingada")
    assert (schedule["ScheduleExpression"], schedule["FlexibleTimeWindow"]) == ("rate(1 minute)", {"Mode": "OFF"})


def test_a_landing_wakes_analyse_and_a_failed_one_is_kept(aws_template: Template) -> None:
    rule = one_named(aws_template, "AWS::Events::Rule", "Analysis")
    config = one_named(aws_template, "AWS::Lambda::EventInvokeConfig", "Analysis")
    assert rule["EventPattern"] == {"source": ["oura.lake"], "detail-type": ["documents landed"]}
    assert rule["Targets"][0]["DeadLetterConfig"]["Arn"] == config["DestinationConfig"]["OnFailure"]["Destination"]


def test_a_secret_starts_empty_and_a_deploy_does_not_refill_it(aws_template: Template) -> None:
    secrets = of_type(aws_template, "AWS::SecretsManager::Secret").values()
    assert {(s["Name"], s["SecretString"]) for s in secrets} == {("oura-lake/ada", "{}"), ("oura-lake/bob", "{}")}


def test_each_person_has_a_topic_of_their_own(aws_template: Template) -> None:
    subscriptions = of_type(aws_template, "AWS::SNS::Subscription").values()
    outputs = {(s["Endpoint"], s["Protocol"], s["TopicArn"]["Ref"].startswith("Alertingada")) for s in subscriptions}
    assert outputs == {
        ("ada@example.com", "email", True),
        ("+447700900123", "sms", True),
        ("owner@example.com", "email", False),
    }


def test_every_dead_letter_queue_and_function_has_an_alarm_that_somebody_hears(aws_template: Template) -> None:
    alarms = of_type(aws_template, "AWS::CloudWatch::Alarm").values()
    watched = {json.dumps(alarm["Dimensions"][0]["Value"]) for alarm in alarms}
    queues = [name for name in of_type(aws_template, "AWS::SQS::Queue") if "IngestionJobs" not in name]
    assert len(watched) == len(queues) + len(of_type(aws_template, "AWS::Lambda::Function")) == 7
    assert all("OperationsTopic" in str(alarm["AlarmActions"]) for alarm in alarms)


def test_the_alarms_may_publish_to_the_topic_that_lost_its_default_policy(aws_template: Template) -> None:
    policy = one_named(aws_template, "AWS::SNS::TopicPolicy", "Operations")
    allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert [s["Principal"] for s in allowed] == [{"Service": "cloudwatch.amazonaws.com"}]


def test_the_outputs_name_what_verify_looks_at(aws_template: Template) -> None:
    outputs = aws_template["Outputs"]
    assert {"AnalyseFunction", "IngestFunction", "MaintainFunction", "DeadLetters"} <= outputs.keys()
    named = json.dumps(outputs["DeadLetters"]["Value"])
    assert all(f'{meaning}\\":' in named for meaning in ("jobs", "analysis", "schedules", "upkeep"))


def test_the_function_that_sends_to_its_own_queue_may_do_so_more_than_16_times_and_no_other_may(
    aws_template: Template,
) -> None:
    [mapping] = of_type(aws_template, "AWS::Lambda::EventSourceMapping").values()
    fed = mapping["FunctionName"]["Ref"]
    functions = of_type(aws_template, "AWS::Lambda::Function")
    assert {name for name, function in functions.items() if function.get("RecursiveLoop") == "Allow"} == {fed}
    assert fed.startswith("IngestionIngest")
