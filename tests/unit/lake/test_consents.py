"""Consents to share: one document per audience, mode and metric, of which the last decision counts."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.errors import SettingsWrong
from oura_lake.lake.consents import ANONYMOUS, GIVEN, GOALS, METRICS, NAMED, REVOKED, decisions
from oura_lake.lake.documents import Table, land
from oura_lake.lake.store import MemoryStore
from oura_lake.query.views import load_views
from oura_lake.sources import lake
from sqlglot import exp
from support.builders import at

CHOICES = list(product(["family", "team"], [NAMED, ANONYMOUS], ["steps", GOALS], [GIVEN, REVOKED]))


def landed(choices: list[tuple[str, str, str, str]]) -> dict[tuple[str, str, str], str]:
    """State of each consent after these decisions, one a minute."""
    table = Table(store=MemoryStore(), source="lake", endpoint=lake.SOURCE.endpoint("consents"), person="ada")
    for minute, (audience, mode, metric, state) in enumerate(choices):
        land(table, decisions(audience, [metric], mode=mode, state=state), at(minute), "consent")
    rows = table.partition("").rows().values()
    return {(row["audience"], row["mode"], row["metric"]): row["state"] for row in rows}


@given(st.lists(st.sampled_from(CHOICES), max_size=6))
def test_the_last_decision_of_each_audience_mode_and_metric_counts_and_changes_no_other(choices: list[Any]) -> None:
    assert landed(choices) == {tuple(choice): state for *choice, state in choices}


def test_a_decision_makes_a_document_for_each_metric() -> None:
    made: list[dict[str, Any]] = list(decisions("family", ["steps", "sleep_h"], mode=NAMED, state=GIVEN))
    assert [(document["metric"], document["audience"], document["mode"], document["state"]) for document in made] == [
        ("steps", "family", "named", "given"),
        ("sleep_h", "family", "named", "given"),
    ]
    assert len({document["id"] for document in made}) == 2


@pytest.mark.parametrize("metrics", [["tags"], ["Steps"], ["steps", ""]])
def test_a_metric_that_nobody_can_be_shown_is_refused_and_those_that_can_be_are_named(metrics: list[str]) -> None:
    with pytest.raises(
        SettingsWrong, match=f"'{metrics[-1]}' is nothing that can be shown; name one of .*steps.*goals"
    ):
        list(decisions("family", metrics, mode=NAMED, state=GIVEN))


@pytest.mark.parametrize("audience", ["", " ", "\t", "family/friends", "/"])
def test_an_audience_without_a_letter_or_with_a_slash_is_refused(audience: str) -> None:
    with pytest.raises(SettingsWrong, match="is no name of an audience; write letters"):
        list(decisions(audience, ["steps"], mode=NAMED, state=GIVEN))


def test_what_can_be_shown_is_what_the_baselines_hold() -> None:
    literals = {
        literal.name for literal in load_views()["trend_baselines"].tree.find_all(exp.Literal) if literal.is_string
    }
    assert set(METRICS) - {GOALS} <= literals
