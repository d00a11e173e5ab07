"""After kill -9 of `oura-lake connect --deployed` at any call to AWS, another consent completes it."""

from support.aws_over_http import aws_over_http
from support.killed_connect import every_death
from support.own_process import KILLED, run

FEWEST_CALLS = 15


def test_a_connect_killed_at_any_call_leaves_the_old_or_the_new_token_and_another_consent_makes_it_whole() -> None:
    with aws_over_http() as aws:
        ended = run(every_death, aws.environment)
    assert ended.code == 0
    assert len(ended.result) >= FEWEST_CALLS
    assert {after.code for after in ended.result} == {KILLED}
    stored = [after.stored for after in ended.result]
    assert stored == sorted(stored, key=["r-gone", "r-first"].index)  # from one call on it is the new one
    assert set(stored) == {"r-gone", "r-first"}
    assert all(after.is_note_true for after in ended.result)
    assert {after.in_the_end for after in ended.result} == {("r-second", True, True, None, 1)}
