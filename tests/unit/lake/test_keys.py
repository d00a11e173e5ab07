"""Keys of the lake: an object is recognised by its whole key, and by nothing less."""

from pathlib import Path

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.lake.keys import (
    RAW_COLUMNS,
    checked_person,
    is_of,
    lake_key,
    own_keys,
    parsed_key,
    period_of,
    raw_key,
    stamp_in,
    stamp_moment,
)
from oura_lake.sources import lake, oura
from oura_lake.sources.model import Endpoint
from support.builders import a_table, at

SCORES = Path("lake/daily_sleep/person=me/year=2026")
EVERY = [*oura.ENDPOINTS, *lake.ENDPOINTS]
PERIODS = {"year": "2026", "month": "2026-08", "": ""}
NO_KEYS = [
    f"{SCORES}/data 2.parquet",
    f"{SCORES}/data (conflicted copy).parquet",
    f"{SCORES}/data.parquet.bak",
    "lake/daily_sleep/person=me/year=abcd/data.parquet",
    "lake/daily_sleep/person=Ö x/year=2026/data.parquet",
    "lake/daily_sleep/person=me/data.parquet/",
    "lake/heartrate/person=me/month=2026-13/data.parquet",
    "raw/oura/daily_sleep/person=me/2026/08/20260821T120000000000Z-2026 (1).jsonl.gz",
    "raw/oura/daily_sleep/person=me/2026/08/20260230T120000000000Z-2026.jsonl.gz",
    "raw/oura/daily_sleep/person=me/2026/08/garbage.jsonl.gz",
]


@pytest.mark.parametrize("endpoint", EVERY, ids=lambda endpoint: endpoint.name)
def test_every_key_that_a_run_writes_is_read_back_to_its_parts(endpoint: Endpoint) -> None:
    period = PERIODS[endpoint.period.value]
    keys = [lake_key(endpoint, "me", period), raw_key("oura", endpoint, "me", at(0), period)]
    found = [(own.table, own.person, own.period) for own in own_keys(endpoint, keys)]
    assert found == [(endpoint.name, "me", period)] * 2


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_key_that_no_run_writes_is_none(key: str) -> None:
    assert parsed_key(key) is None


def test_a_table_is_not_read_from_a_folder_of_another_period() -> None:
    assert list(own_keys(a_table().endpoint, ["lake/daily_sleep/person=me/data.parquet"])) == []


def test_a_record_lies_in_the_year_of_its_day_or_the_month_of_its_instant() -> None:
    beats, person = a_table(name="heartrate").endpoint, a_table(name="personal_info").endpoint
    assert period_of(a_table().endpoint, {"day": "2026-08-20"}) == "2026"
    assert period_of(a_table(name="rest_mode_period").endpoint, {"start_day": "2025-08-20", "day": "2026"}) == "2025"
    assert period_of(beats, {"timestamp": "2026-08-20T10:00:00.000Z"}) == "2026-08"
    assert period_of(person, {"id": "a"}) == ""


def test_a_raw_line_is_text_but_for_whether_it_was_deleted() -> None:
    kinds = {column.name: column.hive for column in RAW_COLUMNS}
    assert {name for name, kind in kinds.items() if kind == "boolean"} == {"deleted"}
    assert set(kinds.values()) == {"boolean", "string"}


def test_a_raw_object_has_its_time_in_its_name() -> None:
    key = raw_key("oura", a_table().endpoint, "me", at(0), "2026")
    assert stamp_moment(stamp_in(key)) == at(0)
    assert key == "raw/oura/daily_sleep/person=me/2026/08/20260821T120000000000Z-2026.jsonl.gz"


@pytest.mark.parametrize(("key", "is_so"), [("a/person=me/b", True), ("a/person=meg/b", False), ("person=me", True)])
def test_an_object_is_of_the_person_whose_name_is_a_part_of_its_key(key: str, is_so: bool) -> None:
    assert is_of(key, "me") is is_so


@pytest.mark.parametrize("name", ["", "Me", "1me", "-me", "m" * 32, "m_e"])
def test_a_name_that_cannot_be_a_partition_is_refused(name: str) -> None:
    with pytest.raises(SettingsWrong, match="cannot name a person"):
        checked_person(name)
    assert checked_person("m" * 31) == "m" * 31
