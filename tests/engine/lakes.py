"""Lakes that both engines query: ingest's output for a generated person's years, and for recorded pages."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.installed import CACHE, ROOT
from oura_lake.contract import Reason
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.consents import ANONYMOUS, GIVEN, NAMED, REVOKED, decisions
from oura_lake.lake.documents import Document, Table, land
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import Store
from oura_lake.local.folder_store import FolderStore
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.tasks import gaps
from oura_lake.monitoring.run import watch
from oura_lake.oura.client import OuraClient
from oura_lake.oura.tokens import FixedToken
from oura_lake.person import Person
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.simulator import GeneratedPerson, simulated_oura
from oura_lake.sources.lake import SOURCE as LAKE
from oura_lake.sources.oura import SOURCE
from support.recorded_pages import recorded_documents

LAST, NOON = date(2026, 11, 21), datetime(2026, 11, 22, 12, tzinfo=UTC)
ME = Person(name="me", timezone="Europe/Berlin")
MEMBERS = {"ada": 3.0, "ben": 3.0, "cleo": 3.0, "dan": 2.5, "eve": 1.5}  # years of history
SHOWN = ("sleep_h", "resting_heart_rate_bpm", "hrv_rmssd_ms", "steps", "goals")
DAILY = ("daily_activity", "daily_readiness", "daily_sleep", "sleep")


def generated(years: float) -> Path:
    """Folder `lake/` of a generated person; cached while the code that writes it is the same."""
    target = CACHE / f"generated-{years:g}-years-{_digest_of_the_code()}"
    if not target.is_dir():
        for stale in CACHE.glob(f"generated-{years:g}-years-*"):
            shutil.rmtree(stale)
        with _being_made(target) as folder:
            _live(FolderStore(folder), years)
            shutil.rmtree(folder / "raw")
    return target / "lake"


def recorded(shared: Path, folder: Path) -> None:
    """Land the recorded answers of the real API."""
    documents, store = recorded_documents(shared), FolderStore(folder)
    for endpoint in SOURCE.endpoints:
        place = Table(store=store, source=SOURCE.name, endpoint=endpoint, person=ME.name)
        land(place, documents[endpoint.collection], datetime(2026, 11, 1, tzinfo=UTC), "recorded")


def group(folder: Path) -> None:
    """Land the days of five generated persons: all give to `club` unnamed, three to `family`, one took it back."""
    store = FolderStore(folder)
    for seed, (name, years) in enumerate(MEMBERS.items()):
        person = GeneratedPerson(seed=seed, years=years, until=LAST, timezone=ME.timezone)
        days = [person.first + timedelta(days=n) for n in range((LAST - person.first).days + 1)]
        for collection in DAILY:
            place = Table(store=store, source=SOURCE.name, endpoint=SOURCE.endpoint(collection), person=name)
            land(place, [document for day in days for document in person.on(collection, day)], NOON, "generated")
        place = Table(store=store, source=LAKE.name, endpoint=LAKE.endpoint("consents"), person=name)
        land(place, list(_consents(name)), NOON, "consent")


def multiplied(lake: Path, folder: Path, n: int, year: int) -> None:
    """Make a lake of n persons who each live one year of the one person's life: the same objects under other names."""
    for file in lake.rglob("*.parquet"):
        key = file.relative_to(lake).as_posix()
        if f"={year}" in key or file.parent.name == f"person={ME.name}":
            for number in range(n):
                copy = folder / key.replace(f"person={ME.name}", f"person=p{number:02}")
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)


def _live(store: Store, years: float) -> None:
    """Land the years as `sync` does, then judge the days and explain the gaps as it does afterwards."""
    person = GeneratedPerson(years=years, until=LAST, timezone=ME.timezone)
    window = Days(first=person.first, last=LAST, zone=ZoneInfo(ME.timezone), now=NOON)
    with (
        simulated_oura(person) as api,
        OuraClient(base_url=api.base_url, tokens=FixedToken(api.token), sleep=lambda _: None) as client,
    ):
        run = Run(client=client, store=store, source=SOURCE, person=ME.name, window=window)
        problems = [o.problem for o in ingest(run, SOURCE.endpoints) if o.problem]
    assert not problems
    watch(DuckDBEngine(store), store, ME, Reason.SCHEDULE, NOON, None)
    engine = DuckDBEngine(store)
    gaps.run(Upkeep(store=store, engine=engine, person=ME, now=NOON, send=lambda _: None))


def _consents(name: str) -> Iterator[Document]:
    yield from decisions("club", SHOWN[:-1], mode=ANONYMOUS, state=GIVEN)
    if name in ("ada", "ben", "cleo"):
        yield from decisions("family", SHOWN, mode=NAMED, state=GIVEN)
        yield from decisions("few", SHOWN[:1], mode=ANONYMOUS, state=GIVEN)
    if name == "dan":
        yield from decisions("family", SHOWN, mode=NAMED, state=REVOKED)


@contextmanager
def _being_made(target: Path) -> Iterator[Path]:
    """Folder that gets its name only once it is whole."""
    folder = target.with_name(f"{target.name}.making")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    folder.rename(target)


def _digest_of_the_code() -> str:
    """Digest of the package and of the views, which the judging of days reads."""
    files = sorted([*(ROOT / "lambdas" / "oura_lake").rglob("*.py"), *(ROOT / "athena").rglob("*.sql")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
