"""An SMS costs at most two segments, whatever the kind, the level and the day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.model import CLEARED, REVISED, Alert, Entry
from oura_lake.maintenance.tasks.tokens import app_notice, notice
from oura_lake.registry import plugins
from support.illness_days import a_finding
from support.sms_segments import alphabet, length, segments

YEAR = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
MOST = 2
LONGEST_NAME = "a" * 31


def an_episode(kind: str, day: date, level: str) -> Alert:
    return Alert(kind=kind, level=level, onset_day=day, first_alert_day=day, last_alert_day=day, method_version="")


@pytest.mark.parametrize("level", ["minor", "major"])
@pytest.mark.parametrize("kind", plugins(ALERT_KINDS, AlertKind))
def test_an_alert_of_any_day_is_one_segment(kind: str, level: str) -> None:
    alert = plugins(ALERT_KINDS, AlertKind)[kind]
    texts = {alert.message(an_episode(kind, day, level), [a_finding(day, level, kind=kind)], True).sms for day in YEAR}
    assert {(alphabet(text), segments(text)) for text in texts} == {("GSM-7", 1)}
    assert all(text.endswith("Not medical advice.") for text in texts)


@pytest.mark.parametrize("because", ["", REVISED])
@pytest.mark.parametrize("kind", plugins(ALERT_KINDS, AlertKind))
def test_an_all_clear_is_one_segment(kind: str, because: str) -> None:
    entry = Entry(id=CLEARED, alert=an_episode(kind, YEAR[0], "major"), cleared_because=because)
    assert segments(plugins(ALERT_KINDS, AlertKind)[kind].all_clear(entry).sms) == 1


def test_what_the_daily_round_tells_of_the_longest_name_is_two_segments_at_most() -> None:
    moment, zone = datetime(2028, 9, 27, tzinfo=UTC), ZoneInfo("UTC")
    texts = [words(LONGEST_NAME, moment, zone).sms for words in (notice, app_notice)]
    assert max(map(segments, texts)) <= MOST


@pytest.mark.parametrize(("text", "counted"), [
    ("a" * 160, ("GSM-7", 160, 1)), ("a" * 161, ("GSM-7", 161, 2)), ("a" * 306, ("GSM-7", 306, 2)),
    ("a" * 307, ("GSM-7", 307, 3)), ("a" * 159 + "€", ("GSM-7", 161, 2)), ("a" * 69 + "’", ("UCS-2", 70, 1)),
    ("a" * 70 + "’", ("UCS-2", 71, 2)), ("a" * 69 + "😷", ("UCS-2", 71, 2)), ("9 °C", ("UCS-2", 4, 1)),
])  # fmt: skip
def test_segments_are_counted_as_a_telephone_company_does(text: str, counted: tuple[str, int, int]) -> None:
    assert (alphabet(text), length(text), segments(text)) == counted
