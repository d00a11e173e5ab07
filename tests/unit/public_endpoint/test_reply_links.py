"""A reply link has its content for the secret's owner alone, who alone can make or change one."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.public_endpoint.reply_links import LASTS, Answer, answer_in, links, token_of
from oura_lake.registry import plugins

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "the app's secret"
SECOND = timedelta(seconds=1)
ANSWER = Answer(person="me", episode="illness-2026-02-27", is_ill=True, until=NOW + LASTS)
TOKEN = token_of(ANSWER, SECRET)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.mark.parametrize("kind", plugins(ALERT_KINDS, AlertKind))
@pytest.mark.parametrize("person", ["a", "p" * 31])
@pytest.mark.parametrize("is_ill", [True, False])
def test_a_token_says_what_was_put_into_it_for_any_kind_and_the_longest_name(
    kind: str, person: str, is_ill: bool
) -> None:
    answer = Answer(person=person, episode=f"{kind}-2026-02-27", is_ill=is_ill, until=NOW + LASTS)
    assert answer_in(token_of(answer, SECRET), SECRET, NOW) == answer


def test_the_links_of_an_episode_differ_in_the_answer_alone_and_end_after_two_weeks() -> None:
    made = links("https://door.example/", "me", "illness-2026-02-27", SECRET, NOW)
    assert made.keys() == {"ill", "not_ill", "until"}
    assert datetime.fromisoformat(made["until"]) == NOW + timedelta(days=14)
    for name, is_ill in (("ill", True), ("not_ill", False)):
        door, _, token = made[name].partition("?reply=")
        assert door == "https://door.example/"
        assert answer_in(token, SECRET, NOW) == replace(ANSWER, is_ill=is_ill)


def test_a_token_ends_at_its_second() -> None:
    assert answer_in(TOKEN, SECRET, NOW + LASTS - SECOND) == ANSWER
    assert answer_in(TOKEN, SECRET, NOW + LASTS) is None
    assert answer_in(TOKEN, SECRET, NOW + 400 * LASTS) is None


def test_another_secret_neither_opens_a_token_nor_makes_one_that_opens() -> None:
    assert answer_in(TOKEN, "the secret before", NOW) is None
    assert answer_in(token_of(ANSWER, "the secret before"), SECRET, NOW) is None


@given(place=st.integers(0, len(TOKEN) - 1), letter=st.sampled_from(LETTERS))
@example(place=len(TOKEN) - 1, letter="A")
def test_no_altered_letter_is_accepted(place: int, letter: Any) -> None:
    altered = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert (answer_in(altered, SECRET, NOW) is None) == (altered != TOKEN)


@given(st.binary(min_size=120, max_size=120), st.integers(0, 119))
def test_no_part_of_a_true_token_and_of_made_up_bytes_is_accepted(noise: bytes, cut: int) -> None:
    made_up = "".join(LETTERS[byte % 64] for byte in noise) + "A" * 40
    assert answer_in(TOKEN[:cut] + made_up[cut:160], SECRET, NOW) is None


@given(st.text(max_size=200))
@example("")
@example(TOKEN + "A")
@example(TOKEN + "=")
@example(TOKEN + "\n")
@example(TOKEN[:-1])
@example(TOKEN * 9)
@example(TOKEN[:-1] + "é")
@example("\ud800" * 160)
def test_no_other_text_is_accepted_and_none_is_an_error(text: str) -> None:
    assert answer_in(text, SECRET, NOW) is None


def test_seal_and_hidden_part_of_two_true_tokens_do_not_go_together() -> None:
    others = [
        token_of(replace(ANSWER, **change), SECRET)
        for change in ({"person": "ada"}, {"episode": "illness-2026-01-01"}, {"is_ill": False}, {"until": NOW + SECOND})
    ]
    assert len({TOKEN, *others}) == 5
    for other in others:
        for cut in range(1, 160):
            assert answer_in(TOKEN[:cut] + other[cut:], SECRET, NOW) is None


def test_nothing_can_be_read_off_an_address_not_even_how_long_a_name_is() -> None:
    persons, episodes = ("a", "anna-maria-of-the-long-name"), ("strain-2026-02-27", "irregular_nights-2026-02-27")
    tokens = [token_of(replace(ANSWER, person=p, episode=e), SECRET) for p in persons for e in episodes]
    assert {len(token) for token in tokens} == {160}
    for at in range(0, 160, 4):  # no group of letters, and so no bytes, is shared beyond chance
        assert len({token[at : at + 4] for token in tokens}) == 4


def test_an_answer_takes_no_other_day_or_way_of_writing_than_the_episodes_own() -> None:
    assert ANSWER.first_alert_day.isoformat() == "2026-02-27"
    assert re.fullmatch(r"[A-Za-z0-9_-]+", TOKEN)  # nothing that an address or a page would have to escape
