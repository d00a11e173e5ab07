"""The roles allow all that the functions did, and every right is used or has a known reason.

Each function of the rehearsal records its calls to AWS (tests/recorder). The emulator refuses nobody, so every call
is checked here against the policies of its function's role as deployed. Runs after the other tests of the folder, and
does for itself what none of them did.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from oura_lake.aws.s3 import S3Store
from oura_lake.ingestion.backfill import Backfill
from oura_lake.ingestion.job import Job
from oura_lake.lake.keys import judged_key
from oura_lake.ledger.token_status import broken
from oura_lake.simulator import Fault
from oura_lake.simulator.routes import COLLECTIONS
from support.deployed_lake import awaited
from support.iam_policy import AccessRequest, is_allowed, matches
from support.recorded_calls import needs, recorded
from support.stack_rights import Place, Right, holders, plainly, resource_statements, rights, role_statements, short

Deployed = Any  # the fixture's class, in conftest.py
Until = Any
DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "least-privilege.md"
TLS = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}  # as boto3 talks to AWS, if not to the emulator
SEEN = "seen"
NOT_BY_A_FUNCTION = {
    ("*", "logs:CreateLogStream"): "Lambda writes the function's log in its name",
    ("*", "logs:PutLogEvents"): "Lambda writes the function's log in its name",
    ("ingest", "sqs:ReceiveMessage"): "Lambda takes jobs off the queue in its name",
    ("ingest", "sqs:DeleteMessage"): "Lambda takes done jobs off the queue in its name",
    ("ingest", "sqs:GetQueueAttributes"): "Lambda asks how many jobs wait in its name",
    ("analyse", "sqs:SendMessage"): "Lambda keeps what failed three times in its name",
    ("maintain", "sqs:SendMessage"): "Lambda keeps what failed three times in its name",
    ("SchedulingRole", "sqs:SendMessage"): "the Scheduler delivers the job, or keeps what it could not deliver",
    ("AnalysisCaller", "lambda:InvokeFunction"): "the Scheduler makes the daily call",
    ("AnalysisCaller", "sqs:SendMessage"): "the Scheduler keeps what it could not deliver",
    ("MaintenanceCaller", "lambda:InvokeFunction"): "the Scheduler makes the daily call",
    ("MaintenanceCaller", "sqs:SendMessage"): "the Scheduler keeps what it could not deliver",
}


class Judged:
    """Deployed roles, and the functions' calls so far."""

    def __init__(self, deployed: Deployed) -> None:
        cloudformation = deployed.client("cloudformation")
        body = cloudformation.get_template(StackName="OuraLake")["TemplateBody"]
        self.template = body if isinstance(body, dict) else json.loads(body)
        resources = cloudformation.describe_stack_resources(StackName="OuraLake")["StackResources"]
        names = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources}
        self.place = Place(region="us-east-1", account="000000000000", names=names)
        self.name = self.place.named(self.template)
        self.roles = role_statements(self.template, self.name)
        self.resources = resource_statements(self.template, self.name)
        self.who = holders(self.template)
        self._calls = deployed.calls

    def needed(self) -> set[Right]:
        """Rights that the functions needed: who, which action, on which resource."""
        handlers = {
            self.place.names[logical]: properties["Properties"]["Handler"].split(".")[-2]
            for logical, properties in self.template["Resources"].items()
            if properties["Type"] == "AWS::Lambda::Function"
        }
        return {
            Right(who=handlers[call.function], action=action, resource=arn)
            for call in recorded(self._calls)
            for action, arn in needs(call, self.place)
        }

    def refused(self, roles: dict[str, Any], context: dict[str, str]) -> set[Right]:
        """List the calls that these roles would have refused."""
        statements = {self.who[role]: own for role, own in roles.items()}
        return {
            need
            for need in self.needed()
            if not is_allowed(
                AccessRequest(action=need.action, resource=need.resource, context=context),
                statements[need.who],
                self.resources,
            )
        }

    def granted(self) -> set[Right]:
        """Every right of every role."""
        return set(rights(self.roles, self.who))

    def has(self, who: str, action: str, pattern: str) -> bool:
        """Whether a function did that to a resource of that kind."""
        return any(a.who == who and a.action == action and matches(pattern, a.resource) for a in self.needed())


@pytest.fixture(scope="module")
def judged(deployed: Deployed, until: Until) -> Judged:
    """Roles and calls after every path ran at least once."""
    found = Judged(deployed)
    for who, action, pattern, do in DEEDS:
        if not found.has(who, action, pattern):
            do(deployed)
            until(lambda key=(who, action, pattern): found.has(*key), 100, f"{action} on {pattern} by {who}")
            until(lambda: deployed.jobs.n_waiting() == 0, 60, "the end of the jobs")
    deployed.connect()
    store = S3Store(deployed.outputs["Bucket"], deployed.client("s3"))
    until(lambda: broken(store, "me") is None, 100, "a run that finds the chain whole")  # it closes the note: who
    until(lambda: deployed.jobs.n_waiting() == 0, 60, "the end of its job")  # counts versions next sees no more of it
    return found


def test_no_function_needs_what_its_role_does_not_allow(judged: Judged) -> None:
    assert {need.who for need in judged.needed()} == {"ingest", "analyse", "maintain", "receive"}
    assert judged.refused(judged.roles, TLS) == set()


def test_without_any_right_that_was_used_a_call_would_be_refused_and_named(judged: Judged) -> None:
    for right in used(judged):
        lost = judged.refused(without(judged.roles, judged.who, right), TLS)
        assert {(need.who, need.action) for need in lost} == {(right.who, right.action)}
        assert all(matches(right.resource, need.resource) for need in lost)


def test_over_plain_http_bucket_queues_and_topics_refuse_everything(judged: Judged) -> None:
    closed = {need for need in judged.needed() if need.action.partition(":")[0] in ("s3", "sqs", "sns")}
    assert closed <= judged.refused(judged.roles, {"aws:SecureTransport": "false"})


def test_every_right_is_used_or_has_a_reason_as_the_document_says(judged: Judged) -> None:
    seen, words = used(judged), in_plain_words(judged)
    table = sorted((r.who, r.action, words[r], SEEN if r in seen else reason(r)) for r in judged.granted())
    text = "".join(f"| `{who}` | `{action}` | `{what}` | {why} |\n" for who, action, what, why in table)
    assert [row for row in table if not row[-1]] == []
    assert f"<!-- rights -->\n\n| who | may | on | used |\n| --- | --- | --- | --- |\n{text}\n<!-- /rights -->" in (
        DOCUMENT.read_text(encoding="utf-8")
    ), f"write this table into {DOCUMENT.name}:\n{text}"


def used(judged: Judged) -> set[Right]:
    """Rights that a call used."""
    return {right for right in judged.granted() if judged.has(right.who, right.action, right.resource)}


def without(roles: dict[str, Any], who: dict[str, str], lost: Right) -> dict[str, Any]:
    """Roles with one right less."""
    allowed: dict[str, list[dict[str, Any]]] = {role: [] for role in roles}
    for role, own in roles.items():
        for right in rights({role: own}, who):
            if right != lost:
                allowed[role].append({"Effect": "Allow", "Action": right.action, "Resource": [right.resource]})
    return allowed


def in_plain_words(judged: Judged) -> dict[Right, str]:
    """Resources of each right, as a reader of the template would call them."""
    own: dict[Right, str] = {}
    in_names = role_statements(judged.template, plainly)
    for role, statements in judged.roles.items():
        pairs = zip(rights({role: statements}, judged.who), rights({role: in_names[role]}, judged.who), strict=True)
        own |= {right: short(named.resource) for right, named in pairs}
    return own


def reason(right: Right) -> str:
    """Reason for a right that no function uses; empty if there is none."""
    return NOT_BY_A_FUNCTION.get((right.who, right.action)) or NOT_BY_A_FUNCTION.get(("*", right.action)) or ""


def job(deployed: Deployed, why: str, **more: Any) -> None:
    """One job like the schedule's."""
    deployed.jobs.send(Job(person="me", reason=why, **more), slot=f"privilege {why}")


def history(deployed: Deployed) -> None:
    """More days than one chunk contains: the first brings the second."""
    last = deployed.person.last - timedelta(days=2)
    wanted = Backfill(person="me", first=last - timedelta(days=120), last=last)
    deployed.jobs.send_history(wanted, slot="privilege")


def illness(deployed: Deployed) -> None:
    """Days of the illness arrive at the provider, and are fetched."""
    deployed.oura.sync()
    job(deployed, "schedule")


def answer(deployed: Deployed) -> None:
    """Answer as the person, by a link of a message to their webhook."""
    sent = deployed.program.taken
    links = awaited(lambda: [t.event["reply"] for t in sent if "reply" in t.event], 100, "an alert with its links")
    httpx.post(links[-1]["ill"])


def renewal(deployed: Deployed) -> None:
    """End the access token; the refresh token stays good."""
    stored(deployed, deployed.oura.grant()["refresh_token"])
    job(deployed, "renewal")


def broken_chain(deployed: Deployed) -> None:
    """Store a refresh token that is none of Oura's; the person gets a message."""
    stored(deployed, "spent long ago")
    job(deployed, "broken")


def stored(deployed: Deployed, refresh_token: str) -> None:
    """Leave the person with a refresh token alone."""
    token = {"access_token": "ended", "refresh_token": refresh_token, "expires_at": "2020-01-01T00:00:00+00:00"}
    urls = {"token_url": deployed.oura.token_urls[0]}
    deployed.client("secretsmanager").put_secret_value(SecretId="oura-lake/me", SecretString=json.dumps(token | urls))


def unplaceable(deployed: Deployed) -> None:
    """Oura sends a document dated in the future."""
    deployed.oura.plant(Fault(collection="daily_sleep", kind="future"))
    job(deployed, "unplaceable")


def crashed(prefix: str, then: Callable[[Deployed], None], note: str = "") -> Callable[[Deployed], None]:
    """Leave what a run that died between raw and the lake leaves: all is in raw alone, and nothing is noted."""

    def crash(deployed: Deployed) -> None:
        s3, bucket = deployed.client("s3"), deployed.outputs["Bucket"]
        for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
            s3.delete_object(Bucket=bucket, Key=entry["Key"])
        if note:
            s3.delete_object(Bucket=bucket, Key=note)
        then(deployed)

    return crash


def daily_round(deployed: Deployed) -> None:
    """Call as the Scheduler makes it."""
    event = json.dumps({"detail": {"person": "me", "kind": "daily"}})
    deployed.client("lambda").invoke(FunctionName=deployed.outputs["MaintainFunction"], Payload=event)


def judgement(deployed: Deployed) -> None:
    """Call as the bus makes it."""
    event = json.dumps({"detail": {"person": "me", "reason": "schedule"}})
    deployed.client("lambda").invoke(FunctionName=deployed.outputs["AnalyseFunction"], Payload=event)


def webhook(deployed: Deployed) -> None:
    """Oura's event of a deletion."""
    daily_round(deployed)
    [advice] = deployed.oura.api.cloud.on(COLLECTIONS["sleep_time"], deployed.oura.api.cloud.last)
    deployed.oura.delete("sleep_time", advice.identity)


DEEDS: list[tuple[str, str, str, Callable[[Deployed], None]]] = [
    ("ingest", "sqs:SendMessage", "*", history),
    ("analyse", "s3:PutObject", "*/lake/findings/*", judgement),
    ("analyse", "sns:Publish", "*", illness),
    ("analyse", "ssm:GetParameter", "*/app", illness),
    ("ingest", "s3:PutObject", "*/lake/feedback/*", answer),
    ("ingest", "s3:PutObject", "*/rejected/*", unplaceable),
    ("ingest", "secretsmanager:UpdateSecretVersionStage", "*", renewal),
    ("maintain", "s3:PutObject", "*/lake/gaps/*", daily_round),
    ("receive", "ssm:GetParameter", "*/accounts/*", webhook),
    ("ingest", "s3:GetObject", "*/raw/oura/*", crashed("lake/workout/", lambda d: job(d, "crash"))),
    ("analyse", "s3:GetObject", "*/raw/lake/*", crashed("lake/findings/", judgement, note=judged_key("me"))),
    ("maintain", "s3:GetObject", "*/raw/lake/*", crashed("lake/gaps/", daily_round)),
    ("maintain", "s3:PutObject", "*/lake/stored_person_day/*", crashed("lake/stored_person_day/", daily_round)),
    ("maintain", "sns:Publish", "*", broken_chain),
]
