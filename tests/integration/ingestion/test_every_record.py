"""A run lands every record of a local week far from Greenwich, and no other, whatever fails on the way.

The week is the one on which nine clients were compared: a person at UTC-6, ends of windows that are excluded,
workouts found under their UTC day, naps on two days, 1,000 rows in a page of heart rate.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.keys import lake_key
from oura_lake.lake.parquet import read_rows, read_table
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore, Store
from oura_lake.local.consent import ask_consent, grant_in
from oura_lake.local.folder_store import FolderStore
from oura_lake.local.token_file import TokenFile
from oura_lake.oura.client import OuraClient
from oura_lake.oura.oauth import Authority, refreshing_tokens
from oura_lake.oura.tokens import App, FixedToken, RefreshingTokens
from oura_lake.simulator import App as RegisteredApp
from oura_lake.simulator import Fault, Recorded, RunningApi, simulated_oura
from oura_lake.simulator.scenarios import local_week
from oura_lake.sources.oura import SOURCE
from support.command_line import files, for_api, run
from support.present import present

WEEK = local_week()
TRUTH = {"daily_sleep": 7, "daily_activity": 7, "sleep": 9, "workout": 7, "heartrate": 8617}
COMPARED = tuple(SOURCE.endpoint(name) for name in TRUTH)
LIMIT: dict[str, Any] = {"status": 429, "retry_after": 1}
OUTAGE: dict[str, Any] = {"status": 503}
RECORDED = {
    "daily_readiness": 2141, "daily_sleep": 2141, "daily_spo2": 804, "daily_stress": 423, "daily_resilience": 329,
    "rest_mode_period": 55, "sleep": 48, "daily_cardiovascular_age": 235, "workout": 83, "enhanced_tag": 21,
    "heartrate": 1101,
}  # fmt: skip
LATER = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def oura() -> Iterator[RunningApi]:
    with simulated_oura(WEEK.source) as api:
        yield api


def a_client(oura: RunningApi, tokens: RefreshingTokens | None = None, waits: list[float] | None = None) -> OuraClient:
    """Client that does not wait, and notes the requested waits."""
    note = waits.append if waits is not None else lambda seconds: None
    return OuraClient(base_url=oura.base_url, tokens=tokens or FixedToken(oura.token), sleep=note)


def a_run(
    oura: RunningApi,
    store: MemoryStore | FolderStore | None = None,
    tokens: RefreshingTokens | None = None,
    waits: list[float] | None = None,
) -> Run:
    """Sync the local week into a store."""
    client = a_client(oura, tokens, waits)
    days = Days(first=WEEK.first, last=WEEK.last, zone=ZoneInfo(WEEK.timezone), now=LATER)
    return Run(client=client, store=store or MemoryStore(), source=SOURCE, person="me", window=days)


def bring(week: Run) -> list[Outcome]:
    client = week.client
    assert isinstance(client, OuraClient)
    with client:
        return ingest(week, SOURCE.endpoints)


def stored_ids(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Rows of the tables that were compared."""
    rows: dict[str, list[dict[str, Any]]] = {endpoint.name: [] for endpoint in COMPARED}
    for endpoint in COMPARED:
        key = lake_key(endpoint, "me", "2026-08" if endpoint.is_series else "2026")
        rows[endpoint.name] = list(read_rows(endpoint, key, present(store.get(key)).data).values())
    return rows


def assert_the_truth(store: Store) -> None:
    """Each record of the week and none of another day: by number and by key."""
    rows = stored_ids(store)
    assert {name: len(found) for name, found in rows.items()} == TRUTH
    for name in ("daily_sleep", "daily_activity", "sleep", "workout"):
        assert {row["id"] for row in rows[name]} == {document["id"] for document in WEEK.truth[name]}
    beats = {(row["timestamp"].isoformat(timespec="milliseconds") + "Z", row["source"]) for row in rows["heartrate"]}
    assert beats == {(beat["timestamp"], beat["source"]) for beat in WEEK.truth["heartrate"]}


FAULTS = {
    "nothing": [],
    "a rate limit on daily_sleep": [Fault(collection="daily_sleep", **LIMIT)],
    "a rate limit in the middle of heart rate": [Fault(collection="heartrate", on_request=5, **LIMIT)],
    "an outage on daily_sleep": [Fault(collection="daily_sleep", **OUTAGE)],
    "an outage in the middle of heart rate": [Fault(collection="heartrate", on_request=5, **OUTAGE)],
    "both, on both": [
        Fault(collection="daily_sleep", **LIMIT), Fault(collection="daily_sleep", on_request=2, **OUTAGE),
        Fault(collection="heartrate", on_request=3, **LIMIT), Fault(collection="heartrate", on_request=6, **OUTAGE),
    ],
    "a connection that drops in the middle of heart rate": [Fault(collection="heartrate", kind="drop", on_request=4)],
}  # fmt: skip


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_every_record_of_the_local_week_and_no_other(oura: RunningApi, faults: str) -> None:
    store = MemoryStore()
    oura.plant(*faults)
    outcomes = bring(a_run(oura, store))
    assert [outcome.problem for outcome in outcomes if outcome.problem] == []
    assert_the_truth(store)


def test_a_rate_limit_is_waited_out_as_long_as_it_says(oura: RunningApi) -> None:
    waits: list[float] = []
    oura.plant(Fault(collection="heartrate", on_request=5, status=429, retry_after=17))
    bring(a_run(oura, waits=waits))
    assert max(waits) == pytest.approx(17, abs=0.5)


def test_a_token_that_expires_in_the_middle_of_a_run_is_renewed_once(tmp_path: Path) -> None:
    app = App(client_id="simulated-client", client_secret="simulated-secret")
    with simulated_oura(WEEK.source, app=RegisteredApp()) as oura:
        consent = ask_consent(app, "http://localhost:8723/callback", f"{oura.base_url}/oauth/authorize")
        stored_token = TokenFile(tmp_path / "me.json")
        address = allowed(consent.url)
        stored_token.connect(app, Authority(app=app, token_urls=oura.token_urls).exchange(grant_in(consent, address)))
        week = a_run(oura, tokens=refreshing_tokens(stored_token, app))
        client = week.client
        assert isinstance(client, OuraClient)
        with client:
            ingest(week, SOURCE.endpoints, lambda outcome, done, total: oura.expire_tokens() if done == 3 else None)
        assert [seen.status for seen in oura.requests if seen.path.endswith("token")] == [200, 200]
        assert 401 in [seen.status for seen in oura.requests]
    assert_the_truth(week.store)


def allowed(url: str) -> str:
    """Say yes in the simulated browser; where it sends the person to."""
    return httpx.get(url).headers["Location"]


def test_a_second_run_writes_no_object(oura: RunningApi, tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    bring(a_run(oura, store))
    before = files(tmp_path)
    assert sum(outcome.landed.n_objects for outcome in bring(a_run(oura, store))) == 0
    assert files(tmp_path) == before


def test_the_command_brings_the_same_week_and_a_second_time_nothing(oura: RunningApi, tmp_path: Path) -> None:
    oura.plant(Fault(collection="heartrate", on_request=3, **OUTAGE))
    first = sync(oura, tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    assert_the_truth(FolderStore(tmp_path))
    before = files(tmp_path)
    assert sync(oura, tmp_path).returncode == 0
    assert files(tmp_path) == before


def sync(oura: RunningApi, lake: Path) -> CompletedProcess[str]:
    days = ("--from", WEEK.first, "--to", WEEK.last, "--timezone", WEEK.timezone)
    return run("sync", "--lake", lake, *days, **for_api(oura))


def test_recorded_real_pages_become_as_many_rows_through_the_whole_way(shared: Path) -> None:
    store = MemoryStore()
    with simulated_oura(Recorded(shared / "oura" / "recorded")) as oura, a_client(oura) as client:
        days = Days(first=date(2018, 10, 1), last=date(2024, 12, 31), zone=UTC, now=LATER)
        outcomes = ingest(Run(client=client, store=store, source=SOURCE, person="me", window=days), SOURCE.endpoints)
    assert {o.endpoint.name: o.problem for o in outcomes if o.problem} == {}
    assert {o.endpoint.name: o.n_documents for o in outcomes if o.endpoint.name in RECORDED} == RECORDED
    assert {name: n_rows(store, name) for name in RECORDED} == RECORDED


def n_rows(store: MemoryStore, table: str) -> int:
    """Rows in all objects of a table."""
    return sum(read_table(key, store.objects[key]).num_rows for key in store.keys(f"lake/{table}/"))
