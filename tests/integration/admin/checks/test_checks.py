"""The checks find each part that does not work, with its remedy; one refusal leaves the other checks alone."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any, Never

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.response import StreamingBody
from oura_lake.admin.checks import all_checks, analysis, costs, queues, runs, stack, tokens, views
from oura_lake.admin.checks.model import State
from oura_lake.errors import QueryFailed, SettingsWrong
from oura_lake.query.views import load_views
from support.verify_account import OUTPUTS, Services

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DENIED = "User: arn:aws:iam::1:user/x is not authorized to perform: budgets:ViewBudget on resource: y"


@pytest.fixture
def aws() -> Services:
    return Services()


def holds(aws: Services, **token: object) -> None:
    """Let the secret hold this token and no pending one."""
    value = json.dumps({"access_token": "a-secret", "refresh_token": "r-secret"} | token)
    aws.answers("secretsmanager", "get_secret_value", SecretString=value, VersionId="v" * 32)
    aws.refuses("secretsmanager", "get_secret_value", "ResourceNotFoundException")
    aws.refuses("s3", "get_object", "NoSuchKey")  # no note of a broken chain


def ends(hours: int) -> dict[Any, Any]:
    return {"expires_at": (NOW + timedelta(hours=hours)).isoformat()}


@pytest.mark.parametrize(
    ("token", "state", "words"),
    [
        (ends(23), State.OK, "it ends in 23 h, the schedule renews it"),
        (ends(-1), State.OK, "it ended 1 h ago, the schedule renews it"),
        (ends(-72), State.WARNING, "ended 3 days ago and no run renewed it"),
        (ends(5) | {"refresh_token": ""}, State.WARNING, "cannot be renewed; then run `oura-lake connect"),
        (ends(-5) | {"refresh_token": ""}, State.FAILED, "run `oura-lake connect --deployed --person me`"),
        (ends(5) | {"scopes": ["daily"]}, State.WARNING, "heartrate"),
        (ends(5) | {"access_token": ""}, State.OK, "the schedule renews it"),
        (
            {"access_token": "", "refresh_token": ""},
            State.FAILED,
            "Nobody is connected yet; run `oura-lake connect --deployed --person me`",
        ),
    ],
)
def test_a_token_is_judged_by_its_end_and_never_shown(
    aws: Services, token: dict[str, str], state: State, words: str
) -> None:
    holds(aws, **token)
    found = tokens.stored(aws.account(), "me", NOW)
    assert (found[0], words in found[1], "secret" in found[1].removeprefix("The secret")) == (state, True, False)


def notes(aws: Services, version: str, *, is_app: bool = False) -> None:
    """Let the ledger note that the token of a version was refused for good."""
    holds(aws, **ends(5))
    noted = {"broken_version": version, "since": (NOW - timedelta(days=2)).isoformat(), "is_app": is_app}
    counts = json.dumps(noted).encode()
    aws.instead("s3", "get_object", Body=StreamingBody(BytesIO(counts), len(counts)), ETag="e")


def test_a_permission_that_is_gone_is_a_failed_check_with_the_one_command_that_mends_it(aws: Services) -> None:
    notes(aws, "v" * 32)
    state, sentence = tokens.stored(aws.account(), "me", NOW)
    assert state is State.FAILED
    assert "Since 2026-11-20 12:00 UTC Oura accepts no token" in sentence
    assert "run `oura-lake connect --deployed --person me`" in sentence


def test_an_app_that_oura_refuses_is_a_failed_check_that_asks_for_its_secret(aws: Services) -> None:
    notes(aws, "v" * 32, is_app=True)
    state, sentence = tokens.stored(aws.account(), "me", NOW)
    assert (state, "refuses the app; put the secret" in sentence) == (State.FAILED, True)


def test_a_note_about_an_older_token_is_past(aws: Services) -> None:
    notes(aws, "o" * 32)
    assert tokens.stored(aws.account(), "me", NOW)[0] is State.OK


def test_a_secret_that_was_edited_by_hand_is_named(aws: Services) -> None:
    holds(aws)
    account = aws.account()
    check = account.checked("token", partial(tokens.stored, account, "me", NOW))
    assert check.state is State.WARNING
    assert check.sentence.startswith("The token in the secret does not say when it ends, so it was edited by hand;")


def test_oura_is_not_asked_with_a_token_that_has_ended(aws: Services) -> None:
    holds(aws, **ends(-1))
    assert tokens.answered(aws.account(), "me", NOW)[0] is State.SKIPPED


@pytest.mark.parametrize("kind", queues.MENDS)
def test_a_dead_letter_fails_and_says_how_to_look_and_what_then(aws: Services, kind: str) -> None:
    aws.answers("sqs", "get_queue_attributes", Attributes={queues.VISIBLE: "2", "QueueArn": "arn:aws:sqs:r:1:dead"})
    state, sentence = queues.dead_letters(aws.account(), kind)
    assert state is State.FAILED
    assert f"receive-message --visibility-timeout 0 --queue-url https://sqs/{kind}`" in sentence
    assert ("--source-arn arn:aws:sqs:r:1:dead`" in sentence) == (kind == "jobs")


def log(aws: Services) -> None:
    aws.answers("lambda", "get_function_configuration", LoggingConfig={"LogGroup": "group"})


@pytest.mark.parametrize(
    ("streams", "state"),
    [
        ([], State.WARNING),
        ([{"lastEventTimestamp": int((NOW - timedelta(hours=1)).timestamp() * 1000)}], State.OK),
        ([{"lastEventTimestamp": int((NOW - timedelta(days=3)).timestamp() * 1000)}], State.WARNING),
    ],
)
def test_a_schedule_that_went_silent_is_a_warning(aws: Services, streams: list[dict[str, int]], state: State) -> None:
    log(aws)
    aws.answers("logs", "describe_log_streams", logStreams=streams)
    assert runs.last_run(aws.account(), NOW)[0] is state


def test_errors_since_yesterday_are_counted(aws: Services) -> None:
    log(aws)
    aws.answers("logs", "filter_log_events", events=[{"message": "ERROR", "eventId": "1"}])
    aws.answers("logs", "filter_log_events", events=[{"message": "timeout", "eventId": "2"}])
    aws.answers("logs", "filter_log_events", events=[{"message": "ERROR", "eventId": "1"}])  # it names an errorType
    assert runs.errors(aws.account(), "IngestFunction", NOW) == (
        State.WARNING,
        "Lines of errors since yesterday: 2; read `aws logs tail group --since 1d`.",
    )


OUT_OF_MEMORY = json.dumps(
    {"type": "platform.report", "record": {"status": "error", "errorType": "Runtime.OutOfMemory"}}
)


def test_a_run_that_lambda_ended_for_its_memory_is_seen_though_python_wrote_nothing(aws: Services) -> None:
    log(aws)
    for events in ([], [], [{"message": OUT_OF_MEMORY, "eventId": "1"}]):
        aws.answers("logs", "filter_log_events", events=events)
    state, sentence = runs.errors(aws.account(), "IngestFunction", NOW)
    assert (state, "1 (Lambda ended runs: Runtime.OutOfMemory)" in sentence) == (State.WARNING, True)


def invoked(aws: Services, counts: dict[str, Any], **more: object) -> None:
    aws.answers("lambda", "invoke", StatusCode=200, Payload=BytesIO(json.dumps(counts).encode()), **more)
    log(aws)


@pytest.mark.parametrize(
    ("counts", "more", "state", "words"),
    [
        ({"n_days": 89, "n_sent": 0}, {}, State.OK, "judged 89 days"),
        ({"n_days": 0}, {}, State.WARNING, "no day to judge yet"),
        ({"n_days": 89, "n_sent": 1}, {}, State.FAILED, "sent 1 messages"),
        (
            {"errorType": "ImportModuleError", "errorMessage": "No module named 'x'"},
            {"FunctionError": "Unhandled"},
            State.FAILED,
            "ImportModuleError: No module named 'x'; read `aws logs tail group",
        ),
    ],
)
def test_the_analysis_is_judged_by_what_it_answers(
    aws: Services, counts: dict[str, Any], more: dict[str, str], state: State, words: str
) -> None:
    invoked(aws, counts, **more)
    found = analysis.judged(aws.account(), "me")
    assert (found[0], words in found[1]) == (state, True)


def test_the_analysis_is_asked_for_a_reason_that_never_speaks() -> None:
    from oura_lake.contract import SILENT_REASONS

    assert analysis.event("me")["detail"]["reason"] in SILENT_REASONS


def test_billing_that_the_owner_may_not_see_is_a_warning_with_the_permission(aws: Services) -> None:
    aws.answers("sts", "get_caller_identity", Account="123456789012")
    aws.refuses("budgets", "describe_budgets", "AccessDeniedException", DENIED)
    account = aws.account()
    check = account.checked("budget", partial(costs.budget, account))
    assert (check.state, "the permission budgets:ViewBudget" in check.sentence) == (State.WARNING, True)


@pytest.mark.parametrize("state", [State.FAILED, State.WARNING])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("AccessDenied", "You lack the permission sqs:GetQueueAttributes; add it"),
        ("Throttling", "AWS asks to slow down (GetQueueAttributes: Throttling); run it again in a minute."),
    ],
)
def test_a_missing_permission_is_named(aws: Services, code: str, words: str, state: State) -> None:
    denied = "User: x is not authorized to perform: sqs:GetQueueAttributes on resource: y"
    aws.refuses("sqs", "get_queue_attributes", code, denied)
    account = aws.account(unanswered=state)
    check = account.checked("jobs", partial(queues.waiting, account))
    assert (check.state, words in check.sentence) == (state, True)


def test_a_permission_missing_below_our_own_error_is_named_too(aws: Services) -> None:
    aws.refuses("secretsmanager", "get_secret_value", "AccessDeniedException", "")
    account = aws.account()
    check = account.checked("token", partial(tokens.stored, account, "me", NOW))
    assert "You lack the permission GetSecretValue; add it" in check.sentence


def test_no_connection_is_a_failed_check() -> None:
    def unreachable() -> Never:
        raise EndpointConnectionError(endpoint_url="https://x")

    assert Services().account().checked("x", unreachable).state is State.FAILED


class Sql:
    """An engine that refuses two views."""

    def __init__(self) -> None:
        self.queries: list[Any] = []

    def query(self, sql: str) -> None:
        self.queries.append(sql)
        if "nights" in sql or "calendar" in sql:
            raise QueryFailed("Athena refused: line 1.")


def test_views_that_fail_for_one_reason_are_one_line_and_one_count(
    aws: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    query_engine = views.QueryEngine(aws.account())
    monkeypatch.setattr(query_engine, "engine", Sql)
    one, total = views.every_view(aws.account(), query_engine)
    assert (one.state, one.sentence) == (State.FAILED, "calendar, nights: Athena refused: line 1.")
    assert total.state is State.FAILED
    assert "make deploy" in total.sentence


def engine_of_views(aws: Services, monkeypatch: pytest.MonkeyPatch, engine: Any) -> Any:
    query_engine = views.QueryEngine(aws.account())
    monkeypatch.setattr(query_engine, "engine", lambda: engine)
    list(views.every_view(aws.account(), query_engine))
    return engine


class Plans(Sql):
    """An engine that also plans."""

    def __init__(self) -> None:
        super().__init__()
        self.plans: list[str] = []

    def plan(self, sql: str) -> None:
        self.plans.append(sql)


def test_athena_plans_every_view_and_reads_none(aws: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of_views(aws, monkeypatch, Plans())
    assert sorted(engine.plans) == sorted(f"SELECT * FROM {name}" for name in load_views())
    assert engine.queries == []


def test_of_history_duckdb_is_asked_for_one_small_collection_and_not_all_that_was_ever_received(
    aws: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = engine_of_views(aws, monkeypatch, Sql())
    assert [s for s in sql.queries if "document_history" in s] == [
        "SELECT * FROM document_history WHERE collection = 'personal_info' LIMIT 1"
    ]


@pytest.mark.parametrize(("is_emulator", "name"), [(False, "Athena"), (True, views.HERE)])
def test_views_are_asked_as_people_ask_them_not_as_the_analysis_does(
    aws: Services, is_emulator: bool, name: str
) -> None:
    query_engine = views.QueryEngine(aws.account(is_emulator=is_emulator))
    query_engine.engine()
    assert query_engine.name == name


def test_a_stack_of_an_older_version_ends_the_checks_with_its_mend(aws: Services) -> None:
    account = aws.account(outputs={name: value for name, value in OUTPUTS.items() if name != "DeadLetters"})
    [check] = all_checks.every_check(account, NOW)
    assert (check.state, check.sentence) == (
        State.FAILED,
        "The stack does not name its DeadLetters; deploy this version: `make deploy`.",
    )


def test_a_function_that_cannot_start_is_told(aws: Services) -> None:
    aws.answers("lambda", "get_function_configuration", State="Failed", StateReason="image gone")
    assert "Failed (image gone)" in stack.functions(aws.account())[1]


def test_a_person_whom_the_stack_does_not_know_is_a_wrong_argument() -> None:
    with pytest.raises(SettingsWrong, match="no person 'bob'; it has me"):
        all_checks._persons(OUTPUTS, "bob")
