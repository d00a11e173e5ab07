"""Keys of the lake: an object is recognised by its whole key, and by nothing less."""

from pathlib import Path

import pytest
from oura_lake.lake.keys import lake_key, own_keys, parsed_key, raw_key
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
