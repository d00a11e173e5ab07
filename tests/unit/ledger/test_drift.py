"""Fields named after days, or at random, cost one message and a few lines, however long they appear."""

from datetime import UTC, datetime, timedelta

import pytest
from oura_lake.lake.drift import Drift, DriftKind
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.drift import LONGEST_NAME, MOST_NAMES, note_drift, read_drift

NOW = datetime(2026, 8, 21, 12, tzinfo=UTC)


def days(n: int) -> Days:
    now = NOW + timedelta(days=n)
    return Days(first=now.date(), last=now.date(), zone=UTC, now=now, is_trailing=True)


def noted(*found: Drift) -> list[str]:
    store = MemoryStore()
    for n, drift in enumerate(found):
        note_drift(store, "me", days(n), {"daily_sleep": [drift]})
    return [seen.name for seen in read_drift(store, "me")]


@pytest.mark.parametrize("parent", ["", "contributors."])
def test_fields_named_after_days_are_one_entry(parent: str) -> None:
    names = noted(*(Drift(f"{parent}2026-08-{n:02}", DriftKind.UNKNOWN) for n in range(1, 29)))
    assert names == [f"daily_sleep.{parent}*: unknown"]


def test_the_first_random_fields_are_named_and_all_others_are_one_entry() -> None:
    names = noted(*(Drift(f"k{chr(97 + n)}x", DriftKind.UNKNOWN) for n in range(20)))
    assert len(names) == MOST_NAMES + 1
    assert "daily_sleep.*: unknown" in names


def test_the_first_new_values_of_a_field_are_named_and_all_others_are_one_entry() -> None:
    names = noted(*(Drift("type", DriftKind.VALUE, f"v{n}") for n in range(20)))
    assert len(names) == MOST_NAMES + 1
    assert "daily_sleep.type: value of another form" in names


def test_a_name_of_any_length_or_form_is_bounded_and_said_in_words() -> None:
    store = MemoryStore()
    found = [Drift(name, DriftKind.UNKNOWN) for name in ("x" * 400_000, "a: b\n\x1b[2J", "\ud83d")]
    note_drift(store, "me", days(0), {"daily_sleep": found})
    [seen] = read_drift(store, "me")
    words = "daily_sleep has more new fields, which are not named one by one"
    assert seen.sentence == f"{words} (since 2026-08-21)"
    assert len(seen.name) < LONGEST_NAME


def test_a_field_that_is_known_keeps_its_entry_beside_others() -> None:
    fields = ("spare", "kb", "kc", "kd", "ke", "kf", "spare")
    names = noted(*(Drift(name, DriftKind.UNKNOWN) for name in fields), Drift("score", DriftKind.TYPE))
    assert "daily_sleep.spare: unknown" in names
    assert "daily_sleep.score: type" in names
