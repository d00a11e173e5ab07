"""The fold of what a provider said of each document, against a plain oracle that shares no code with it."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from oura_lake.lake.merge import can_become_tombstone, counts, fold, row_of, rows_of, tombstone_fields
from oura_lake.lake.raw import Line, line_json
from oura_lake.sources.oura import SOURCE
from support.builders import a_score, at

SCORES = SOURCE.endpoint("daily_sleep")
START = datetime(2026, 8, 21, 12)  # noqa: DTZ001 - naive UTC, as stored


def a_row(name: str = "a", content: str = "80", minute: int = 0) -> dict[str, Any]:
    """Row of the reading of one line."""
    return {"id": name, "content_hash": content, "fetched_at": START + timedelta(minutes=minute)}


def believed(history: list[dict[str, Any]]) -> dict[tuple[str], dict[str, Any]]:
    """Oracle: go through the history by time; a new content replaces the old, the same content changes nothing."""
    rows: dict[tuple[str], dict[str, Any]] = {}
    for row in sorted(history, key=lambda row: (row["fetched_at"], row["content_hash"])):
        stored = rows.get((row["id"],))
        if stored is None or stored["content_hash"] != row["content_hash"]:
            rows[(row["id"],)] = row
    return rows


ROWS = st.builds(a_row, st.sampled_from("ab"), st.sampled_from(["80", "81", "82"]), st.integers(0, 6))
HISTORIES = st.lists(ROWS, max_size=10)


@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_fold_is_what_the_oracle_believes_whatever_the_order_and_however_often_a_row_comes(
    history: list[dict[str, Any]], random: Random
) -> None:
    given_rows = history + random.choices(history, k=5) if history else []
    random.shuffle(given_rows)
    assert fold(SCORES, {}, given_rows) == believed(history)


@given(HISTORIES, st.sets(st.integers(0, 9)))
def test_rows_that_come_late_with_all_that_followed_them_give_what_the_oracle_believes_of_all(
    history: list[dict[str, Any]], late: set[Any]
) -> None:
    missed = [row for n, row in enumerate(history) if n in late]
    known = [row for n, row in enumerate(history) if n not in late]
    first = min((row["fetched_at"] for row in missed), default=None)
    again = [row for row in history if first is not None and row["fetched_at"] >= first]
    assert fold(SCORES, fold(SCORES, {}, known), again) == believed(history)


def test_of_equal_contents_the_one_that_was_fetched_earlier_wins() -> None:
    earlier, later = a_row(minute=0), a_row(minute=5)
    assert (counts(earlier, later), counts(later, earlier), counts(earlier, earlier)) == (True, False, False)
    assert fold(SCORES, {("a",): later}, [earlier]) == {("a",): earlier}
    assert fold(SCORES, {("a",): earlier}, [later]) == {("a",): earlier}


def test_of_different_contents_the_one_that_was_fetched_later_wins() -> None:
    old, new = a_row(content="80", minute=0), a_row(content="79", minute=5)
    assert fold(SCORES, {("a",): new}, [old]) == fold(SCORES, {("a",): old}, [new]) == {("a",): new}


def test_a_line_makes_the_row_of_its_document_or_a_tombstone() -> None:
    document, tombstone = (Line(document=a_score(), fetched_at=at(0), request="r", is_deleted=d) for d in (False, True))
    present, deleted = (row_of(SCORES, line, set()) for line in (document, tombstone))
    assert (present["is_deleted"], present["score"]) == (False, 80)
    assert (deleted["is_deleted"], deleted["score"], deleted["id"], deleted["day"]) == (
        True,
        None,
        present["id"],
        present["day"],
    )
    lines = [line_json(document), line_json(tombstone)]
    assert [row["is_deleted"] for row in rows_of(SCORES, lines)] == [False, True]


def test_a_row_can_become_a_tombstone_where_it_is_none_and_has_key_and_day() -> None:
    row = {"id": "a", "day": "2026-08-20", "score": None, "is_deleted": False}
    assert can_become_tombstone(SCORES, row)
    assert not any(
        can_become_tombstone(SCORES, row | other) for other in ({"is_deleted": True}, {"id": None}, {"day": None})
    )
    assert tombstone_fields(SCORES, row) == {"id": "a", "day": "2026-08-20"}
