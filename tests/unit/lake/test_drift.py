"""Drift: what a note has of it as a text is read again as the same record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.lake.drift import OF_ANOTHER_FORM, Drift, DriftKind, parsed_drift
from oura_lake.lake.rows import VALUE

VALUES = st.one_of(st.just(OF_ANOTHER_FORM), st.from_regex(VALUE, fullmatch=True))
KINDS = st.sampled_from([kind for kind in DriftKind if kind not in (DriftKind.VALUE, DriftKind.OTHER)])


@given(st.one_of(KINDS.map(lambda kind: Drift("x", kind)), VALUES.map(lambda v: Drift("x", DriftKind.VALUE, v))))
def test_the_text_of_a_drift_is_read_as_the_same_drift(drift: Drift) -> None:
    assert parsed_drift("x", drift.problem) == drift


@pytest.mark.parametrize(
    ("drift", "text"),
    [
        (Drift("x", DriftKind.UNKNOWN), "unknown"),
        (Drift("x", DriftKind.VALUE, "nap"), "value nap"),
        (Drift("x", DriftKind.VALUE, OF_ANOTHER_FORM), "value of another form"),
        (Drift("x", DriftKind.OTHER, "unit changed"), "unit changed"),
    ],
)
def test_the_text_is_the_kind_with_the_value_behind_it(drift: Drift, text: str) -> None:
    assert (drift.problem, parsed_drift("x", text)) == (text, drift)


@given(st.lists(VALUES | st.none(), max_size=5))
def test_drifts_are_in_the_order_of_their_texts(values: list[str | None]) -> None:
    drifts = [Drift("x", DriftKind.VALUE, v) if v else Drift("x", DriftKind.TYPE) for v in values]
    assert sorted(drifts) == sorted(drifts, key=lambda drift: drift.problem)
