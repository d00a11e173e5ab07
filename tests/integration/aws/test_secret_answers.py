"""The chain of tokens lives on with one request to Oura, whatever AWS answers to whichever call of a renewal.

The real boto3 asks a Secrets Manager and an S3 on the loopback, with its own retries. Each call of an undisturbed
renewal meets each answer: once, until boto3 gives up, or for as long as the process tries.
"""

import copy
import json
from collections.abc import Iterator
from types import SimpleNamespace

import boto3
import pytest
from botocore.config import Config
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from oura_lake.errors import StoreUnavailable
from oura_lake.lake.keys import claim_key
from oura_lake.ledger.refresh_lock import CLAIM_LASTS
from oura_lake.oura.tokens import RefreshingTokens
from support.aws_over_http import Answer, Aws, Call, Do, aws_over_http, silence_after, silence_before
from support.plain_s3 import refusal
from support.token_world import BUCKET, MORNING, SECRET, Oura, World, token_world

ATTEMPTS, ALWAYS = 2, 1_000
RETRYING = Config(retries={"total_max_attempts": ATTEMPTS, "mode": "standard"}, read_timeout=0.15)
ERRORS = {  # as Secrets Manager says it, and as S3 does
    "throttled": ((400, "ThrottlingException"), (503, "SlowDown")),
    "500": ((500, "InternalServiceError"), (500, "InternalError")),
    "denied": ((400, "AccessDeniedException"), (403, "AccessDenied")),
}
SILENCE = {"no answer before it was stored": silence_before, "no answer after it was stored": silence_after}
ANSWERS = [
    ("throttled", 1), ("throttled", ATTEMPTS), ("throttled", ALWAYS), ("500", ATTEMPTS), ("denied", ALWAYS),
    *((what, times) for what in SILENCE for times in (1, ATTEMPTS)),
]  # fmt: skip
EVERY_CALL = (
    "secretsmanager GetSecretValue", "secretsmanager GetSecretValue", "s3 get", "s3 create",
    "secretsmanager GetSecretValue", "secretsmanager GetSecretValue", "secretsmanager PutSecretValue",
    "secretsmanager UpdateSecretVersionStage", "secretsmanager UpdateSecretVersionStage", "s3 get", "s3 replace",
)  # fmt: skip


class Renewals:
    """One account in which the same token is due again and again."""

    def __init__(self, aws: Aws, world: World) -> None:
        self._aws, self.world = aws, world
        self._secrets = get_backend("secretsmanager")[DEFAULT_ACCOUNT_ID]["us-east-1"].secrets
        self._due = copy.deepcopy(dict(self._secrets))
        self._client = boto3.client("secretsmanager", endpoint_url=aws.url, config=RETRYING)
        self._s3, world.s3 = world.s3, boto3.client("s3", endpoint_url=aws.url, config=RETRYING)

    def due(self) -> RefreshingTokens:
        """Make a process that has to renew the token, as at first."""
        self._secrets.clear()
        self._secrets.update(copy.deepcopy(self._due))
        self._s3.delete_object(Bucket=BUCKET, Key=claim_key("me"))
        self.world.oura, self.world.now = Oura(), MORNING
        self.rest()
        return self.world.process(secrets=self._client)

    def meet(self, what: str, times: int, n: int) -> None:
        """Disturb so many calls from the n-th on."""
        self._aws.meets = lambda call, at, do: answered(what, call, do) if n <= at < n + times else do()

    def rest(self) -> list[str]:
        """End the disturbances; returns the calls so far."""
        called = list(map(str, self._aws.calls))
        self._aws.forget()
        return called


def answered(what: str, call: Call, do: Do) -> Answer:
    """Make the answer to a disturbed call."""
    if what in SILENCE:
        return SILENCE[what](do)
    of_secrets, of_s3 = ERRORS[what]
    if call.service == "s3":
        return refusal(*of_s3)
    body = json.dumps({"__type": of_secrets[1], "message": "No."}).encode()
    return Answer(status=of_secrets[0], headers={"content-type": "application/x-amz-json-1.1"}, body=body)


@pytest.fixture(scope="module")
def renewals() -> Iterator[Renewals]:
    with pytest.MonkeyPatch.context() as patched, aws_over_http() as aws, token_world() as world:
        for name, value in aws.environment.items():
            if name != "AWS_ENDPOINT_URL":
                patched.setenv(name, value)
        patched.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
        yield Renewals(aws, world)


def test_the_calls_of_a_renewal_are_these(renewals: Renewals) -> None:
    assert renewals.due().access_token() == "a1"
    assert tuple(renewals.rest()) == EVERY_CALL


@pytest.mark.parametrize(("what", "times"), ANSWERS)
def test_whatever_aws_answers_to_whichever_call_of_a_renewal_the_chain_lives_on(
    renewals: Renewals, what: str, times: int
) -> None:
    for n, call in enumerate(EVERY_CALL, start=1):
        process, world = renewals.due(), renewals.world
        renewals.meet(what, times, n)
        try:
            outcome = process.access_token()
        except StoreUnavailable as error:
            outcome = str(error)
        renewals.rest()
        world.now += CLAIM_LASTS  # a claim whose giving back was refused ends by its age
        assert outcome == "a1" or SECRET in outcome or "refresh.json" in outcome, (n, call)
        assert (process.access_token(), world.process().access_token()) == ("a1", "a1"), (n, call)
        assert (world.oura.n_used, world.is_alive()) == (1, True), (n, call)
