"""JSON text from outside as values that the program can store, hash and write again.

`parse` reads every answer, signed body and file of others; `parse_own` reads the lake's own files. One value that
Python or UTF-8 cannot hold must not cost the thousand values beside it. `parse` replaces such a value, and every other
value stays unchanged:

    half a surrogate pair, bytes that are not UTF-8     U+FFFD, as the rest of the text is worth more than that letter
    NaN, Infinity, 1e400, a number of 5,000 digits      the original text, which fits no column of numbers
    a value that is nested too deeply                   a text that names the fault
"""

import json
import re
from math import isfinite
from typing import Any

REPLACED = "\ufffd"
MOST_LEVELS = 64  # the deepest document has 5; encoders and engines end their recursion at some hundred
MOST_DIGITS = 300  # a double holds about 308, and Python refuses to read more than 4,300
TOO_DEEP = '"(nested too deeply)"'
ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
MARK = re.compile(r'"(?:[^"\\]++|\\.)*+"|[][{}]', re.DOTALL)  # a text, or the begin or end of a container
CONTAINERS = {dict, list}


def parse(data: bytes | str) -> Any:
    """Parse JSON text into values that can be written again; raises only ValueError, for text that is no JSON."""
    text = _decoded(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    if SURROGATE.search(text):
        text = ESCAPE.sub(lambda escape: r"\ufffd" if escape[1] else escape[0], text)
    try:
        value = DECODER.decode(text)
    except RecursionError:
        return DECODER.decode(_cut(text))
    return DECODER.decode(_cut(text)) if _is_deep(value) else value


def parse_own(data: bytes | str) -> Any:
    """Parse JSON that the lake itself wrote, each value unchanged; raises only ValueError.

    Values nested deeper than any that the lake writes are an error, and no value is replaced.
    """
    try:
        value = json.loads(data)
    except RecursionError as cause:
        raise ValueError("It is nested too deeply.") from cause
    if _is_deep(value):
        raise ValueError("It is nested too deeply.")
    return value


def _decoded(data: bytes) -> str:
    return data.decode(json.detect_encoding(data), "replace")


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= MOST_DIGITS else text


def _real(text: str) -> float | str:
    value = float(text)
    return value if isfinite(value) else text


DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_real, parse_constant=str)


def _is_deep(value: Any) -> bool:
    """Whether containers are nested on more levels than `MOST_LEVELS`, found without a recursion."""
    level = [value] if type(value) in CONTAINERS else []
    for _ in range(MOST_LEVELS):
        within = (node.values() if type(node) is dict else node for node in level)
        level = [child for children in within for child in children if type(child) in CONTAINERS]
    return bool(level)


def _cut(text: str) -> str:
    """Replace each container deeper than `MOST_LEVELS` by `TOO_DEEP`."""
    parts, level, begin = list[str](), 0, 0
    for mark in MARK.finditer(text):
        if mark[0] in "[{":
            level += 1
            if level == MOST_LEVELS + 1:
                parts.append(text[begin : mark.start()])
                begin = len(text)
        elif mark[0] in "]}":
            if level == MOST_LEVELS + 1:
                parts.append(TOO_DEEP)
                begin = mark.end()
            level -= 1
    return "".join([*parts, text[begin:]])
