"""The stored rows of person_day are what its SELECT gives, whatever landed, in whatever order it was made known."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.errors import UnreadableObject, WriteConflict
from oura_lake.lake.changes import Change, as_json, from_json
from oura_lake.lake.documents import Landed, Table, add_tombstones, land
from oura_lake.lake.keys import stored_view_key
from oura_lake.lake.parquet import encoded, read_table
from oura_lake.lake.store import MemoryStore, Stored
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.stored_views import MADE_FROM, digest_of
from oura_lake.query.views import View
from oura_lake.sources.oura import SOURCE
from support.builders import a_score
from support.strange_answers import a_night, a_readiness, a_rest

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROWS = "SELECT *, CAST(tags AS JSON) AS tag_list FROM person_day ORDER BY person, day"
KEY = stored_view_key("person_day", "me")
Landing = tuple[str, date, int]
"""A table, a day and a number that makes the documents differ; 0 is a deletion."""


class Lake:
    """A lake in memory that counts its reads, and what landed since the last refresh."""

    def __init__(self) -> None:
        self.store, self.changes, self.moment = Counting(), list[Change](), NOW

    def land(self, name: str, document: dict[str, Any], person: str = "me") -> Landed:
        self.moment += timedelta(minutes=1)
        table = Table(store=self.store, source=SOURCE.name, endpoint=SOURCE.endpoint(name), person=person)
        if table.endpoint.is_series:
            page = SeriesPage(rows=[document], fetched_at=self.moment, request="r")
            return self._note(land_series(table, [page]))
        return self._note(land(table, [document], self.moment, "r"))

    def delete(self, name: str, document: dict[str, Any]) -> None:
        self.moment += timedelta(minutes=1)
        table = Table(store=self.store, source=SOURCE.name, endpoint=SOURCE.endpoint(name), person="me")
        self._note(add_tombstones(table, [document], self.moment, "r"))

    def does(self, landing: Landing) -> None:
        name, day, number = landing
        document = DOCUMENTS[name](day, number)
        if number or SOURCE.endpoint(name).is_series:
            self.land(name, document)
        else:
            self.delete(name, {k: document[k] for k in ("id", "day", "start_day") if k in document})

    def refresh(self, *, knows: bool) -> bool:
        known, self.changes = self.changes, []
        return DuckDBEngine(self.store, person="me").refresh("me", known if knows else None)

    def _note(self, landed: Landed) -> Landed:
        self.changes += from_json([as_json(change) for change in landed.changes])
        return landed


class Counting(MemoryStore):
    """Store that counts what was read and listed."""

    n_gets = n_lists = 0

    def get(self, key: str) -> Stored | None:
        self.n_gets += 1
        return super().get(key)

    def keys(self, prefix: str, after: str = "") -> Any:
        self.n_lists += 1
        return super().keys(prefix, after)


def a_day_of_activity(day: date, number: int) -> dict[str, Any]:
    offset = "+02:00" if number % 2 else "+01:00"
    return {
        "id": f"a-{day}", "day": f"{day}", "timestamp": f"{day}T04:00:00{offset}", "steps": 1000 * number,
        "non_wear_time": 600, "class_5_min": "0" * 40 + "1" * 248,
    }  # fmt: skip


def a_tag(day: date, number: int) -> dict[str, Any]:
    end = day + timedelta(days=3 * number)
    return {"id": f"t-{day}", "start_day": f"{day}", "end_day": f"{end}", "tag_type_code": "tag_generic_alcohol"}


def a_battery(day: date, number: int) -> dict[str, Any]:
    return {"timestamp": f"{day}T05:00:00Z", "level": 10 * number, "charging": False, "in_charger": False}


def an_open_rest(day: date, number: int) -> dict[str, Any]:
    """Rest mode that was never ended, or that ended 40 days later for each number."""
    return a_rest(f"r-{day}", f"{day}", f"{day + timedelta(days=40 * (number - 1))}" if number > 1 else None)


DOCUMENTS: dict[str, Any] = {
    "sleep": lambda day, n: a_night(
        f"s-{day}", f"{day}", f"{day - timedelta(days=1)}T23:10:00+02:00", average_hrv=n + 30
    ),
    "daily_sleep": lambda day, n: a_score(f"{day}", n + 60),
    "daily_readiness": lambda day, n: a_readiness(f"d-{day}", f"{day}", score=n + 50),
    "daily_activity": a_day_of_activity,
    "enhanced_tag": a_tag,
    "rest_mode_period": an_open_rest,
    "ring_battery_level": a_battery,
}
DAYS = st.dates(date(2024, 11, 1), date(2026, 2, 28))
LANDINGS = st.lists(st.tuples(st.sampled_from(sorted(DOCUMENTS)), DAYS, st.integers(0, 4)), min_size=1, max_size=6)


def rows(store: MemoryStore, *, uses_stored: bool) -> Sequence[tuple[Any, ...]]:
    return DuckDBEngine(store, uses_stored=uses_stored).query(ROWS).rows


def made_anew(store: MemoryStore) -> bytes:
    """Object that a refresh makes from the same sources without an earlier one."""
    other = MemoryStore()
    other.objects = {key: data for key, data in store.objects.items() if key != KEY}
    DuckDBEngine(other, person="me").refresh("me")
    return other.objects[KEY]


@settings(max_examples=8)  # each makes and compares up to five lakes, 4 s
@given(first=LANDINGS, then=st.lists(st.tuples(LANDINGS, st.booleans()), max_size=4))
def test_after_any_landings_the_stored_rows_are_those_of_the_select_to_the_byte(
    first: list[Landing], then: list[tuple[list[Landing], bool]]
) -> None:
    lake = Lake()
    for landings, knows in [(first, False), *then]:
        for landing in landings:
            lake.does(landing)
        lake.refresh(knows=knows)
        if KEY in lake.store.objects:
            assert lake.store.objects[KEY] == made_anew(lake.store)
            assert rows(lake.store, uses_stored=True) == rows(lake.store, uses_stored=False)


def a_lake_of(years: int, n_persons: int = 1) -> Lake:
    """Lake with a night, a score and an activity day a month and person, the last on 2026-11-21, brought up to date."""
    lake = Lake()
    days = [date(year, month, 21) for year in range(2027 - years, 2027) for month in range(1, 12)]
    for number in range(n_persons):
        for name in ("sleep", "daily_sleep", "daily_readiness", "daily_activity"):
            for day in days:
                lake.land(name, DOCUMENTS[name](day, 2), "me" if number == 0 else f"p{number}")
    lake.refresh(knows=False)
    return lake


def test_one_changed_night_reads_the_same_objects_after_ten_years_and_with_ten_persons_and_lists_nothing() -> None:
    counts = []
    for years, n_persons in ((1, 1), (10, 1), (1, 10)):
        lake = a_lake_of(years, n_persons)
        lake.land("sleep", DOCUMENTS["sleep"](date(2026, 11, 22), 3))
        lake.store.n_gets = lake.store.n_lists = 0
        assert lake.refresh(knows=True)
        counts.append((lake.store.n_gets, lake.store.n_lists))
    assert counts == [(5, 0)] * 3


def test_what_is_up_to_date_is_not_written_again_and_another_table_asks_for_nothing() -> None:
    lake = a_lake_of(1)
    before = dict(lake.store.objects)
    assert not lake.refresh(knows=False)
    lake.land("heartrate", {"timestamp": "2026-11-22T05:00:00Z", "bpm": 50, "source": "sleep"})
    lake.store.n_gets = 0
    assert not lake.refresh(knows=True)
    assert (lake.store.n_gets, lake.store.objects[KEY]) == (1, before[KEY])


def test_a_lost_event_is_made_up_for_by_the_next_one() -> None:
    lake = a_lake_of(1)
    lake.land("sleep", DOCUMENTS["sleep"](date(2026, 3, 21), 4))
    lake.changes = []  # the event of this landing never came
    lake.land("sleep", DOCUMENTS["sleep"](date(2026, 11, 22), 3))
    lake.refresh(knows=True)
    assert lake.store.objects[KEY] == made_anew(lake.store)


def test_a_landing_between_the_event_and_the_refresh_is_seen() -> None:
    lake = a_lake_of(1)
    lake.land("sleep", DOCUMENTS["sleep"](date(2026, 11, 22), 3))
    known = list(lake.changes)
    lake.land("sleep", DOCUMENTS["sleep"](date(2026, 3, 21), 4))
    DuckDBEngine(lake.store, person="me").refresh("me", known)
    assert lake.store.objects[KEY] == made_anew(lake.store)
    assert not lake.refresh(knows=True)


def test_a_reader_falls_back_to_the_select_where_the_stored_rows_are_old() -> None:
    lake = a_lake_of(1)
    lake.land("daily_sleep", a_score("2026-11-22", 99))
    sql = "SELECT sleep_score FROM person_day WHERE day = DATE '2026-11-22'"
    assert DuckDBEngine(lake.store).query(sql).rows == [(99,)]
    lake.refresh(knows=False)
    assert DuckDBEngine(lake.store).query(sql).rows == [(99,)]


def test_rows_that_another_sql_made_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    lake = a_lake_of(1)
    monkeypatch.setattr("oura_lake.query.refresh.digest_of", lambda _: "another")
    assert lake.refresh(knows=True)


@pytest.mark.parametrize("data", [b"", b"damaged"])
def test_damaged_stored_rows_are_passed_over_and_made_anew(data: bytes) -> None:
    lake = a_lake_of(1)
    whole = lake.store.objects[KEY]
    lake.store.objects[KEY] = data
    assert rows(lake.store, uses_stored=True) == rows(lake.store, uses_stored=False)
    assert lake.refresh(knows=True)
    assert lake.store.objects[KEY] == whole


def a_lake_of_a_day() -> Lake:
    lake = Lake()
    lake.land("daily_sleep", a_score("2026-11-21"))
    lake.refresh(knows=False)
    return lake


def test_stored_rows_damaged_behind_a_sound_footer_are_named_with_the_command_that_makes_them_anew() -> None:
    lake = a_lake_of_a_day()
    whole = lake.store.objects[KEY]
    lake.store.objects[KEY] = whole[:4] + b"\xff" * 600 + whole[604:]
    with pytest.raises(UnreadableObject, match=r"oura-lake watch --person me"):
        rows(lake.store, uses_stored=True)
    assert lake.refresh(knows=False)
    assert lake.store.objects[KEY] == whole


@pytest.mark.parametrize("origin", [b"junk", b'{"digest": 1}', b'{"form": 2, "of": []}'])
def test_rows_whose_origin_another_release_wrote_in_another_form_are_made_anew(origin: bytes) -> None:
    lake = a_lake_of_a_day()
    whole = lake.store.objects[KEY]
    lake.store.objects[KEY] = encoded(read_table(KEY, whole), {MADE_FROM: origin})
    assert rows(lake.store, uses_stored=True) == rows(lake.store, uses_stored=False)
    assert lake.refresh(knows=True)
    assert lake.store.objects[KEY] == whole


def test_rows_of_other_declared_types_are_of_another_digest(tmp_path: Path) -> None:
    declaration = tmp_path / "v.yml"
    declaration.write_text("columns: {n: {type: integer}}")
    before = digest_of({"v": View("v", "SELECT 1 AS n", declaration)})
    declaration.write_text("columns: {n: {type: double}}")
    assert digest_of({"v": View("v", "SELECT 1 AS n", declaration)}) != before


@pytest.mark.parametrize("name", ["daily_sleep", "rest_mode_period"])
def test_a_day_that_cannot_be_changes_no_row_and_stops_no_refresh(name: str) -> None:
    lake = a_lake_of_a_day()
    before = rows(lake.store, uses_stored=True)
    for knows in (True, False):
        lake.land(name, DOCUMENTS[name](date.max, 1) | {"id": f"{name}-{knows}"})
        assert lake.refresh(knows=knows)
        assert rows(lake.store, uses_stored=True) == before


def test_of_two_persons_one_without_stored_rows_makes_everybody_s_be_asked_for() -> None:
    lake = a_lake_of(1, 2)
    assert rows(lake.store, uses_stored=True) == rows(lake.store, uses_stored=False)
    assert {row[0] for row in rows(lake.store, uses_stored=True)} == {"me", "p1"}


def test_a_person_without_documents_has_no_stored_rows() -> None:
    lake = Lake()
    engine = DuckDBEngine(lake.store, person="me")
    assert not engine.refresh("me")
    assert engine.query(ROWS).rows == []


def test_a_writer_that_lost_the_race_reads_again() -> None:
    class Overtaken(Counting):
        n_lost = 2

        def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
            if key == KEY and self.n_lost:
                self.n_lost -= 1
                raise WriteConflict("Another writer was first")
            return super().put(key, data, replacing=replacing)

    lake = Lake()
    lake.store = Overtaken()
    lake.land("daily_sleep", a_score("2026-11-22"))
    assert lake.refresh(knows=True)
    lake.store.n_lost = 99
    lake.land("daily_sleep", a_score("2026-11-22", 1))
    with pytest.raises(WriteConflict, match=r"Other writers kept changing lake/stored_person_day/person=me"):
        lake.refresh(knows=True)


def test_the_object_holds_no_person_and_is_as_small_as_its_rows(tmp_path: Any) -> None:
    lake = a_lake_of(1)
    (tmp_path / "o.parquet").write_bytes(lake.store.objects[KEY])
    file = pq.ParquetFile(tmp_path / "o.parquet")
    assert "person" not in file.schema_arrow.names
    assert file.metadata.num_rows == (date(2026, 11, 21) - date(2026, 1, 21)).days + 1
