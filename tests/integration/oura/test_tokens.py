"""A single-use refresh token is used once, and its successor is stored before it is used."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from oura_lake.errors import StoreUnavailable, TokenRejected, WriteConflict
from oura_lake.oura.tokens import SAVE_PAUSES_S, FixedToken, RefreshingTokens, StoredToken, Token
from support.present import present

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)


def a_token(n: int, *, valid_for: timedelta = timedelta(days=1)) -> Token:
    return Token(access_token=f"a{n}", refresh_token=f"r{n}", expires_at=NOW + valid_for)


class MemoryTokens:
    """A token store in memory."""

    def __init__(self, token: Token | None) -> None:
        self.token, self.version = token, 1

    def load(self) -> StoredToken | None:
        return StoredToken(self.token, str(self.version)) if self.token else None

    def save(self, token: Token, *, replacing: str | None) -> str:
        if replacing not in (None, str(self.version)):
            raise WriteConflict("changed")
        self.token, self.version = token, self.version + 1
        return str(self.version)

    def exclusively(self) -> nullcontext[None]:
        return nullcontext()


class Authority:
    """An endpoint that renews n to n+1, and the used refresh tokens."""

    def __init__(self) -> None:
        self.spent: list[str] = []

    def renew(self, token: Token) -> Token:
        self.spent.append(token.refresh_token)
        return a_token(int(token.refresh_token[1:]) + 1)


def the_tokens(store: MemoryTokens, authority: Authority) -> RefreshingTokens:
    return RefreshingTokens(store, authority.renew, clock=lambda: NOW, sleep=lambda seconds: None)


@pytest.mark.parametrize(("minutes", "expected"), [(6, "a1"), (4, "a2"), (-60, "a2")])
def test_a_token_is_used_until_five_minutes_before_its_end(minutes: int, expected: str) -> None:
    store = MemoryTokens(a_token(1, valid_for=timedelta(minutes=minutes)))
    assert the_tokens(store, Authority()).access_token() == expected
    assert present(store.token).access_token == expected


def test_a_token_that_could_not_be_stored_is_kept_and_stored_by_the_next_try() -> None:
    class Failing(MemoryTokens):
        failures = 1 + len(SAVE_PAUSES_S)

        def save(self, token: Token, *, replacing: str | None) -> str:
            if self.failures:
                self.failures -= 1
                raise StoreUnavailable("throttled")
            return super().save(token, replacing=replacing)

    store, authority = Failing(a_token(1, valid_for=timedelta())), Authority()
    tokens = the_tokens(store, authority)
    with pytest.raises(StoreUnavailable):
        tokens.access_token()
    assert (tokens.access_token(), present(store.token).access_token, authority.spent) == ("a2", "a2", ["r1"])


@pytest.mark.parametrize(("minutes_down", "is_stored"), [(3, True), (5, False)])
def test_a_job_goes_on_storing_as_long_as_it_has_time(minutes_down: int, is_stored: bool) -> None:
    now, up_at = NOW, NOW + timedelta(minutes=minutes_down)

    def wait(seconds: float) -> None:
        nonlocal now
        now += timedelta(seconds=seconds)

    class Down(MemoryTokens):
        def save(self, token: Token, *, replacing: str | None) -> str:
            if now < up_at:
                raise StoreUnavailable("throttled")
            return super().save(token, replacing=replacing)

    store, authority = Down(a_token(1, valid_for=timedelta())), Authority()
    tokens = RefreshingTokens(store, authority.renew, clock=lambda: now, sleep=wait)
    tokens.begin(240)
    with nullcontext() if is_stored else pytest.raises(StoreUnavailable):
        tokens.access_token()
    assert (now <= NOW + timedelta(seconds=240), present(store.token).access_token) == (
        True,
        "a2" if is_stored else "a1",
    )
    now = up_at
    tokens.begin(240)
    assert (tokens.access_token(), authority.spent) == ("a2", ["r1"])


def test_a_rejected_token_is_renewed_and_stored() -> None:
    store, authority = MemoryTokens(a_token(1)), Authority()
    assert the_tokens(store, authority).refresh("a1") == "a2"
    assert present(store.token).refresh_token == "r2"
    assert authority.spent == ["r1"]


def test_threads_that_see_the_same_rejection_spend_one_refresh_token() -> None:
    authority = Authority()
    tokens = the_tokens(MemoryTokens(a_token(1)), authority)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tokens.refresh, ["a1"] * 8)) == {"a2"}
    assert authority.spent == ["r1"]


def test_what_another_process_renewed_is_taken_instead_of_renewing_again() -> None:
    store, authority = MemoryTokens(a_token(1)), Authority()
    tokens = the_tokens(store, authority)
    tokens.access_token()
    store.save(a_token(7), replacing=None)
    assert tokens.refresh("a1") == "a7"
    assert authority.spent == []


def test_a_consent_given_during_a_refresh_counts() -> None:
    store = MemoryTokens(a_token(1))

    def renew(token: Token) -> Token:
        store.save(a_token(9), replacing=None)
        return a_token(2)

    assert RefreshingTokens(store, renew, clock=lambda: NOW).refresh("a1") == "a9"


def test_a_token_that_could_not_be_stored_is_not_used() -> None:
    class Full(MemoryTokens):
        def save(self, token: Token, *, replacing: str | None) -> str:
            raise StoreUnavailable("disk full")

    store = Full(a_token(1))
    with pytest.raises(StoreUnavailable):
        the_tokens(store, Authority()).refresh("a1")


def test_nobody_connected_says_how_to_connect() -> None:
    with pytest.raises(TokenRejected, match="`oura-lake connect`"):
        the_tokens(MemoryTokens(None), Authority()).access_token()


def test_a_fixed_token_cannot_be_renewed() -> None:
    with pytest.raises(TokenRejected, match="OURA_ACCESS_TOKEN"):
        FixedToken("t").refresh("t")


def test_a_token_does_not_show_in_its_representation() -> None:
    assert "a1" not in repr(a_token(1))
    assert "r1" not in repr(replace(a_token(1), scopes=("daily",)))
