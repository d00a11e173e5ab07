"""Lake of one generated person, and the same under other names: a large lake in the time of a small one."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore
from oura_lake.oura.client import OuraClient
from oura_lake.oura.tokens import FixedToken
from oura_lake.simulator import RunningApi
from oura_lake.sources.oura import SOURCE

YEAR = timedelta(days=365)
WHOSE = "/person={}/"


def fetched(oura: RunningApi, person: str, first: date, now: datetime) -> dict[str, bytes]:
    """Objects of a person's lake: every day from the first one on, in windows of a year, as of a moment (aware)."""
    store = MemoryStore()
    for begin in _begins(first, now.date()):
        last = min(begin + YEAR - timedelta(days=1), now.date())
        window = Days(first=begin, last=last, zone=ZoneInfo("UTC"), now=now)
        with OuraClient(tokens=FixedToken(oura.token), base_url=oura.base_url, clock=lambda: now) as client:
            run = Run(client=client, store=store, source=SOURCE, person=person, window=window)
            for outcome in ingest(run, SOURCE.endpoints):
                if outcome.error:
                    raise outcome.error
    return store.objects


def of_many(objects: dict[str, bytes], person: str, names: Iterable[str]) -> dict[str, bytes]:
    """Objects of a person's lake, once for each name."""
    mine = {key: data for key, data in objects.items() if WHOSE.format(person) in key}
    return {key.replace(WHOSE.format(person), WHOSE.format(n)): data for n in names for key, data in mine.items()}


def _begins(first: date, last: date) -> Iterable[date]:
    while first <= last:
        yield first
        first += YEAR
