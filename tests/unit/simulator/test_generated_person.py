"""The generated person is one whom the real API could have described."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fixtures import regenerate
from jsonschema import Draft202012Validator
from oura_lake.simulator import GeneratedPerson
from oura_lake.simulator.generated.ids import day_of
from oura_lake.simulator.revisions import revised
from oura_lake.simulator.routes import COLLECTIONS, Clock
from oura_lake.simulator.scenarios import SteadyPerson, local_week

UNTIL = date(2026, 11, 21)
PERSON = GeneratedPerson(seed=1, years=3, until=UNTIL)
DAYS = [PERSON.first + timedelta(days=n) for n in range((UNTIL - PERSON.first).days + 1)]
DATED = [c.path for c in COLLECTIONS.values() if c.day]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@cache
def documents(collection: str) -> list[Any]:
    return [d for day in DAYS for d in PERSON.on(collection, day)]


@cache
def rows(collection: str, day: Any) -> Any:
    return json.loads(b"[" + PERSON.rows(collection, day).text + b"]")


def nights(person: GeneratedPerson) -> dict[Any, Any]:
    """Map each of the last 60 days to its main sleep."""
    days = [UNTIL - timedelta(days=n) for n in range(60)]
    return {day: d for day in days for d in person.on("sleep", day) if d["type"] == "long_sleep"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("version", [0, 2])
def test_the_times_of_a_sleep_add_up_in_every_version(version: int) -> None:
    for d in (revised("sleep", d, version) for d in documents("sleep")):
        assert d["time_in_bed"] == d["total_sleep_duration"] + d["awake_time"]
        assert d["time_in_bed"] == (moment(d["bedtime_end"]) - moment(d["bedtime_start"])).total_seconds()
        stages = d["deep_sleep_duration"] + d["light_sleep_duration"] + d["rem_sleep_duration"]
        assert d["total_sleep_duration"] == stages
        assert abs(d["efficiency"] - 100 * d["total_sleep_duration"] / d["time_in_bed"]) <= 1


def test_a_sleep_belongs_to_the_day_that_began_at_18_the_evening_before() -> None:
    for d in documents("sleep"):
        local = moment(d["bedtime_end"]).replace(tzinfo=None)
        assert str((local + timedelta(hours=6)).date()) == d["day"]


def test_hypnograms_are_as_long_as_the_time_in_bed() -> None:
    for d in documents("sleep"):
        assert len(d["sleep_phase_5_min"]) == -(-d["time_in_bed"] // 300)
        assert abs(len(d["movement_30_sec"]) - d["time_in_bed"] / 30) <= 1
        assert set(d["sleep_phase_5_min"]) <= set("1234")


@pytest.mark.parametrize("version", [0, 1])
def test_the_half_minutes_of_a_sleep_tell_its_stages(version: int) -> None:
    for d in (revised("sleep", d, version) for d in documents("sleep") if "sleep_phase_30_sec" in d):
        assert 30 * d["sleep_phase_30_sec"].count("1") == d["deep_sleep_duration"]
        assert 30 * d["sleep_phase_30_sec"].count("3") == d["rem_sleep_duration"]


def test_a_sleep_too_short_to_measure_has_the_sentinel_and_no_series() -> None:
    unmeasured = [d for d in documents("sleep") if d["lowest_heart_rate"] == 255]
    assert unmeasured
    assert all(d.get("heart_rate") is d.get("average_hrv") is None for d in unmeasured)
    assert all(d["total_sleep_duration"] <= 1000 for d in unmeasured)


def test_no_two_sleeps_overlap_at_home() -> None:
    spans = sorted((moment(d["bedtime_start"]), moment(d["bedtime_end"])) for d in documents("sleep"))
    overlaps = sum(later[0] < earlier[1] for earlier, later in pairwise(spans))
    assert overlaps <= 2 * len(PERSON.story.calendar.trips)  # a flight west makes two nights meet


def test_some_days_have_several_sleeps_and_most_have_one() -> None:
    counts = Counter(d["day"] for d in documents("sleep"))
    share = mean(n > 1 for n in counts.values())
    assert 0.1 < share < 0.5
    assert max(counts.values()) >= 3


def test_an_activity_day_has_every_minute_from_four_o_clock() -> None:
    for d in documents("daily_activity"):
        kinds = ("non_wear", "resting", "sedentary", "low_activity", "medium_activity", "high_activity")
        assert sum(d[f"{kind}_time"] for kind in kinds) == 86_400
        assert (len(d["met"]["items"]), len(d["class_5_min"])) == (1440, 288)
        assert moment(d["timestamp"]).hour == 4


def test_ids_are_uuid_shaped_unique_and_lead_back_to_their_day() -> None:
    for collection in DATED:
        ids = [(d["id"], d.get("day") or d["start_day"]) for d in documents(collection) if "id" in d]
        assert len({i for i, _ in ids}) == len(ids)
        assert all(UUID.fullmatch(i) and str(day_of(1, collection, i)) == day for i, day in ids)


def test_cardiovascular_documents_before_2025_have_no_id() -> None:
    without = [d["day"] for d in documents("daily_cardiovascular_age") if "id" not in d]
    assert without
    assert max(without) == "2024-12-31"


def test_hrv_balance_is_unknown_in_the_first_weeks() -> None:
    balances = [d["contributors"]["hrv_balance"] for d in documents("daily_readiness")]
    assert balances[0] is None
    assert all(b is not None for b in balances[21:])


def test_the_ring_sometimes_measures_no_oxygen() -> None:
    unmeasured = [d for d in documents("daily_spo2") if d["spo2_percentage"]["average"] == 0.0]
    assert 0 < len(unmeasured) < 0.02 * len(documents("daily_spo2"))
    assert all(d.get("breathing_disturbance_index") is None for d in unmeasured)


def test_a_forgotten_ring_leaves_no_document_at_all() -> None:
    missing = [day for day in DAYS if not PERSON.on("sleep", day)]
    assert 0.01 < len(missing) / len(DAYS) < 0.1
    assert not any(PERSON.on(c, day) for day in missing for c in DATED)


def test_the_offset_changes_with_summer_time_and_with_travel() -> None:
    offsets = Counter(moment(d["bedtime_end"]).utcoffset() for d in documents("sleep"))
    assert {timedelta(hours=1), timedelta(hours=2)} <= offsets.keys()
    assert len(offsets) > 2


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_history_ends_with_two_altered_nights(seed: int) -> None:
    by_day = nights(GeneratedPerson(seed=seed, until=UNTIL))
    usual = [d for day, d in by_day.items() if 2 < (UNTIL - day).days <= 30]
    for d in (by_day[UNTIL], by_day[UNTIL - timedelta(days=1)]):
        assert 4 < d["lowest_heart_rate"] - median(n["lowest_heart_rate"] for n in usual) < 12
        assert d["average_hrv"] < 0.8 * median(n["average_hrv"] for n in usual)
        assert d["readiness"]["temperature_deviation"] > 0.6
        assert d["average_breath"] > 0.7 + median(n["average_breath"] for n in usual)


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_healthy_end_has_no_altered_night(seed: int) -> None:
    by_day = nights(GeneratedPerson(seed=seed, until=UNTIL, illness_nights=0))
    heat = [d["readiness"]["temperature_deviation"] for day, d in by_day.items() if (UNTIL - day).days < 4]
    assert max(heat) < 0.6


def test_signals_persist_from_night_to_night() -> None:
    healthy = [today for day in DAYS if not (today := PERSON.story.on(day)).illness]
    drift = [today.breath_per_min - PERSON.story.body.breath_per_min for today in healthy]
    assert 0.3 < mean(a * b for a, b in pairwise(drift)) / mean(x * x for x in drift) < 0.8


def test_the_week_has_a_rhythm() -> None:
    waking: dict[int, list[float]] = {day.weekday(): [] for day in DAYS}
    for day in DAYS:
        waking[day.weekday()].append(PERSON.story.on(day).wake_hour)
    assert mean(waking[6]) > mean(waking[2]) + 0.8


def test_drinks_are_mostly_tagged_on_the_evening_before() -> None:
    calendar = PERSON.story.calendar
    tagged = {d["start_day"] for d in documents("enhanced_tag") if d.get("tag_type_code") == "tag_sleep_alcohol"}
    evenings = {str(day - timedelta(days=1)) for day in DAYS if calendar.has_drink(day)}
    assert tagged <= evenings
    assert len(tagged) > 0.7 * len(evenings)


def test_older_illnesses_come_about_twice_a_year_with_rest_mode() -> None:
    older = PERSON.story.calendar.illnesses[1:]
    assert 4 <= len(older) <= 8
    assert 1 <= len(documents("rest_mode_period")) <= len(older)


def test_a_day_has_about_1231_heart_rate_rows() -> None:
    year = DAYS[-366:-1]
    assert mean(len(PERSON.rows("heartrate", day)) for day in year) == pytest.approx(1231, rel=0.06)


def test_two_heart_rate_rows_can_share_an_instant_but_not_a_source() -> None:
    day = next(d for d in DAYS[::-1] if PERSON.on("workout", d))
    keys = [(r["timestamp"], r["source"]) for r in rows("heartrate", day)]
    assert len(set(keys)) == len(keys)
    assert len({t for t, _ in keys}) < len(keys)


def test_workouts_are_counted_every_five_seconds() -> None:
    day = next(d for d in DAYS[::-1] if PERSON.on("workout", d))
    stamps = [r["timestamp_unix"] for r in rows("heartrate", day) if r["source"] == "workout"]
    gaps = Counter(b - a for a, b in pairwise(stamps))
    assert gaps.most_common(1)[0][0] == 5000


def test_a_sleeping_heart_is_counted_as_asleep() -> None:
    night = next(d for d in PERSON.on("sleep", UNTIL) if d["type"] == "long_sleep")
    middle = (moment(night["bedtime_start"]) + timedelta(hours=3)).astimezone(UTC)
    near = [r for r in rows("heartrate", middle.date()) if abs(moment(r["timestamp"]) - middle) < timedelta(minutes=20)]
    assert {r["source"] for r in near} == {"sleep"}


def test_the_same_seed_gives_the_same_person_and_another_seed_another() -> None:
    again, other = GeneratedPerson(seed=1, years=3, until=UNTIL), GeneratedPerson(seed=2, years=3, until=UNTIL)
    assert again.on("sleep", UNTIL) == PERSON.on("sleep", UNTIL) != other.on("sleep", UNTIL)
    assert again.undated("personal_info") != other.undated("personal_info")


@pytest.mark.parametrize("collection", DATED)
def test_a_longer_history_has_the_same_end(collection: str) -> None:
    longer = GeneratedPerson(seed=1, years=5, until=UNTIL)
    assert all(longer.on(collection, day) == PERSON.on(collection, day) for day in DAYS[-60:])


def test_a_history_has_at_least_one_day() -> None:
    person = GeneratedPerson(years=0.001, until=UNTIL)
    assert (person.first, len(person.on("daily_sleep", UNTIL))) == (UNTIL, 1)


def test_now_cuts_the_last_day_but_not_its_night() -> None:
    now = datetime(2026, 11, 21, 13, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    person = GeneratedPerson(seed=1, until=UNTIL, now=now)
    [today] = person.on("daily_activity", UNTIL)
    assert len(today["met"]["items"]) == 9.5 * 60
    assert today["steps"] < PERSON.on("daily_activity", UNTIL)[0]["steps"]
    assert person.on("sleep", UNTIL) == PERSON.on("sleep", UNTIL)
    assert max(person.rows("heartrate", UNTIL).instants) <= now.timestamp() * 1000


def test_a_steady_person_has_449315_rows_a_year() -> None:
    person = SteadyPerson(until=UNTIL)
    days = [person.last - timedelta(days=n) for n in range(365)]
    assert sum(len(person.rows("heartrate", day)) for day in days) == 449_315


def test_the_local_week_holds_what_it_promises() -> None:
    truth = local_week().truth
    assert {name: len(found) for name, found in truth.items()} == {
        "daily_activity": 7,
        "daily_sleep": 7,
        "sleep": 9,
        "workout": 7,
        "heartrate": 8617,
    }
    evening = [w for w in truth["workout"] if str(moment(w["start_datetime"]).astimezone(UTC).date()) != w["day"]]
    assert len(evening) in (3, 4)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_fixtures_are_current(collection: str) -> None:
    assert regenerate.path_of(collection).read_text() == regenerate.text_of(collection)


SCHEMAS = {
    "daily_resilience": "DailyResilienceModel",
    "daily_spo2": "PublicDailySpO2",
    "enhanced_tag": "EnhancedTagModel",
    "heartrate": "PublicHeartRateRow",
    "personal_info": "PersonalInfoResponse",
    "sleep": "PublicModifiedSleepModel",
    "ring_battery_level": "PublicRingBatteryLevelRow",
    "tag": "TagModel",
    "vO2_max": "PublicVO2Max",
}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_document_fits_ouras_own_schema(collection: str, shared: Path) -> None:
    spec = json.loads((shared / "oura" / "openapi.json").read_text())
    name = SCHEMAS.get(collection, "Public" + collection.title().replace("_", ""))
    validator = Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": spec["components"]})
    kinds: dict[Clock, Callable[[], list[Any]]] = {
        Clock.NONE: lambda: PERSON.undated(collection),
        Clock.ROW: lambda: rows(collection, DAYS[-9])[::20],
    }
    found = kinds.get(COLLECTIONS[collection].clock, lambda: documents(collection)[::7])()
    wrong = [e.message for d in found for e in validator.iter_errors(d)]
    assert found
    assert [w for w in wrong if w != "'id' is a required property"] == []
    assert len(wrong) == sum("id" not in d for d in found if collection == "daily_cardiovascular_age")
