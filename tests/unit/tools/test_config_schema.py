"""JSON schema of config.toml for editors: current, in agreement with the model, complete."""

import tomllib
from typing import Any

import pytest
from jsonschema import Draft7Validator

from infra.config import ConfigWrong, parsed
from tools.config_schema import EXAMPLE, SCHEMA, TABLES, rows, schema, text

ME = {"timezone": "Europe/Berlin"}
MISTAKES = [
    {},
    {"persons": {}},
    {"persons": {"me": {}}},
    {"persons": {"Me": ME}},
    {"persons": {"me": 3}},
    {"persons": {"me": ME}, "lkae": {}},
    {"persons": {"me": ME}, "lake": {"name": "Oura"}},
    {"persons": {"me": ME}, "lake": {"webhooks": 1}},
    {"persons": {"me": ME}, "lake": {"webhooks_at_once": 901}},
    {"persons": {"me": ME}, "lake": {"budget_usd": 0}},
    {"persons": {"me": ME}, "lake": {"budget_email": "me"}},
    *(
        {"persons": {"me": ME | wrong}}
        for wrong in (
            {"emial": "a@b.de"},
            {"email": "a.b.de"},
            {"email": ["a@b.de", "a"]},
            {"sms": "0151 1234567"},
            {"share_with": [3]},
            {"collections": ["daily_slep"]},
            {"collections": "sleep"},
            {"quiet_hours": "at night"},
            {"alerts": ["ilness"]},
            {"messages_a_month": -1},
            {"messages_a_month": 1.5},
            {"illness_alerts_a_month": 9},
            {"sms_from": "majr"},
            {"webhook": "http://a.net/"},
            {"webhook": "https://a:b/"},
            {"numbers_in_messages": "yes"},
        )
    ),
]
RIGHT = [
    tomllib.loads(EXAMPLE.read_text(encoding="utf-8")),
    {"persons": {"me": ME | {"email": "a@b.de", "alerts": [], "webhook": "https://a.net/x?y", "quiet_hours": ""}}},
    {"persons": {"me": ME}, "lake": {"webhooks": True, "budget_usd": 7.5, "budget_email": ""}},
]


def test_the_file_is_current() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == text(), "run `make reference` and look at what changed"


def test_the_example_leads_an_editor_to_it() -> None:
    first = EXAMPLE.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"#:schema ./{SCHEMA.name}"
    assert SCHEMA.parent == EXAMPLE.parent


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("tables", MISTAKES, ids=str)
def test_an_editor_marks_what_a_deploy_refuses(tables: dict[str, Any]) -> None:
    assert not Draft7Validator(schema()).is_valid(tables)
    with pytest.raises(ConfigWrong):
        parsed(tables)


@pytest.mark.parametrize("tables", RIGHT, ids=["example", "a person", "the lake"])
def test_an_editor_marks_nothing_that_a_deploy_takes(tables: dict[str, Any]) -> None:
    assert Draft7Validator(schema()).is_valid(tables)
    assert parsed(tables)


@pytest.mark.parametrize("table", TABLES)
def test_every_setting_has_a_meaning_and_it_is_that_of_the_example(table: str) -> None:
    assert all(meaning for *_, meaning in rows(table))
