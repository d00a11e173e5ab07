"""The lake ends as if nothing had happened, whatever S3 answers to whichever call of a run.

The real boto3 asks an S3 on the loopback, with its own retries. Each call of an undisturbed run meets each answer, once
or until boto3 gives up. Then another run goes on, and its lake has to be the undisturbed one.
"""

from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError
from oura_lake.admin.object_versions import Versions
from oura_lake.aws import s3 as store_of_aws
from oura_lake.aws.s3 import S3Store
from oura_lake.errors import StoreUnavailable, WriteConflict
from oura_lake.lake.keys import is_of
from oura_lake.lake.store import MemoryStore
from support.aws_over_http import Answer, Aws, Call, Do, aws_over_http, silence_after, silence_before
from support.lake_runs import AFTER, BEFORE, ENDPOINTS, NOW, Truth, bring, differences_from_raw, seen_by_readers
from support.plain_s3 import PlainS3, refusal
from support.present import present

SCORES = ENDPOINTS[:1]
ATTEMPTS = 2
PATIENT = Config(retries={"total_max_attempts": ATTEMPTS, "mode": "standard"})
HASTY = PATIENT.merge(Config(read_timeout=0.15))  # where an answer never comes


def an_error(status: int, code: str) -> Callable[[Do], Answer]:
    """Make an answer that replaces the effect of a call."""
    return lambda _: refusal(status, code)


NEVER_REACHED = "connect time-out"
ANSWERS: dict[str, tuple[Callable[[Do], Answer] | None, int]] = {
    "412": (an_error(412, "PreconditionFailed"), 1),
    "409": (an_error(409, "ConditionalRequestConflict"), 1),
    "404 of the object": (an_error(404, "NoSuchKey"), 1),
    "404 of the bucket": (an_error(404, "NoSuchBucket"), 1),
    "500": (an_error(500, "InternalError"), ATTEMPTS),
    "503": (an_error(503, "SlowDown"), ATTEMPTS),
    NEVER_REACHED: (None, ATTEMPTS),
    "read time-out before it was stored": (silence_before, ATTEMPTS),
    "read time-out after it was stored": (silence_after, ATTEMPTS),
    "read time-out once before it was stored": (silence_before, 1),
    "read time-out once after it was stored": (silence_after, 1),
}


class World:
    """A bucket, its store through the real boto3, and the disturbances of the calls."""

    def __init__(self, aws: Aws, s3: PlainS3) -> None:
        self._aws, self._s3, self._n_sent, self._unreached = aws, s3, 0, range(0)
        self.patient, self.hasty = (boto3.client("s3", config=config) for config in (PATIENT, HASTY))
        self.patient.meta.events.register("before-send.s3", self._sent)

    @property
    def objects(self) -> dict[str, bytes]:
        """All objects of the bucket."""
        return self._s3.objects

    @property
    def as_it_is(self) -> MemoryStore:
        """Store of the same objects without boto3."""
        copied = MemoryStore()
        copied.objects = self._s3.objects
        return copied

    @property
    def calls(self) -> list[Call]:
        """Calls so far."""
        return self._aws.calls

    def holds(self, objects: dict[str, bytes]) -> None:
        """Fill the bucket with these objects, without calls or disturbances."""
        self._s3.objects = dict(objects)
        self.rests()

    def rests(self) -> None:
        """Forget the calls, and end the disturbances."""
        self._aws.forget()
        self._n_sent, self._unreached = 0, range(0)

    def meets(self, what: str, n: int) -> None:
        """Disturb the calls from the n-th on."""
        answer, times = ANSWERS[what]
        if answer is None:
            self._unreached = range(n, n + times)
        else:
            self._aws.meets = lambda call, at, do: present(answer)(do) if n <= at < n + times else do()

    def brings(self, truth: Truth, what: str = "", hour: int = 12) -> str | None:
        """Make a run; returns the text of its error, None where it succeeds."""
        client = self.hasty if "read time-out" in what else self.patient
        try:
            bring(S3Store("lake", client), truth, NOW.replace(hour=hour), SCORES)
        except (StoreUnavailable, WriteConflict) as error:
            return str(error)
        return None

    def _sent(self, **_: object) -> None:
        self._n_sent += 1
        if self._n_sent in self._unreached:
            raise ConnectTimeoutError(endpoint_url=self._aws.url)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    s3 = PlainS3()
    with pytest.MonkeyPatch.context() as patched, aws_over_http(s3.answer) as aws:
        for name, value in aws.environment.items():
            patched.setenv(name, value)
        patched.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
        patched.setattr(store_of_aws, "LONGEST_PAUSE_S", 0.0)
        yield World(aws, s3)


@pytest.fixture(scope="module")
def base(world: World) -> dict[str, bytes]:
    """Objects of the old year, and none of the new one."""
    world.brings(BEFORE, hour=11)
    return {key: data for key, data in world.objects.items() if "year=2026" not in key and "-2026." not in key}


@pytest.mark.parametrize("what", ANSWERS)
def test_whatever_s3_answers_to_whichever_call_the_next_run_ends_with_the_undisturbed_lake(
    world: World, base: dict[str, bytes], what: str
) -> None:
    world.holds(base)
    assert world.brings(AFTER) is None
    calls, undisturbed = list(world.calls), seen_by_readers(world.objects)
    assert {str(call) for call in calls} == {"s3 get", "s3 list", "s3 create", "s3 replace"}
    for n, call in enumerate(calls, start=1):
        world.holds(base)
        world.meets(what, n)
        error_text = world.brings(AFTER, what)
        world.rests()
        assert world.brings(AFTER) is None
        assert seen_by_readers(world.objects) == undisturbed, (n, call)
        assert differences_from_raw(world.as_it_is) == [], (n, call)
        assert error_text is None or error_text.endswith(("run it again.", "connection.")), (n, call, error_text)
        assert "NoSuchBucket" in present(error_text) if what == "404 of the bucket" else True, (n, call, error_text)


@pytest.fixture(scope="module")
def versions() -> Iterator[tuple[Aws, Any]]:
    """Account with a bucket of versions, and a client with the real retries."""
    with pytest.MonkeyPatch.context() as patched, aws_over_http() as aws:
        for name, value in aws.environment.items():
            patched.setenv(name, value)
        patched.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
        client = boto3.client("s3", config=PATIENT)
        client.create_bucket(Bucket="lake")
        client.put_bucket_versioning(Bucket="lake", VersioningConfiguration={"Status": "Enabled"})
        yield aws, client


@pytest.mark.parametrize("what", [what for what in ANSWERS if what != NEVER_REACHED])
@pytest.mark.parametrize("n", [1, 2])  # the list, the removal
def test_whatever_s3_answers_to_a_removal_the_next_one_leaves_nothing_and_none_is_called_done(
    versions: tuple[Aws, Any], what: str, n: int
) -> None:
    aws, client = versions
    for key in ("lake/person=me/a", "lake/person=me/a", "lake/person=ada/b"):
        client.put_object(Bucket="lake", Key=key, Body=b"x")
    bucket, mine = Versions("lake", client), partial(is_of, person="me")
    disturbed = Versions("lake", boto3.client("s3", config=HASTY) if "read time-out" in what else client)
    answer, times = ANSWERS[what]
    aws.forget()
    aws.meets = lambda call, at, do: present(answer)(do) if n <= at < n + times else do()
    try:
        disturbed.remove(mine)
        is_reported = False
    except StoreUnavailable:
        is_reported = True
    aws.forget()
    assert is_reported or bucket.count(mine) == 0
    bucket.remove(mine)
    assert (bucket.count(mine), bucket.count(partial(is_of, person="ada")) > 0) == (0, True)
