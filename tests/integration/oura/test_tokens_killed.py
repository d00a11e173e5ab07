"""The chain of tokens is alive after a kill -9 at any step of a renewal, but for two steps where it cannot be.

Every step is tried. One window stays, which nobody can close: the provider has answered, and the process dies before
the answer is written down. Then the next run says so, and a consent mends it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from oura_lake.oura.tokens import App
from oura_lake.simulator import App as Registered
from oura_lake.simulator import GeneratedPerson, simulated_oura
from support.aws_over_http import Aws, aws_over_http
from support.builders import NOON
from support.killed_tokens import every_death_of_a_file, every_death_of_a_secret
from support.own_process import KILLED, run

FEWEST_LINES, MOST_LOST_LINES = 50, 20
N_STEPS = 12
LOST = [("renew", True), ("put_secret_value", False)]  # the answer existed in the dead process alone


def test_a_process_killed_at_any_line_of_a_renewal_leaves_a_file_that_the_next_run_goes_on_with(tmp_path: Path) -> None:
    ended = run(every_death_of_a_file, tmp_path)
    assert ended.code == 0
    assert {after.code for _, after in ended.result} == {KILLED}
    whole = [after for is_lost, after in ended.result if not is_lost]
    lost = [after for is_lost, after in ended.result if is_lost]
    assert {(after.next_run, after.refresh_token) for after in whole} == {("a1", "r1")}
    assert {after.next_run for after in lost} == {"the chain is broken, a consent gives a2"}
    assert (len(ended.result) >= FEWEST_LINES, len(lost) <= MOST_LOST_LINES) == (True, True)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with aws_over_http() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


def test_a_process_killed_at_any_step_of_a_renewal_in_aws_leaves_a_chain_that_the_next_run_goes_on_with(
    aws: Aws,
) -> None:
    registered = Registered()
    app = App(client_id=registered.client_id, client_secret=registered.client_secret)
    with simulated_oura(GeneratedPerson(seed=3, until=NOON.date()), app=registered) as oura:
        grants = [oura.grant() for _ in range(2 * N_STEPS + 1)]
        ended = run(every_death_of_a_secret, grants, oura.token_urls[0], app, aws.environment)
        issued = oura.api.oauth.tokens
    assert ended.code == 0
    assert {after.code for *_, after in ended.result} == {KILLED}
    broken = [(step, is_after) for step, is_after, after in ended.result if after.next_run == "the chain is broken"]
    assert broken == LOST
    alive = [after for step, is_after, after in ended.result if (step, is_after) not in LOST]
    assert len(alive) == 2 * N_STEPS - len(LOST)
    assert {after.next_run in issued.access and after.refresh_token in issued.refresh for after in alive} == {True}
