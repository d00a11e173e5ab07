"""Links sent before the form of their tokens changed work for their 14 days; nobody can make or alter one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.public_endpoint import reply_links
from oura_lake.public_endpoint.old_reply_links import opened
from oura_lake.public_endpoint.reply_links import Answer, answer_in

SECRET = "the app's secret"
UNTIL = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SENT = {  # made by the code that made them
    "Zy7QSspT9h_8FRkDVFr81Na8H-8GaFnM8LXywGb9z5irtkKB5vW8SlVVCAjqeyCVpy_ShHZMbikOtMCiRrbL5GUiO6ucKDE8Ih2xvzt0LyYTqN_Nhs3tTBGK"
    "5edYhofw": Answer(person="me", episode="illness-2026-02-27", is_ill=True, until=UNTIL),
    "y6wlTboNF7ryQM1HLFFCEZ6hYDk83kUaE5kYGRr9VE6ieohkUhV7W85IbvMNdb1RRkZxSWysMULl7z3d5G9JEHkDWMHyAe5w22FVInvOx2_9lax3rlqRmgHI"
    "zWxFIJsb": Answer(
        person="anna-maria-of-the-long-name", episode="irregular_nights-2026-02-27", is_ill=False, until=UNTIL
    ),
}
EVERY_LINK = pytest.mark.parametrize(("token", "answer"), SENT.items(), ids=["ill", "not ill"])


@EVERY_LINK
def test_a_link_that_was_sent_says_what_it_said_until_it_ends(token: Any, answer: Any) -> None:
    assert answer_in(token, SECRET, UNTIL - reply_links.LASTS) == answer
    assert answer_in(token, SECRET, UNTIL - SECOND) == answer
    assert answer_in(token, SECRET, UNTIL) is None


@EVERY_LINK
def test_another_secret_opens_none(token: Any, answer: Any) -> None:
    assert opened(token, "the next secret") is None


@given(place=st.integers(0, 127), letter=st.sampled_from(LETTERS), token=st.sampled_from([*SENT]))
def test_no_altered_letter_is_accepted(place: int, letter: Any, token: Any) -> None:
    altered = token[:place] + letter + token[place + 1 :]
    assert (opened(altered, SECRET) is None) == (altered != token)


@given(st.text(alphabet=LETTERS, min_size=127, max_size=129) | st.text(max_size=200))
def test_no_other_text_is_accepted_and_none_is_an_error(text: str | Any) -> None:
    assert opened(text, SECRET) is None


def test_no_new_link_has_the_old_form() -> None:
    made = reply_links.token_of(next(iter(SENT.values())), SECRET)
    assert opened(made, SECRET) is None
