"""State of a person's token when processes die at every step of a renewal, one after the other.

Runs in a process of its own without threads (`own_process.run`), which forks one that dies for each place. The
provider spends each refresh token once and outlives the processes, and so does what is stored.
"""

import os
import signal
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import SecretTokens
from oura_lake.errors import ChainBroken, TokenRejected
from oura_lake.ledger.refresh_lock import CLAIM_LASTS, Claims
from oura_lake.local.token_file import TokenFile
from oura_lake.oura.oauth import Authority
from oura_lake.oura.tokens import App, RefreshingTokens, Token

from support.own_process import Ended, Lines, forked
from support.present import present
from support.token_world import APP, MORNING, Death, Dying

RENEWAL = (
    "access_token", "_latest", "_serves", "_renewed", "_saved", "save", "_write", "exclusively",
    "replace_private", "private_lock",
)  # fmt: skip
BUCKET = "lake"


class RealDeath(Death):
    """Process that ends at a step as kill -9 ends it."""

    def end(self) -> None:
        """End, without an except or a finally."""
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class After:
    """End of a process, the answer of the next run, and the refresh token that is stored then."""

    code: int
    next_run: str
    refresh_token: str


def first_token() -> Token:
    """Make a token whose access token has ended."""
    return Token(access_token="a0", refresh_token="r0", expires_at=MORNING)


# A token in a file, and a provider that writes down which refresh token works


def spend(book: Path, token: Token) -> Token:
    """Spend a refresh token that works and return its successor, as the token endpoint does."""
    n = int(book.read_text())
    if token.refresh_token != f"r{n}":
        raise TokenRejected("Oura did not renew the token; run `oura-lake connect`.")
    book.write_text(f"{n + 1}")
    return Token(access_token=f"a{n + 1}", refresh_token=f"r{n + 1}", expires_at=MORNING + timedelta(days=1))


def every_death_of_a_file(folder: Path) -> list[tuple[bool, After]]:
    """Let one renewal die before each of its lines in the file store and in the rotation."""
    n_lines = _renewed_in(folder / "whole", _lines()).n_lines
    return [_after_a_file(folder / f"{n}", _lines(dies_at=n)) for n in range(1, n_lines + 1)]


_lines = partial(Lines, ("local/token_file.py", "local/private_file.py", "oura_lake/oura/tokens.py"), RENEWAL)


def _after_a_file(folder: Path, lines: Lines) -> tuple[bool, After]:
    died, stored = _renewed_in(folder, lines), TokenFile(folder / "me.json")
    valid = f"r{(folder / 'book').read_text()}"
    is_lost = present(stored.load()).token.refresh_token != valid
    answer = str(forked(partial(_access_token, folder)).result)
    if is_lost:
        stored.connect(APP, replace(first_token(), refresh_token=valid))
        answer += f", a consent gives {forked(partial(_access_token, folder)).result}"
    left = {path.name for path in folder.iterdir()} - {"me.json", "me.lock", "book"}
    token = present(stored.load()).token
    return is_lost, After(died.code, f"{answer}, left is {left}" if left else answer, token.refresh_token)


def _renewed_in(folder: Path, lines: Lines) -> Ended:
    folder.mkdir()
    (folder / "book").write_text("0")
    TokenFile(folder / "me.json").connect(APP, first_token())
    return forked(partial(_access_token, folder), lines)


def _access_token(folder: Path) -> str:
    return _answer(RefreshingTokens(TokenFile(folder / "me.json"), partial(spend, folder / "book"), lambda: MORNING))


# A token in Secrets Manager, its claim in S3, the simulated Oura: all behind HTTP


def every_death_of_a_secret(
    grants: list[dict[str, Any]], token_url: str, app: App, environment: dict[str, str]
) -> list[tuple[str, bool, After]]:
    """Let one renewal die before and after each of its steps to the outside."""
    os.environ.update(environment)
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    given = iter(grants)
    fresh = partial(_Secret, clients=_Clients(), token_url=token_url, app=app)
    steps = fresh(next(given), "whole").renewed(RealDeath()).result[1]
    deaths = [(n, is_after) for n in range(1, len(steps) + 1) for is_after in (False, True)]
    return [
        (steps[n - 1], is_after, fresh(next(given), f"{n}-{is_after}").after(RealDeath(at_step=n, is_after=is_after)))
        for n, is_after in deaths
    ]


class _Clients:
    """Clients for setting up, and others that only forks use: a connection serves one process."""

    def __init__(self) -> None:
        self.secrets, self.s3 = boto3.client("secretsmanager"), boto3.client("s3")
        self.forks_secrets, self.forks_s3 = boto3.client("secretsmanager"), boto3.client("s3")


class _Secret:
    """Secret of a person with a token that has ended."""

    def __init__(self, grant: dict[str, Any], name: str, *, clients: _Clients, token_url: str, app: App) -> None:
        self._name, self._clients, self._app = name, clients, app
        self._token = Token(
            access_token="ended", refresh_token=grant["refresh_token"], expires_at=MORNING, token_url=token_url
        )
        clients.secrets.create_secret(Name=name, SecretString="{}")
        SecretTokens(name, clients.secrets).connect(self._token)

    def renewed(self, death: Death, now: datetime = MORNING) -> Ended:
        """Renew in a fork; return the access token and the steps it took."""
        return forked(lambda: (_answer(self._tokens(death, now)), death.steps))

    def after(self, death: Death) -> After:
        """Remains of a death, and the answer of the next run ten minutes later."""
        died = self.renewed(death)
        next_run = self.renewed(Death(), MORNING + CLAIM_LASTS)
        stored = SecretTokens(self._name, self._clients.secrets).load()
        return After(died.code, next_run.result[0], present(stored).token.refresh_token)

    def _tokens(self, death: Death, now: datetime) -> RefreshingTokens:
        clients, clock = self._clients, lambda: now
        store = S3Store(BUCKET, Dying(clients.forks_s3, death))
        claims = Claims(store=store, person=self._name, clock=clock, sleep=time.sleep)
        authority = Authority(app=self._app)
        return RefreshingTokens(
            SecretTokens(self._name, Dying(clients.forks_secrets, death), claims.exclusive),
            lambda token: death.step("renew", lambda: authority.renew(token)),
            clock=clock,
        )


def _answer(tokens: RefreshingTokens) -> str:
    try:
        return tokens.access_token()
    except ChainBroken:
        return "the chain is broken"
