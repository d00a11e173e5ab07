"""Each record has its own day, once, at changes of the clock and over the date line.

A daily run requests a person's days in the configured zone, with the window of a schedule. Oura files a night under the
day of the person's present zone. The simulated Oura answers windows as the real one does.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st
from oura_lake.ingestion.job import Job
from oura_lake.lake.parquet import read_table
from oura_lake.lake.store import MemoryStore
from oura_lake.person import Person
from oura_lake.sources.oura import SOURCE
from support.builders import a_beat
from support.provider_world import Provider

ZONES = (
    "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "UTC",
    "Pacific/Honolulu", "Pacific/Auckland", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca",
)  # fmt: skip
CHANGES = (  # days on which some of these clocks change, and a new year
    date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 9, 27), date(2026, 10, 4), date(2026, 10, 25),
    date(2026, 11, 1), date(2026, 1, 1), date(2026, 2, 15), date(2026, 3, 22),
)  # fmt: skip
N_DAYS = 4
SLEEP, SCORES, BEATS = (SOURCE.endpoint(name) for name in ("sleep", "daily_sleep", "heartrate"))
DAY = timedelta(days=1)
AUCKLAND, HONOLULU = ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Honolulu")
zones = st.sampled_from(ZONES).map(ZoneInfo)


def of_a_day(day: date, zone: ZoneInfo) -> dict[str, list[dict[str, Any]]]:
    """Night that ends on a day where the person is, its score, and a beat every two hours of that day."""
    midnight = datetime.combine(day, time(), zone)
    began = (midnight.astimezone(UTC) - timedelta(minutes=40)).astimezone(zone)
    ended = (began.astimezone(UTC) + timedelta(hours=7)).astimezone(zone)
    night = {"id": f"night-{day}", "bedtime_start": began.isoformat(), "bedtime_end": ended.isoformat()}
    moments = [midnight.astimezone(UTC) + timedelta(hours=hour) for hour in range(0, 23, 2)]
    return {
        "sleep": [night | {"day": f"{day}", "type": "long_sleep"}],
        "daily_sleep": [{"id": f"score-{day}", "day": f"{day}", "score": 80, "timestamp": f"{day}T00:00:00+00:00"}],
        "heartrate": [a_beat(f"{moment:%Y-%m-%dT%H:%M:%S.000Z}") for moment in moments],
    }


def lived(first: date, zones_of_days: list[ZoneInfo]) -> dict[str, list[dict[str, Any]]]:
    """Make the records of days in these zones; over the date line a day is absent or present twice."""
    truth: dict[str, list[dict[str, Any]]] = {"sleep": [], "daily_sleep": [], "heartrate": []}
    for n, zone in enumerate(zones_of_days):
        for name, documents in of_a_day(first + n * DAY, zone).items():
            truth[name] += documents
    beats = {beat["timestamp"]: beat for beat in truth["heartrate"]}
    return truth | {"heartrate": [beats[moment] for moment in sorted(beats)]}


def rows(store: MemoryStore, table: str) -> list[dict[str, Any]]:
    keys = [key for key in store.objects if key.startswith(f"lake/{table}/")]
    return [row for key in keys for row in read_table(key, store.objects[key]).to_pylist()]


@settings(max_examples=25)
@given(
    home=zones,
    first=st.sampled_from(CHANGES),
    hour=st.integers(0, 23),
    places=st.lists(zones, min_size=N_DAYS, max_size=N_DAYS),
)
@example(home=AUCKLAND, first=date(2026, 4, 5), hour=20, places=[AUCKLAND, HONOLULU, HONOLULU, AUCKLAND])
@example(home=HONOLULU, first=date(2026, 1, 1), hour=11, places=[ZoneInfo("Pacific/Kiritimati")] * N_DAYS)
def test_each_record_lands_once_under_its_own_day_whatever_the_clocks_do_and_wherever_the_person_flies(
    home: ZoneInfo, first: Any, hour: int, places: list[Any]
) -> None:
    first -= 2 * DAY
    truth = lived(first, places)
    provider = Provider(truth, datetime.combine(first, time(hour), UTC))
    person, store = Person(name="me", timezone=str(home)), MemoryStore()
    for _ in range(N_DAYS + 2):
        days = Job(person="me").window(person, provider.now)
        outcomes = provider.brings(store, [SLEEP, SCORES, BEATS], days)
        assert [outcome.error for outcome in outcomes] == [None, None, None]
        provider.passes(DAY.total_seconds())
    for table in ("sleep", "daily_sleep"):
        landed = sorted((row["id"], f"{row['day']}", row["is_deleted"]) for row in rows(store, table))
        assert landed == sorted((d["id"], d["day"], False) for d in truth[table])
    beats = sorted(f"{row['timestamp']:%Y-%m-%dT%H:%M:%S.000Z}" for row in rows(store, "heartrate"))
    assert beats == [beat["timestamp"] for beat in truth["heartrate"]]
