"""JSON from outside becomes values that can be stored and written again; all others stay unchanged."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.lake.json_text import MOST_LEVELS, parse, parse_own


def nested(levels: int, inner: str = "1") -> str:
    return "[" * levels + inner + "]" * levels


@pytest.mark.parametrize(("text", "value"), [
    (r'"late \ud83d"', "late \ufffd"),
    (r'"\uDE00 early"', "\ufffd early"),
    (r'"\ud83d\ude00"', "\U0001f600"),
    (r'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
    (r'"\\ud83d"', r"\ud83d"),
    (r'{"\ud83d": 1}', {"\ufffd": 1}),
    ("NaN", "NaN"),
    ("[Infinity, -Infinity]", ["Infinity", "-Infinity"]),
    ("[1e400, -1e400, 1e300]", ["1e400", "-1e400", 1e300]),
    ("9" * 5000, "9" * 5000),
    ("9" * 20, int("9" * 20)),
])  # fmt: skip
def test_a_value_that_cannot_be_held_is_replaced_alone(text: str, value: object) -> None:
    assert parse(text) == value
    assert parse(text.encode()) == value


def test_a_byte_that_is_no_utf_8_is_replaced_alone() -> None:
    assert parse(b'{"a": "\xff", "b": "\xed\xa0\xbd", "c": "fine"}')["c"] == "fine"
    assert parse(b'["\xff"]') == ["\ufffd"]
    assert parse('"\ud83d"') == "\ufffd" * 3


def test_a_byte_order_mark_and_utf_16_are_read() -> None:
    assert parse('["ä"]'.encode("utf-8-sig")) == ["ä"]
    assert parse('["ä"]'.encode("utf-16")) == ["ä"]


@pytest.mark.parametrize("levels", [MOST_LEVELS, 200, 990, 5_000, 100_000])
def test_what_is_nested_too_deeply_is_a_text_and_what_lies_beside_it_stays(levels: int) -> None:
    value = parse(f'{{"deep": {nested(levels)}, "]": "[[{{", "\\"": {{"x": []}}}}')
    assert value.pop("deep") != 1
    assert value == {"]": "[[{", '"': {"x": []}}
    assert "nested too deeply" in json.dumps(parse(nested(MOST_LEVELS + 1)))
    assert parse(nested(MOST_LEVELS)) == json.loads(nested(MOST_LEVELS))


@pytest.mark.parametrize("text", ["", "{", "nul", "[1,]", "[" * 5_000, nested(5_000)[:-1], '{"a": "', b"\xff\xfe"])
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kind
        parse(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=())), inner),
    max_leaves=20,
)


@settings(derandomize=True, max_examples=200)
@given(VALUES, st.booleans())
def test_every_value_can_be_encoded_and_comes_back_as_it_is(value: Any, is_ascii: bool) -> None:
    parsed = parse(json.dumps(value, ensure_ascii=is_ascii))
    text = json.dumps(parsed, ensure_ascii=False, allow_nan=False)
    assert parse(text.encode()) == parsed


FINE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(derandomize=True, max_examples=200)
@given(FINE, st.booleans())
def test_a_value_that_can_be_held_comes_out_as_it_came(value: Any, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    assert json.dumps(parse(text)) == json.dumps(json.loads(text))


def test_sixty_four_levels_and_three_hundred_digits_are_the_most() -> None:
    assert parse(nested(64)) == json.loads(nested(64)) == parse_own(nested(64))
    assert parse(nested(65)) == json.loads(nested(64, '"(nested too deeply)"'))
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_own(nested(65))
    assert [type(parse("9" * n)) for n in (300, 301)] == [int, str]
