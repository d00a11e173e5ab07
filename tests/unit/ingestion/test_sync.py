"""One run ingests a person's records into the lake."""

from datetime import UTC, date, timezone
from typing import Any, Never
from zoneinfo import ZoneInfo

import pytest
from oura_lake.errors import ScopeMissing, SourceUnavailable, TokenRejected
from oura_lake.ingestion import sync as ingesting
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.documents import Landed, land
from oura_lake.lake.partition import Table
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.request_log import read_request_log
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE
from support.builders import NOON, FakeOura, a_beat, a_score

TABLES = ("daily_sleep", "sleep", "heartrate", "personal_info")


def a_run(
    oura: FakeOura, store: MemoryStore | None = None, first: date = date(2026, 8, 14), zone: ZoneInfo | timezone = UTC
) -> Run:
    window = Days(first=first, last=date(2026, 8, 20), zone=zone, now=NOON)
    return Run(client=oura, store=store or MemoryStore(), source=SOURCE, person="me", window=window)


def outcomes(run: Run, *names: str) -> dict[str, Any]:
    return {o.endpoint.name: o for o in ingest(run, [SOURCE.endpoint(n) for n in names or TABLES])}


def test_records_of_other_days_in_a_padded_answer_are_not_kept() -> None:
    run = a_run(FakeOura(daily_sleep=[a_score(f"2026-08-{d}") for d in (12, 13, 14, 20, 21, 22)]))
    assert outcomes(run, "daily_sleep")["daily_sleep"].landed.n_new == 2


def test_heart_rate_is_cut_at_local_midnights() -> None:
    beats = [a_beat(f"2026-08-{t}:00:00.000Z") for t in ("14T05", "14T06", "21T05", "21T06")]
    run = a_run(FakeOura(heartrate=beats), zone=ZoneInfo("America/Costa_Rica"))
    assert outcomes(run, "heartrate")["heartrate"].landed.n_new == 2


def test_a_second_run_writes_no_object() -> None:
    oura, store = FakeOura(daily_sleep=[a_score()], heartrate=[a_beat()], personal_info=[{"id": "p"}]), MemoryStore()
    outcomes(a_run(oura, store))
    before = dict(store.objects)
    assert sum(o.landed.n_objects for o in outcomes(a_run(oura, store)).values()) == 0
    assert store.objects == before


@pytest.mark.parametrize("error", [ScopeMissing("No scope."), SourceUnavailable("Down.")])
def test_a_collection_that_fails_says_so_and_the_others_land(error: Exception) -> None:
    oura = FakeOura(daily_sleep=[a_score()])
    oura.errors["sleep"] = error
    found = outcomes(a_run(oura))
    assert (found["sleep"].problem, found["daily_sleep"].landed.n_new) == (str(error), 1)


def test_a_refused_collection_is_not_asked_for_month_after_month() -> None:
    oura = FakeOura()
    oura.errors["sleep"] = ScopeMissing("No scope.")
    outcomes(a_run(oura, first=date(2016, 1, 1)), "sleep")
    assert len(oura.asked) < 20


def test_a_rejected_token_ends_the_run() -> None:
    oura = FakeOura()
    oura.errors["daily_sleep"] = TokenRejected("Connect again.")
    with pytest.raises(TokenRejected):
        outcomes(a_run(oura))


def test_a_document_that_oura_deleted_becomes_a_tombstone() -> None:
    oura, store = FakeOura(daily_sleep=[a_score("2026-08-19"), a_score("2026-08-20")]), MemoryStore()
    outcomes(a_run(oura, store))
    oura.documents["daily_sleep"].pop()
    outcomes(a_run(oura, store), "daily_sleep")
    rows = a_run(oura, store).table(SOURCE.endpoint("daily_sleep")).partition("2026").heads.values()
    assert sorted((row["day"].day, row["is_deleted"]) for row in rows) == [(19, False), (20, True)]


def test_a_document_that_is_only_missing_from_the_list_is_no_tombstone() -> None:
    class Forgetful(FakeOura):
        def document(self, endpoint: Endpoint, document_id: str) -> dict[str, Any]:
            return a_score()

    store = MemoryStore()
    outcomes(a_run(FakeOura(daily_sleep=[a_score()]), store))
    outcomes(a_run(Forgetful(), store), "daily_sleep")
    rows = a_run(FakeOura(), store).table(SOURCE.endpoint("daily_sleep")).partition("2026").heads.values()
    assert [row["is_deleted"] for row in rows] == [False]


def test_a_sleep_whose_day_moves_over_new_year_is_in_one_partition_only() -> None:
    store, oura, sleep = MemoryStore(), FakeOura(), {"id": "s"}
    for day in ("2025-12-31", "2026-01-01"):
        oura.documents["sleep"] = [sleep | {"day": day}]
        run = a_run(oura, store, first=date(2025, 12, 20))
        outcomes(run, "sleep")
    table = run.table(SOURCE.endpoint("sleep"))
    old, new = (list(table.partition(year).heads.values()) for year in ("2025", "2026"))
    assert ([row["is_deleted"] for row in old], [row["is_deleted"] for row in new]) == ([True], [False])


@pytest.mark.parametrize("day", ["2024-03-01", "2026-01-05"])
def test_a_document_that_moved_to_a_day_that_was_not_asked_for_is_taken_there_and_leaves_its_place(day: str) -> None:
    store, oura = MemoryStore(), FakeOura(sleep=[{"id": "s", "day": "2026-08-20"}])
    outcomes(a_run(oura, store), "sleep")
    oura.documents["sleep"] = [{"id": "s", "day": day, "type": "rest"}]
    table = a_run(oura, store).table(SOURCE.endpoint("sleep"))
    for n_objects in (1 if day.startswith("2026") else 2, 0):
        assert outcomes(a_run(oura, store), "sleep")["sleep"].landed.n_objects == n_objects
        heads = [row for year in ("2024", "2026") for row in table.partition(year).heads.values()]
        assert [str(row["day"]) for row in heads if not row["is_deleted"]] == [day]


def test_a_day_that_changed_under_the_id_of_a_document_whose_key_is_the_day_leaves_its_old_row() -> None:
    store, age = MemoryStore(), {"id": "a", "vascular_age": 40}
    oura = FakeOura(daily_cardiovascular_age=[age | {"day": "2026-08-20"}])
    outcomes(a_run(oura, store), "daily_cardiovascular_age")
    oura.documents["daily_cardiovascular_age"] = [age | {"day": "2026-02-01"}]
    outcomes(a_run(oura, store), "daily_cardiovascular_age")
    rows = a_run(oura, store).table(SOURCE.endpoint("daily_cardiovascular_age")).partition("2026").heads.values()
    assert [(str(row["day"]), row["is_deleted"]) for row in rows] == [("2026-02-01", False), ("2026-08-20", True)]


def test_a_record_dated_in_the_future_is_reported() -> None:
    found = outcomes(a_run(FakeOura(daily_sleep=[a_score("2027-01-01"), a_score()])), "daily_sleep")["daily_sleep"]
    assert found.landed.n_new == 1
    assert "a day in the future" in found.problem


@pytest.mark.parametrize("moment", ["2026-08-20Tnoon", "2026-08-20T25:00:00Z", 1787220000])
def test_a_row_of_no_moment_is_set_aside_and_stops_nothing(moment: object) -> None:
    beats = [a_beat(), a_beat() | {"timestamp": moment}]
    found = outcomes(a_run(FakeOura(heartrate=beats, personal_info=[{"id": "p"}])), "heartrate", "personal_info")
    landed = found["heartrate"].landed
    assert (landed.n_new, landed.n_rejected, found["personal_info"].landed.n_new) == (1, 1, 1)


def test_an_undated_collection_survives_a_window_over_new_year() -> None:
    oura, store = FakeOura(ring_configuration=[{"id": "a"}, {"id": "b"}]), MemoryStore()
    for _ in range(2):
        found = outcomes(a_run(oura, store, first=date(2024, 1, 1)), "ring_configuration")["ring_configuration"]
    assert (found.landed.n_unchanged, found.landed.n_objects) == (2, 0)


def test_what_was_written_counts_although_a_missing_document_could_not_be_asked_for() -> None:
    class Failing(FakeOura):
        def document(self, endpoint: Endpoint, document_id: str) -> Never:
            raise SourceUnavailable("Down.")

    store = MemoryStore()
    outcomes(a_run(FakeOura(daily_sleep=[a_score("2026-08-19")]), store), "daily_sleep")
    found = outcomes(a_run(Failing(daily_sleep=[a_score("2026-08-20")]), store), "daily_sleep")["daily_sleep"]
    assert (found.landed.n_new, found.landed.n_objects, found.problem) == (1, 1, "Down.")


def test_a_mistake_in_the_code_is_the_error_of_one_collection_and_the_others_land_and_are_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def landed_or_mistake(table: Table, *rest: Any, **named: Any) -> Landed:
        values: dict[str, Landed] = {}
        return values["a pulse of 66"] if table.endpoint.name == "sleep" else land(table, *rest, **named)

    monkeypatch.setattr(ingesting, "land", landed_or_mistake)
    oura, store = FakeOura(daily_sleep=[a_score()], sleep=[{"id": "s", "day": "2026-08-20"}]), MemoryStore()
    oura.errors["heartrate"] = RecursionError("too deep")
    oura.documents["personal_info"] = [{"id": "p"}]
    found = outcomes(a_run(oura, store))
    assert (found["daily_sleep"].landed.n_new, found["personal_info"].landed.n_new) == (1, 1)
    for name, kind in (("sleep", "KeyError"), ("heartrate", "RecursionError")):
        assert found[name].problem.startswith(f"{name} was not brought in, by a mistake in the code ({kind})")
        assert "66" not in found[name].problem
    known = read_request_log(store, "me")
    assert [known[name].is_refused for name in ("daily_sleep", "sleep", "heartrate")] == [False, True, True]


def test_an_interruption_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Never:
        raise KeyboardInterrupt

    monkeypatch.setattr(ingesting, "land", interrupted)
    with pytest.raises(KeyboardInterrupt):
        outcomes(a_run(FakeOura(daily_sleep=[a_score()])), "daily_sleep")


@pytest.mark.parametrize("day", ["20260820", "01/02/2026", "2026-08-20 ", 20260820, "0001-01-01", None])
def test_a_record_whose_day_cannot_be_read_is_reported_whatever_days_were_asked_for(day: object) -> None:
    found = outcomes(a_run(FakeOura(daily_sleep=[a_score() | {"day": day}, a_score()])), "daily_sleep")["daily_sleep"]
    assert (found.landed.n_new, found.landed.n_rejected) == (1, 1)
    assert "Of daily_sleep, 1 had " in found.problem
