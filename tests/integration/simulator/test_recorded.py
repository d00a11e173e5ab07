"""Recorded pages are served whole, under the same rules as a generated person."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from oura_lake.cli.simulate import command
from oura_lake.errors import SettingsWrong
from oura_lake.simulator import GeneratedPerson, Recorded, simulated_oura
from support.present import present

HEADERS = {"Authorization": "Bearer simulated-access-token"}
EVERYTHING = {"start_date": "0024-11-11", "end_date": "2100-01-01"}
COUNTS = {
    "daily_activity": 1,
    "daily_cardiovascular_age": 235,
    "daily_readiness": 2141,
    "daily_resilience": 329,
    "daily_sleep": 2141,
    "daily_spo2": 804,
    "daily_stress": 423,
    "enhanced_tag": 21,
    "rest_mode_period": 55,
    "ring_configuration": 2,
    "session": 1,
    "sleep": 48,
    "sleep_time": 19,
    "workout": 83,
}


def exchange(collection: str, data: list[dict[str, str]], status: int = 200) -> list[Any]:
    url = f"https://api.ouraring.com/v2/usercollection/{collection}?next_token="
    return [{"request": {"method": "GET", "url": url}, "status": status, "body": {"data": data, "next_token": None}}]


@pytest.fixture(scope="module")
def http(shared: Path) -> Iterator[httpx.Client]:
    with (
        simulated_oura(Recorded(shared / "oura" / "recorded")) as api,
        httpx.Client(base_url=f"{api.base_url}/v2/usercollection/", headers=HEADERS) as client,
    ):
        yield client


@pytest.mark.parametrize(("collection", "count"), COUNTS.items())
def test_every_recorded_document_is_served(http: httpx.Client, collection: str, count: int) -> None:
    assert len(http.get(collection, params=EVERYTHING).json()["data"]) == count


def test_every_recorded_heart_rate_row_is_served_in_pages(http: httpx.Client) -> None:
    first = http.get("heartrate", params={"start_datetime": "2024-01-01", "end_datetime": "2025-01-01"}).json()
    second = http.get("heartrate", params={"next_token": first["next_token"]}).json()
    assert (len(first["data"]), len(second["data"]), second["next_token"]) == (1000, 101, None)


def test_the_recorded_person_and_the_collections_never_recorded(http: httpx.Client) -> None:
    assert http.get("personal_info").json()["age"] == 42
    assert [http.get(c, params=EVERYTHING).json()["data"] for c in ("tag", "vO2_max")] == [[], []]


def test_recorded_documents_come_unchanged(http: httpx.Client, shared: Path) -> None:
    page = json.loads((shared / "oura" / "recorded" / "multiple_sleep.json").read_text())[0]["body"]["data"]
    assert http.get("sleep", params=EVERYTHING).json()["data"] == page
    assert http.get(f"sleep/{page[7]['id']}").json() == page[7]


def test_recorded_cardiovascular_days_have_no_id(http: httpx.Client) -> None:
    assert not any("id" in d for d in http.get("daily_cardiovascular_age", params=EVERYTHING).json()["data"])


def test_the_fullest_good_page_is_taken_and_never_a_handwritten_one(tmp_path: Path) -> None:
    days = [{"id": str(n), "day": f"2026-01-0{n}"} for n in range(1, 6)]
    for name, page in {
        "a": exchange("daily_sleep", days[:3]),
        "b": exchange("daily_sleep", days[:1]),
        "c": exchange("daily_sleep", days, 500),
        "handwritten_d": exchange("tag", days),
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(page))
    assert Recorded(tmp_path).counts == {"daily_sleep": 3}


def test_a_folder_without_pages_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="holds no recorded page"):
        Recorded(tmp_path)


@pytest.mark.parametrize("text", ["<html>", "7", '["sleep"]', '[{"status": 200}]', '[{"request": {"url": "/"}}]'])
def test_a_file_of_another_kind_is_a_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.json").write_text(text)
    with pytest.raises(SettingsWrong, match=r"page\.json"):
        Recorded(tmp_path)


@pytest.mark.parametrize("arguments", [["--timezone", "Mars/Base"], ["--years", "0"], ["--until", "1999-01-01"]])
def test_a_person_who_cannot_be_is_a_clear_error(arguments: list[str]) -> None:
    assert isinstance(CliRunner().invoke(command, arguments).exception, SettingsWrong)


def test_a_port_in_use_is_a_clear_error() -> None:
    with simulated_oura(GeneratedPerson(until=date(2026, 11, 21))) as api:
        port = api.base_url.rpartition(":")[2]
        error = CliRunner().invoke(command, ["--port", port]).exception
    assert isinstance(error, SettingsWrong)
    assert port in str(error)


def test_the_command_says_how_to_use_it_and_ends_quietly_with_ctrl_c() -> None:
    script = "from oura_lake.cli.simulate import command; command()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = [sys.executable, "-u", "-c", script, "--port", "0"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True, env=environment) as process:
        address = present(process.stdout).readline().split()[6]
        reply = httpx.get(f"{address}/v2/usercollection/personal_info", headers=HEADERS)
        process.send_signal(2)
        rest = present(process.stdout).read()
    assert (reply.status_code, process.returncode) == (200, 0)
    assert "OURA_ACCESS_TOKEN=simulated-access-token" in rest
