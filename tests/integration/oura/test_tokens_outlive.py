"""A function stores a renewed token with its next job, where it could not store it before."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Never

import pytest
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import SecretTokens
from oura_lake.bootstrap.ingestion import DeployedWorker
from oura_lake.errors import StoreUnavailable
from oura_lake.ledger import token_status
from oura_lake.oura.tokens import Token
from support.builders import NOON
from support.ingest_world import ENDED, REGISTERED, ROUTINE, IngestWorld, ingest_world
from support.token_world import BUCKET, SECRET

NO_TIME, A_MINUTE = 0, 60  # of a job: then the store is tried once, or again and again


@pytest.fixture
def world() -> Iterator[IngestWorld]:
    """World in which the access token of `me` has ended, and Oura would renew it."""
    with ingest_world() as made:
        made.consent(until=ENDED)
        yield made


def is_broken() -> bool:
    return token_status.broken(S3Store(BUCKET), "me") is not None


def renewed_and_not_stored(world: IngestWorld) -> DeployedWorker:
    """Make a living process with a token that Secrets Manager did not take."""

    def refused(self: SecretTokens, token: Token, *, replacing: str | None) -> Never:
        raise StoreUnavailable("AWS refused PutSecretValue (ThrottlingException).")

    due, fetcher = world.stored(), world.ingest()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SecretTokens, "save", refused)
        with pytest.raises(StoreUnavailable):
            fetcher.do(ROUTINE, NOON, NO_TIME)
    assert (world.stored(), world.n_renewals()) == (due, 1)
    return fetcher


def test_a_token_that_was_renewed_and_not_stored_is_stored_by_the_next_job_of_the_process(world: IngestWorld) -> None:
    fetcher = renewed_and_not_stored(world)
    [outcome] = fetcher.do(ROUTINE, NOON, A_MINUTE)
    assert (outcome.landed.n_new, world.n_renewals(), is_broken()) == (1, 1, False)
    assert world.stored().refresh_token in world.oura.api.oauth.tokens.refresh


def test_it_is_stored_though_another_process_found_the_chain_broken_meanwhile(world: IngestWorld) -> None:
    fetcher = renewed_and_not_stored(world)
    assert world.ingest().do(ROUTINE, NOON, A_MINUTE) == []  # it knows the spent refresh token alone
    assert is_broken()
    [outcome] = fetcher.do(ROUTINE, NOON, A_MINUTE)
    assert (outcome.landed.n_new, is_broken()) == (1, False)


def test_a_consent_that_came_between_counts_and_not_what_was_left_over(world: IngestWorld) -> None:
    fetcher = renewed_and_not_stored(world)
    world.consent()
    consented = world.stored()
    [outcome] = fetcher.do(ROUTINE, NOON, A_MINUTE)
    assert (outcome.landed.n_new, world.stored(), world.n_renewals()) == (1, consented, 1)


def test_a_consent_between_two_jobs_is_used_by_the_second(world: IngestWorld) -> None:
    fetcher = world.ingest()
    fetcher.do(ROUTINE, NOON, A_MINUTE)
    world.oura.api.oauth.tokens.access.clear()
    world.oura.api.oauth.tokens.refresh.clear()
    world.consent()
    fetcher.do(ROUTINE, NOON, A_MINUTE)
    assert (is_broken(), world.n_renewals()) == (False, 1)


def test_a_secret_that_the_app_has_since_the_first_job_is_used_for_the_second(world: IngestWorld) -> None:
    fetcher = world.ingest()
    fetcher.do(ROUTINE, NOON, A_MINUTE)
    anew = replace(REGISTERED, client_secret="anew")
    world.oura.api.oauth.app = anew
    world.register(anew)
    world.connect(SECRET, "ended", world.stored().refresh_token, ENDED)
    fetcher.do(ROUTINE, NOON, A_MINUTE)
    assert (is_broken(), world.n_renewals()) == (False, 2)
