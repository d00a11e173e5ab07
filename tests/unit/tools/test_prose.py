"""The check of the words finds what it is for, and passes what is right."""

import ast

import pytest

from tools.prose import LONGEST_SENTENCE, long_sentences, names, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The colour of a label.", ""),
        ("The color of a label.", "write colour"),
        ("It says what is said from the first object on.", "has no noun"),
        ("It gives the objects from the first on.", ""),
    ],
)
def test_a_word_is_found(text: str, found: str) -> None:
    assert [found in fault for fault in words(text)] == [True] * bool(found)


@pytest.mark.parametrize(("count", "faults"), [(LONGEST_SENTENCE, 0), (LONGEST_SENTENCE + 1, 1)])
def test_a_long_sentence_is_found(count: int, faults: int) -> None:
    assert len(list(long_sentences("Short.\n\n" + "word " * count))) == faults


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        ("def told_of(person): ...", 1),
        ("def enabled_alerts(person): ...", 0),
        ("def f(held): ...", 1),
        ("saidOnce = 1", 1),
        ("class AskedDays: ...", 1),
        ("def test_what_was_said_is_delivered(): ...", 0),
        ("x = told()", 0),  # a use of another's name, which is found where it is defined
        ("threshold, essay = 1, 2", 0),
    ],
)
def test_a_name_is_found(code: str, faults: int) -> None:
    assert len(list(names(ast.parse(code)))) == faults
