"""The maintenance tasks find the gaps of a real lake, report each trouble once, and write only changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from oura_lake.errors import MembershipLapsed, ScopeMissing, SourceError, SourceUnavailable, StoreUnavailable
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.keys import notice_key, request_log_key, token_state_key
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.tasks import drift, gaps, staleness
from oura_lake.monitoring.notices import open_notices
from oura_lake.person import Person
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.settings import MaintainSettings
from oura_lake.sources.oura import SOURCE
from support.builders import FakeOura, a_beat, a_score
from support.illness_days import Outbox

ME = Person(name="me", timezone="America/Costa_Rica")
TODAY = date(2026, 8, 21)
NOW = datetime(2026, 8, 21, 16, 40, tzinfo=UTC)  # 10:40 there
DAY = timedelta(days=1)
NAMES = ("daily_sleep", "daily_spo2", "heartrate", "workout", "personal_info")


def ago(n: int) -> str:
    return str(TODAY - n * DAY)


def oura(days: range = range(1, 21), **documents: list[Any]) -> FakeOura:
    """Return the provider with scores, blood oxygen and heart rate of the days so many days ago."""
    provided = {
        "daily_sleep": [a_score(ago(n)) for n in days],
        "daily_spo2": [{"id": f"o-{n}", "day": ago(n), "spo2_percentage": {"average": 97.0}} for n in days],
        "heartrate": [a_beat(f"{ago(n)}T15:00:00.000Z") for n in days],
        "workout": [],
        "personal_info": [{"id": "x"}],
    }
    return FakeOura(**provided | documents)


class Lake:
    """Lake in memory, with fetches, maintenance rounds, and the messages to its person."""

    def __init__(self) -> None:
        self.store, self.outbox = MemoryStore(), Outbox()

    def fetch(self, client: FakeOura, now: datetime = NOW, n_days: int = 20) -> None:
        """Fetch so many days up to the day of `now`."""
        today = now.astimezone(UTC).date()
        window = Days(first=today - n_days * DAY, last=today + DAY, zone=self.upkeep(now).zone, now=now)
        run = Run(client=client, store=self.store, source=SOURCE, person="me", window=window)
        ingest(run, [SOURCE.endpoint(name) for name in NAMES])

    def upkeep(self, now: datetime = NOW) -> Upkeep:
        return Upkeep(store=self.store, engine=DuckDBEngine(self.store), person=ME, now=now, send=self.outbox)

    def deployed(self, now: datetime) -> Upkeep:
        """Run a round as in AWS."""
        settings = MaintainSettings(bucket="b", persons={"me": ME}, token_secret_prefix="p/", app_parameter="/app")
        return replace(self.upkeep(now), settings=settings)

    def unstored(self) -> list[tuple[str, date, str]]:
        """Return the collection, day and state of each day that the view does not call stored."""
        sql = "SELECT collection, day, state FROM gap_days WHERE state <> 'stored'"
        return DuckDBEngine(self.store).query(sql).rows

    def states(self) -> dict[tuple[str, str], str]:
        """Gaps by the view."""
        return {(c, str(d)): s for c, d, s in self.unstored() if c != "workout"}


@pytest.fixture
def lake() -> Lake:
    return Lake()


def test_gaps_are_found_filled_and_written_only_when_they_change(lake: Lake) -> None:
    client = oura()
    client.documents["daily_sleep"] = [d for d in client.documents["daily_sleep"] if d["day"] != ago(4)]
    lake.fetch(client)
    assert gaps.run(lake.upkeep()) == {"n_gaps": 6, "n_changed": 6}
    today = {(name, ago(0)): "not_synced_yet" for name in ("daily_sleep", "daily_spo2", "heartrate")}
    assert lake.states() == {("daily_sleep", ago(4)): "nothing_recorded", **today}
    before = dict(lake.store.objects)
    assert gaps.run(lake.upkeep(NOW + timedelta(hours=3))) == {"n_gaps": 6, "n_changed": 0}
    assert lake.store.objects == before
    lake.fetch(oura(), NOW + timedelta(hours=3))
    gaps.run(lake.upkeep(NOW + timedelta(hours=4)))
    assert lake.states() == today
    assert DuckDBEngine(lake.store).query("SELECT COUNT(*) FROM stg_gaps").rows == [(5,)]


def test_the_view_says_nothing_recorded_only_where_the_ledger_has_judged_so(lake: Lake) -> None:
    client = oura(workout=[{"id": f"w-{n}", "day": ago(n)} for n in (2, 9)])
    lake.fetch(client)  # a history arrived, and no round has judged it
    assert {s for _, _, s in lake.unstored()} == {"not_judged_yet"}
    gaps.run(lake.upkeep())
    assert {(c, s) for c, _, s in lake.unstored()} == {
        ("daily_sleep", "not_synced_yet"),
        ("daily_spo2", "not_synced_yet"),
        ("heartrate", "not_synced_yet"),
        ("workout", "not_synced_yet"),
        ("workout", "nothing_recorded"),
    }
    client.documents["daily_sleep"] += [a_score(ago(-1))]
    lake.fetch(client, NOW + DAY)  # a part of the next day arrived before that day's round
    assert {(c, s) for c, day, s in lake.unstored() if day == TODAY + DAY} == {
        ("daily_spo2", "not_judged_yet"),
        ("heartrate", "not_judged_yet"),
        ("workout", "not_judged_yet"),
    }
    gaps.run(lake.upkeep(NOW + DAY))
    assert "not_judged_yet" not in {s for _, _, s in lake.unstored()}


def test_asking_again_on_the_same_day_notes_nothing(lake: Lake) -> None:
    lake.fetch(oura())
    before = dict(lake.store.objects)
    lake.fetch(oura(), NOW + timedelta(hours=3))
    assert lake.store.objects == before


def test_a_refusal_is_noted_with_its_beginning_and_its_end(lake: Lake) -> None:
    client = oura()
    client.errors["daily_spo2"] = ScopeMissing("The scope was not granted.")
    lake.fetch(client)
    noted = lake.store.objects[request_log_key("me")]
    lake.fetch(client, NOW + timedelta(hours=3))
    assert lake.store.objects[request_log_key("me")] == noted
    assert b'"since": "2026-08-21T16:40:00+00:00"' in noted
    lake.fetch(oura(), NOW + timedelta(hours=6))
    assert b'"until": "2026-08-21T22:40:00+00:00"' in lake.store.objects[request_log_key("me")]


def later(days: int) -> datetime:
    return NOW + days * DAY


def test_silence_is_told_once_with_its_reason_and_settled_when_data_returns(lake: Lake) -> None:
    lake.fetch(oura())
    assert staleness.run(lake.upkeep())["n_sent"] == 0
    for days in (1, 2, 3):
        lake.fetch(oura(), later(days))
        staleness.run(lake.upkeep(later(days)))
    (message,) = lake.outbox.messages
    assert message.subject == "Sync is stale: no data from your ring since Thursday, 20 August"
    assert "The Oura app has not synced." in message.body
    client = oura(range(-3, 21))
    lake.fetch(client, later(4))
    staleness.run(lake.upkeep(later(4)))
    assert b"settled" in lake.store.objects[notice_key("me", "stale")]
    lake.fetch(client, later(7))
    assert staleness.run(lake.upkeep(later(7)))["n_sent"] == 1


def test_silence_because_the_membership_lapsed_says_so(lake: Lake) -> None:
    lake.fetch(oura())
    client = oura()
    client.errors = dict.fromkeys(NAMES, MembershipLapsed("403"))
    lake.fetch(client, later(3))
    staleness.run(lake.upkeep(later(3)))
    assert "Renew the membership" in lake.outbox.messages[0].body


@pytest.mark.parametrize("days", [range(1, 3), range(0)])
def test_a_lake_that_has_just_begun_is_not_silent(lake: Lake, days: range) -> None:
    lake.fetch(oura(days))
    lake.fetch(oura(days), later(5))
    staleness.run(lake.upkeep(later(5)))
    assert lake.outbox.messages == []


def test_a_history_that_is_still_being_fetched_is_not_silent(lake: Lake) -> None:
    lake.fetch(oura())
    staleness.run(lake.upkeep(later(90)))
    assert lake.outbox.messages == []


def test_a_lake_that_stopped_asking_says_so_once_and_again_if_it_stops_anew(lake: Lake) -> None:
    """The schedule is off, the app's secret is empty, a move died, or ingest fails before it records a day."""
    lake.fetch(oura())
    n_messages = []
    for days in (1, 2, 3, 9):
        staleness.run(lake.deployed(later(days)))
        n_messages.append(len(lake.outbox.messages))
    assert n_messages == [0, 1, 1, 1]
    (message,) = lake.outbox.messages
    assert message.subject == "Sync is stale: Oura was not asked since Friday, 21 August"
    assert "its schedule is off, or its function fails" in message.body
    assert "oura-lake verify" in message.body
    lake.fetch(oura(range(-10, 21)), later(10))
    staleness.run(lake.deployed(later(10)))
    assert open_notices(lake.store, "me") == []
    staleness.run(lake.deployed(later(12)))
    assert len(lake.outbox.messages) == 2


def test_of_a_person_who_never_connected_nobody_says_that_the_lake_stopped(lake: Lake) -> None:
    staleness.run(lake.deployed(later(30)))
    assert lake.outbox.messages == []


def test_a_broken_token_is_not_told_twice(lake: Lake) -> None:
    lake.fetch(oura())
    lake.fetch(oura(), later(3))
    lake.store.objects[token_state_key("me")] = b'{"broken_version": "v", "since": "2026-08-22T00:00:00+00:00"}'
    staleness.run(lake.upkeep(later(3)))
    assert lake.outbox.messages == []


def stopped_oura(error: SourceError | None = None) -> FakeOura:
    """Blood oxygen stops six days ago, all else goes on."""
    client = oura()
    client.documents["daily_spo2"] = client.documents["daily_spo2"][5:]
    client.errors = {"daily_spo2": error} if error else {}
    return client


@pytest.mark.parametrize(("error", "words"), [
    (None, "Oura has nothing of this kind"),
    (ScopeMissing("No."), "The consent that Oura Lake has does not cover it any more."),
    (ScopeMissing("No."), "Run `oura-lake connect --deployed --person me` again"),
    (SourceUnavailable("No."), "errors"),
    (SourceUnavailable("No."), "`oura-lake status --deployed --person me` shows the last error"),
])  # fmt: skip
def test_a_collection_that_stops_is_told_once_with_its_reason(
    lake: Lake, error: SourceError | None, words: str
) -> None:
    lake.fetch(stopped_oura(), n_days=30)
    lake.fetch(stopped_oura(error))
    for hours in (0, 24):
        staleness.run(lake.upkeep(NOW + timedelta(hours=hours)))
    (message,) = lake.outbox.messages
    assert message.subject == "Oura stopped sending daily_spo2"
    assert "- daily_spo2, after Saturday, 15 August" in message.body
    assert words in message.body


def test_what_oura_sends_anew_is_told_once_and_named_without_a_measurement(lake: Lake) -> None:
    client = oura(range(1, 5))
    client.documents["daily_sleep"][0] |= {"aura": 4711, "score": "eighty"}
    client.documents["heartrate"][0] |= {"source": "dream"}
    lake.fetch(client)
    assert drift.run(lake.upkeep()) == {"n_known": 3, "n_sent": 1}
    assert drift.run(lake.upkeep()) == {"n_known": 3, "n_sent": 0}
    (message,) = lake.outbox.messages
    assert "- daily_sleep.aura is a new field (since 2026-08-21)\n" in message.body
    assert "- daily_sleep.score is of another type than before (since" in message.body
    assert "- heartrate.source has the new value 'dream' (since" in message.body
    assert not [word for word in ("4711", "eighty") if word in message.body]
    client.documents["daily_sleep"][0] |= {"halo": 1}
    lake.fetch(client, NOW + DAY)
    assert drift.run(lake.upkeep(NOW + DAY)) == {"n_known": 4, "n_sent": 1}
    assert lake.outbox.messages[1].subject == "Oura sends something new that Oura Lake does not know"
    assert "halo" in lake.outbox.messages[1].body
    assert "aura" not in lake.outbox.messages[1].body


@pytest.mark.parametrize(("text", "meaning", "sms"), [
    ("eighty", "Nothing is lost: all of it is kept as it came.", "Nothing is lost;"),
    ("so tired \ufffd", "A character that could not be read is lost and kept as U+FFFD; all else", "Little is lost;"),
])  # fmt: skip
def test_a_notice_of_drift_says_what_is_lost(lake: Lake, text: str, meaning: str, sms: str) -> None:
    workout = {"id": "w", "day": ago(1), "activity": "walking", "label": text, "aura": 1}
    client = oura(range(1, 5), workout=[workout])
    lake.fetch(client)
    drift.run(lake.upkeep())
    (message,) = lake.outbox.messages
    assert meaning in message.body
    assert sms in message.sms
    assert len(message.sms) <= 140


def test_a_notice_of_much_drift_names_the_lake_that_lists_the_rest(lake: Lake) -> None:
    client = oura(range(1, 5), workout=[{"id": "w", "day": ago(1)}])
    for name in ("daily_sleep", "daily_spo2", "heartrate", "workout"):
        client.documents[name][0] |= {f"{top}_{word}": {"a": 1} for top in "abcdefgh" for word in ("x", "y")}
    lake.fetch(client)
    drift.run(lake.deployed(NOW))
    (message,) = lake.outbox.messages
    assert "`oura-lake status --deployed --person me` lists them" in message.body


def test_a_drift_told_by_a_round_that_died_is_not_told_again_beside_a_newer_one(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = oura(range(1, 5))
    client.documents["daily_sleep"][0] |= {"aura": 1}
    lake.fetch(client)
    with monkeypatch.context() as dying:
        dying.setattr(drift, "mark_reported", Mock(side_effect=StoreUnavailable("The bucket does not answer.")))
        with pytest.raises(StoreUnavailable):
            drift.run(lake.upkeep())
    client.documents["daily_sleep"][0] |= {"halo": 1}
    lake.fetch(client, NOW + DAY)
    drift.run(lake.upkeep(NOW + DAY))
    assert [[name for name in ("aura", "halo") if name in m.body] for m in lake.outbox.messages] == [["aura"], ["halo"]]
    assert open_notices(lake.store, "me") == []


def test_a_subject_and_a_text_message_are_short_plain_text(lake: Lake) -> None:
    lake.fetch(stopped_oura(), n_days=30)
    staleness.run(lake.upkeep())
    lake.fetch(stopped_oura(), later(3))
    staleness.run(lake.upkeep(later(3)))
    assert len(lake.outbox.messages) == 2
    for message in lake.outbox.messages:
        assert message.subject.isascii()
        assert len(message.subject) < 100
        assert message.sms.isascii()
        assert len(message.sms) <= 140


def test_a_notice_on_a_laptop_names_the_folder_and_a_consent_that_belongs_to_none(lake: Lake) -> None:
    person = replace(ME, lake_option="--lake /home/me/oura")
    lake.fetch(stopped_oura(), n_days=30)
    for error, words in (
        (ScopeMissing("No."), "Run `oura-lake connect --person me` again"),
        (SourceUnavailable("No."), "`oura-lake status --lake /home/me/oura --person me` shows"),
    ):
        lake.fetch(stopped_oura(error))
        staleness.run(replace(lake.upkeep(), person=person))
        assert words in lake.outbox.messages[-1].body
