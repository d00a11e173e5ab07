"""Every mistake in config.toml ends in one sentence with its correction."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.analyses.personal_threshold import LEAST_EVENTS, MOST_EVENTS
from oura_lake.person import persons

from infra.config import ConfigWrong, load, parsed
from infra.person_config import PersonSettings
from tools.config_schema import schema

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
ME = {"timezone": "Europe/Berlin"}
HOOK = {"webhook": "https://Example.com/alerts"}


def test_the_example_is_a_valid_configuration() -> None:
    config = load(EXAMPLE)
    assert [person.name for person in config.persons] == ["me"]
    assert config.database == "oura_lake"


def test_the_example_explains_every_setting() -> None:
    lines = EXAMPLE.read_text().splitlines()
    settings = [number for number, line in enumerate(lines) if "=" in line and not line.startswith("#")]
    assert len(settings) == 19
    assert all(lines[number - 1].startswith("#") for number in settings)


def test_a_missing_file_names_the_example_to_copy(tmp_path: Path) -> None:
    with pytest.raises(ConfigWrong, match=r"copy config\.example\.toml to config\.toml"):
        load(tmp_path / "config.toml")


def test_a_file_that_is_not_toml_says_where(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[lake\n")
    with pytest.raises(ConfigWrong, match=r"not valid TOML.*line 1"):
        load(tmp_path / "config.toml")


def test_what_the_example_says_is_the_default_where_it_says_nothing_personal() -> None:
    example, least = load(EXAMPLE), parsed({"persons": {"me": ME}})
    assert example.model_dump(exclude={"persons", "budget_email"}) == least.model_dump(
        exclude={"persons", "budget_email"}
    )
    [mine], [least_of_mine] = example.persons, least.persons
    assert mine.model_dump(exclude={"email", "alerts"}) == least_of_mine.model_dump(exclude={"email", "alerts"})


def test_a_function_that_reads_no_setting_takes_the_same_default() -> None:
    [config], [read] = parsed({"persons": {"me": ME}}).persons, persons('{"me": {}}').values()
    for name in ("messages_a_month", "illness_alerts_a_month", "numbers_in_messages", "collections", "alerts"):
        assert getattr(config, name) == getattr(read, name)
    assert config.weekly_mail == read.has_weekly_mail
    of = schema()["$defs"]["PersonSettings"]["properties"]["illness_alerts_a_month"]
    assert (of["minimum"], of["maximum"]) == (LEAST_EVENTS, MOST_EVENTS)


def test_one_address_and_a_list_of_addresses_are_both_understood() -> None:
    one, many = (parsed({"persons": {"me": ME | {"email": given}}}) for given in ("a@b.de", ["a@b.de"]))
    assert one == many


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"person": {}}, "unknown setting 'person'; did you mean 'persons'"),
        ({}, "names no person"),
        ({"persons": {"me": {}}}, "has no timezone"),
        ({"persons": {"Me": ME}}, "The person is 'Me'.*lower-case"),
        ({"persons": {"a/b": ME}}, "The person is 'a/b'.*lower-case"),
        ({"persons": {"me": ME | {"schedule": "hourly"}}}, r"\[persons.me\] schedule is 'hourly'.*rate\(1 hour\)"),
        ({"persons": {"me": ME | {"share_with": ["bne"]}, "ben": ME}}, "share_with is 'bne'.*did you mean 'ben'"),
        ({"persons": {"me": ME | {"email": "a@b.de"}, "ben": ME | {"email": "a@b.de"}}}, "get the messages of both"),
        ({"persons": {"me": ME | {"email": "Home@B.de"}, "ben": ME | {"email": "home@b.de"}}}, "messages of both"),
        ({"persons": {"me": ME | HOOK, "ben": ME | HOOK}}, "^One webhook stands under both me and ben"),
        ({"persons": {"me": 3}}, "persons.me is not a table"),
        ({"persons": {"me": {"timezone": "Europe/Berlim"}}}, "did you mean 'Europe/Berlin'"),
        ({"persons": {"me": ME | {"emial": "a@b.de"}}}, "did you mean 'email'"),
        ({"persons": {"me": ME | {"email": "a.b.de"}}}, "email is 'a.b.de'"),
        ({"persons": {"me": ME | {"email": [3]}}}, "email is '3'"),
        ({"persons": {"me": ME | {"sms": "0151 1234567"}}}, r"use the international form, such as \+49"),
        ({"persons": {"me": ME | {"collections": ["daily_slep"]}}}, "did you mean 'daily_sleep'"),
        ({"persons": {"me": ME | {"quiet_hours": "at night"}}}, "quiet_hours is 'at night', which cannot be used"),
        ({"persons": {"me": ME | {"alerts": ["ilness"]}}}, "alerts is 'ilness', which is not known; did you"),
        ({"persons": {"me": ME | {"messages_a_month": -1}}}, "messages_a_month is -1; use 0 or more"),
        ({"persons": {"me": ME | {"illness_alerts_a_month": 9}}}, "illness_alerts_a_month is 9; use 0.25 to 2"),
        ({"persons": {"me": ME | {"illness_alerts_a_month": "few"}}}, "illness_alerts_a_month is of the wrong kind"),
        ({"persons": {"me": ME | {"sms_from": "majr"}}}, "level is 'majr', which is not known; did you mean 'major'"),
        ({"persons": {"me": ME | {"webhook_from": "mayor"}}}, "level is 'mayor', which is not known; did you mean"),
        ({"persons": {"me": ME | {"webhook": "http://a.net/"}}}, "webhook is 'http://a.net/'.*begins with https://"),
        ({"persons": {"me": ME | {"numbers_in_messages": "yes"}}}, "numbers_in_messages is of the wrong kind"),
        ({"persons": {"me": ME}, "lake": {"budget_usd": True}}, "budget_usd is of the wrong kind"),
        ({"persons": {"me": ME}, "lake": {"budget_usd": 0}}, "use an amount above zero"),
        ({"persons": {"me": ME}, "lake": {"schedule": "hourly"}}, r"use for example rate\(1 hour\)"),
        ({"persons": {"me": ME}, "lake": {"schedule": "rate(1 hours)"}}, r"use for example rate\(1 hour\)"),
        *(
            ({"persons": {"me": ME}, "lake": {"schedule": odd}}, r"cannot be used; use for example")
            for odd in (
                "cron(a b c d e f)",
                "cron(61 * * * ? *)",
                "cron(0 24 * * ? *)",
                "rate(99999999999 hours)",
                "rate(1000 days)",
                "cron(0 8 * * ?)",
            )
        ),
        *(
            ({"persons": {"me": ME}, "lake": {"budget_usd": odd}}, "use an amount above zero and below a million")
            for odd in (float("nan"), float("inf"), 1e300, -1)
        ),
        ({"persons": {"me": ME}, "lake": {"webhooks_at_once": -1}}, "webhooks_at_once is -1; use 0"),
        ({"persons": {"me": ME | {"timezone": "localtime"}}}, "timezone is 'localtime', which is not known"),
        *(
            ({"persons": {"me": ME | {"webhook": f"https://{host}/"}}}, "which is no public address")
            for host in (
                "169.254.169.254",
                "127.0.0.1",
                "localhost",
                "a.localhost:8080",
                "2130706433",
                "0x7f.1",
                "10.0.0.1",
            )
        ),
        ({"persons": {"me": ME}, "lake": {"name": "Oura"}}, "name is 'Oura'"),
        ({"persons": {"me": ME}, "lake": {"budget_email": "me"}}, "budget_email is 'me'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_told_in_a_sentence(tables: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigWrong, match=sentence) as refusal:
        parsed(tables)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "schedule",
    [
        "rate(1 minute)",
        "rate(10080 minutes)",
        "rate(366 days)",
        "cron(7 * * * ? *)",
        "cron(0/15 8-18 ? * MON-FRI *)",
        "cron(0 10 L * ? 2026-2030)",
        "cron(5,35 14 * * ? *)",
        "cron(0 9 ? * 2#1 *)",
        "cron(0 8 1W JAN,jul ? *)",
    ],
)
def test_a_schedule_of_eventbridge_is_taken(schedule: str) -> None:
    assert parsed({"persons": {"me": ME}, "lake": {"schedule": schedule}}).schedule == schedule


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"[lake]\nname = '\xff'\n", "is not UTF-8"), (b"a = " + b"[" * 9000 + b"]" * 9000, "is nested too deep")],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    (tmp_path / "config.toml").write_bytes(data)
    with pytest.raises(ConfigWrong, match=sentence):
        load(tmp_path / "config.toml")


def test_two_persons_of_one_name_are_told_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[persons.ada]\n[persons.ada]\n")
    with pytest.raises(ConfigWrong, match=r"names the person 'ada' twice \(line 2"):
        load(tmp_path / "config.toml")


def test_nobody_reads_anothers_messages_unless_that_ones_own_table_says_so() -> None:
    ada, ben = (ME | {"email": f"{name}@b.de"} for name in ("ada", "ben"))
    apart = parsed({"persons": {"ada": ada, "ben": ben}})
    assert [[r.name for r in apart.readers(p)] for p in apart.persons] == [["ada"], ["ben"]]
    shared = parsed({"persons": {"ada": ada | {"share_with": ["ben"]}, "ben": ben}})
    assert [[r.name for r in shared.readers(p)] for p in shared.persons] == [["ada", "ben"], ["ben"]]


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just("rate(1 hour)"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
PERSON = st.dictionaries(st.sampled_from([*PersonSettings.model_fields, "x"]), ODD, max_size=3)
LAKE = st.dictionaries(st.sampled_from(["name", "schedule", "webhooks", "webhooks_at_once", "budget_usd", "x"]), ODD)


@given(st.fixed_dictionaries({}, optional={"lake": LAKE | ODD, "persons": st.just({"me": ME}) | ODD, "x": ODD}))
def test_whatever_toml_has_is_a_configuration_or_a_sentence(tables: dict[str, Any]) -> None:
    assert_taken_or_refused(tables)


@given(PERSON)
def test_whatever_a_persons_table_has_is_a_configuration_or_a_sentence(table: dict[str, Any]) -> None:
    assert_taken_or_refused({"persons": {"me": ME | table}})


def assert_taken_or_refused(tables: dict[str, Any]) -> None:
    refusal = ""
    try:
        parsed(tables)
    except ConfigWrong as error:
        refusal = str(error)
    assert not refusal or re.fullmatch(r"(\[lake\]|\[?persons\.|config\.toml|The person ).*; .*\.", refusal, re.DOTALL)
