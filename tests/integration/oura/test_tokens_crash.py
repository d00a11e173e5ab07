"""The chain of tokens is alive after a crash at any step of a renewal, and after any other accident."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import SecretTokens
from oura_lake.errors import ChainBroken, SourceUnavailable, StoreUnavailable
from oura_lake.lake.keys import claim_key
from oura_lake.ledger.refresh_lock import CLAIM_LASTS, Claims
from oura_lake.oura.tokens import SAVE_PAUSES_S, Token
from support.token_world import (
    APP,
    BUCKET,
    HANGS_AFTER_S,
    MORNING,
    SECRET,
    Death,
    Killed,
    World,
    throttled,
    token_world,
)

EVERY_STEP = (
    "get_secret_value", "get_secret_value",  # current, pending
    "get_object", "put_object",  # the claim
    "get_secret_value", "get_secret_value",  # again, now that nobody else is at it
    "renew",
    "put_secret_value", "update_secret_version_stage", "update_secret_version_stage",  # pending, current, mark away
    "get_object", "put_object",  # the claim given back
)  # fmt: skip
RENEW = EVERY_STEP.index("renew") + 1
DEATHS = [(n, is_after) for n in range(1, len(EVERY_STEP) + 1) for is_after in (False, True)]
LOST = {(RENEW, True), (RENEW + 1, False)}  # the answer of the provider existed in the dead process alone


@pytest.fixture
def world() -> Iterator[World]:
    with token_world() as made:
        yield made


def test_the_steps_of_a_renewal_are_these(world: World) -> None:
    process = Death()
    assert world.process(process).access_token() == "a1"
    assert tuple(process.steps) == EVERY_STEP


@pytest.mark.parametrize(("n", "is_after"), [death for death in DEATHS if death not in LOST])
def test_a_process_killed_at_any_step_leaves_a_chain_that_the_next_run_goes_on_with(
    world: World, n: int, is_after: bool
) -> None:
    with pytest.raises(Killed):
        world.process(Death(at_step=n, is_after=is_after)).access_token()
    world.now += CLAIM_LASTS
    assert world.process().access_token() == "a1"
    assert (world.oura.n_used, world.is_alive()) == (1, True)


@pytest.mark.parametrize(("n", "is_after"), sorted(LOST))
def test_only_an_answer_that_died_with_its_process_breaks_the_chain_and_a_consent_mends_it(
    world: World, n: int, is_after: bool
) -> None:
    with pytest.raises(Killed):
        world.process(Death(at_step=n, is_after=is_after)).access_token()
    world.now += CLAIM_LASTS
    with pytest.raises(ChainBroken, match="run `oura-lake connect`"):
        world.process().access_token()
    world.oura.valid = "r9"
    fresh = Token(access_token="a9", refresh_token="r9", expires_at=world.now + timedelta(days=1))
    SecretTokens(SECRET, world.secrets).connect(fresh)
    assert (world.process().access_token(), world.is_alive()) == ("a9", True)


def test_a_consent_is_not_replaced_by_what_a_renewal_beside_it_left_when_it_died(world: World) -> None:
    """The renewal is killed right after it stored its token, while a consent still has to promote its own."""
    has_begun, is_dead = threading.Event(), threading.Event()

    def until_the_renewal_is_dead(_seconds: float = 0.0) -> None:
        has_begun.set()
        assert is_dead.wait(HANGS_AFTER_S)
        world.now += CLAIM_LASTS

    class Slow:
        def __getattr__(self, name: str) -> partial[Any]:
            return partial(self._call, name)

        def _call(self, name: str, **arguments: object) -> Any:
            answer = getattr(world.secrets, name)(**arguments)
            if name == "put_secret_value":
                until_the_renewal_is_dead()
            return answer

    store = S3Store(BUCKET, world.s3)
    claims = Claims(store=store, person="me", clock=lambda: world.now, sleep=until_the_renewal_is_dead)
    fresh = Token(access_token="a9", refresh_token="r9", expires_at=world.now + timedelta(days=1))
    consent = threading.Thread(target=SecretTokens(SECRET, Slow(), claims.exclusive).connect, args=(fresh,))
    renewal = world.process(Death(at_step=RENEW + 1, is_after=True))
    renew = renewal._renew

    def renewed_while_a_consent_begins(token: Any) -> Token:
        consent.start()
        assert has_begun.wait(HANGS_AFTER_S)  # it waits for the claim, or has stored its token and no more
        return renew(token)

    renewal._renew = renewed_while_a_consent_begins
    with pytest.raises(Killed):
        renewal.access_token()
    is_dead.set()
    consent.join(HANGS_AFTER_S)
    assert (world.process().access_token(), world.stored()["refresh_token"]) == ("a9", "r9")


def test_a_claim_that_a_crash_left_is_waited_for_and_then_taken_over(world: World) -> None:
    with pytest.raises(Killed):
        world.process(Death(at_step=RENEW)).access_token()
    with pytest.raises(StoreUnavailable, match="Another run is renewing the token of me"):
        world.process().access_token()
    world.now += CLAIM_LASTS
    assert (world.process().access_token(), world.is_alive()) == ("a1", True)


def test_workers_who_renew_at_once_spend_one_refresh_token(world: World) -> None:
    world.now = MORNING + timedelta(hours=1)
    processes = [world.process(pause=world.turns.until_written) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        got = set(pool.map(lambda process: process.access_token(), processes))
    assert (got, world.oura.n_used, world.is_alive()) == ({"a1"}, 1, True)


class Throttled:
    """A Secrets Manager that refuses its next writes, or fails after each of them."""

    def __init__(self, client: Any, n_failures: int, *, is_done: bool = False) -> None:
        self._client, self.left, self._is_done = client, n_failures, is_done

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name in ("put_secret_value", "update_secret_version_stage"):
            return lambda **arguments: self._write(name, found, arguments)
        return found

    def _write(self, name: str, found: Any, arguments: Any) -> Any:
        if self.left <= 0:
            return found(**arguments)
        self.left -= 1
        if self._is_done:
            found(**arguments)
        raise throttled(name)


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("n_failures", range(1, len(SAVE_PAUSES_S) + 1))
def test_a_secrets_manager_that_throttles_is_tried_until_the_token_is_stored(
    world: World, n_failures: int, is_done: bool
) -> None:
    process = world.process(secrets=Throttled(world.secrets, n_failures, is_done=is_done))
    assert (process.access_token(), world.oura.n_used, world.is_alive()) == ("a1", 1, True)


def test_a_throttling_that_outlasts_the_tries_loses_no_token_of_a_process_that_lives(world: World) -> None:
    process = world.process(secrets=Throttled(world.secrets, len(SAVE_PAUSES_S) + 1))
    with pytest.raises(StoreUnavailable, match="ThrottlingException"):
        process.access_token()
    assert (process.access_token(), world.oura.n_used, world.is_alive()) == ("a1", 1, True)


def test_a_token_endpoint_that_is_down_burns_nothing(world: World) -> None:
    world.oura.trouble = "503"
    with pytest.raises(SourceUnavailable, match="503"):
        world.process().access_token()
    world.oura.trouble = ""
    assert (world.process().access_token(), world.is_alive()) == ("a1", True)


def test_an_answer_that_never_came_is_found_out_at_the_next_run(world: World) -> None:
    world.oura.trouble = "dropped"
    with pytest.raises(SourceUnavailable, match="Server disconnected"):
        world.process().access_token()
    world.oura.trouble = ""
    with pytest.raises(ChainBroken):
        world.process().access_token()


def test_a_slow_worker_whose_claim_was_taken_over_goes_on_with_the_token_of_the_other(world: World) -> None:
    slow = world.process()
    renew = slow._renew

    def overtaken(token: Token) -> Token:
        world.now += CLAIM_LASTS
        world.process().access_token()
        return renew(token)

    slow._renew = overtaken
    assert (slow.access_token(), world.oura.n_used, world.is_alive()) == ("a1", 1, True)


def test_a_claim_dated_by_a_clock_that_was_wrong_holds_nobody_up_for_ever(world: World) -> None:
    claim = {"owner": "somebody", "at": (MORNING + timedelta(days=300)).isoformat()}
    world.s3.put_object(Bucket=BUCKET, Key=claim_key("me"), Body=json.dumps(claim).encode())
    assert world.process().access_token() == "a1"


MOVES = st.lists(st.tuples(st.integers(-400, 400), st.booleans()), max_size=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_however_the_clock_jumps_the_chain_stays_alive_and_is_not_renewed_at_each_request(
    moves: list[tuple[int, bool]],
) -> None:
    with token_world() as world:
        for hours, is_rejected in moves:
            world.now += timedelta(hours=hours)
            before = world.oura.n_used
            ask(world, is_rejected=is_rejected)
            ask(world, is_rejected=False)
            assert world.oura.n_used - before <= 2
        assert world.is_alive()


def ask(world: World, *, is_rejected: bool) -> None:
    """Make a run: read the token, and another one if the provider rejects it."""
    process = world.process()
    token = process.access_token()
    if is_rejected:
        try:
            process.refresh(token)
        except SourceUnavailable:
            return


@pytest.mark.parametrize("expires_in", [0, -5, "soon", None, 1e300, "120"])
def test_a_token_of_no_sensible_length_is_stored_and_used_and_not_renewed_in_a_loop(
    world: World, monkeypatch: pytest.MonkeyPatch, expires_in: int | str | float | None
) -> None:
    answered = world.oura.answer

    def odd(request: httpx.Request) -> httpx.Response:
        reply = answered(request)
        return httpx.Response(200, json=reply.json() | {"expires_in": str(expires_in) if expires_in else expires_in})

    monkeypatch.setattr(world.oura, "answer", odd)
    assert [world.process().access_token() for _ in range(3)] == ["a1"] * 3
    assert (world.oura.n_used, world.is_alive()) == (1, True)


def test_a_provider_that_rejects_everybody_costs_one_renewal_in_ten_minutes(world: World) -> None:
    world.process().access_token()
    for _ in range(5):
        with pytest.raises(SourceUnavailable, match="rejects the token that it gave a few minutes ago"):
            world.process().refresh("a1")
    world.now += timedelta(minutes=11)
    assert world.process().refresh("a1") == "a2"


def test_the_credentials_of_the_app_are_in_no_claim_and_no_version(world: World) -> None:
    world.process().access_token()
    claim = world.s3.get_object(Bucket=BUCKET, Key=claim_key("me"))["Body"].read()
    assert APP.client_secret not in f"{claim!r}{world.stored()}"
    assert "r1" not in claim.decode()
