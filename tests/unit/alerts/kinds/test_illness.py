"""Messages of the illness warning, as a person reads them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from oura_lake.alerts.kinds import illness
from oura_lake.alerts.model import Message
from oura_lake.alerts.names import KINDS
from oura_lake.alerts.wording.illness import clear_sms, footer
from support.illness_days import a_driver, a_finding, an_alert, an_entry
from support.sms_segments import segments

NIGHT = date(2026, 11, 20)
DRIVERS = (
    a_driver(),
    a_driver("resting_heart_rate_bpm", 61.0, 3.1, low=48.0, high=57.0),
    a_driver("hrv_rmssd_ms", 40.0, -1.4, low=36.0, high=80.0),
    a_driver("respiratory_rate_bpm", 15.2, 0.3, low=14.0, high=16.0),
    a_driver("steps", 9000.0, 0.1, low=4000.0, high=14000.0),
)
WITHOUT_NUMBERS = """\
Since Thursday, 19 November your ring shows clear signs of strain, like those of an illness that is starting.

WHAT IS UNUSUAL (Friday, 20 November)
- Skin temperature above your usual range
- Resting heart rate above your usual range
- Heart rate variability on the low side for you
As usual: breathing rate and steps the day before.

WHAT ELSE COULD EXPLAIN IT
The last days had alcohol (you tagged it) and a short night.
Alcohol, hard training, a late meal, a warm bedroom, a vaccination or stress can look the same.

HOW SURE IS THIS
Judged from 5 of 5 signals against your own last 52 nights.
By chance such a message comes about once in 2 months, going by generated people in whose year nothing happened.

WHAT NOW
See how you feel, and take it easy if you can. This is not medical advice: a ring cannot tell an illness from \
other strain. If you feel ill, trust that and not this message, and ask a doctor. \
An illness can also come without a message.
"""
WITH_NUMBERS = """\
- Skin temperature above your usual range: +0.9 °C against your average, usually −0.4 to +0.4
- Resting heart rate above your usual range: 61 bpm, usually 48 to 57
- Heart rate variability on the low side for you: 40 ms, usually 36 to 80
"""


def a_message(numbers: bool = False, level: str = "major", **finding: float | tuple[Any, ...]) -> Message:
    fields = {"drivers": DRIVERS, "confounders": ("alcohol", "short_sleep")} | finding
    return illness.ALERT.message(an_alert(NIGHT, level=level), [a_finding(NIGHT, level, **fields)], numbers)


def test_the_mail_says_what_since_when_why_else_and_how_sure() -> None:
    assert a_message().body == WITHOUT_NUMBERS


def test_numbers_are_told_only_to_who_chose_them() -> None:
    assert WITH_NUMBERS in a_message(numbers=True).body
    assert not any(number in a_message().body for number in ("0.9", "61", "40 ms"))


def test_the_subject_names_the_day() -> None:
    assert a_message().subject == "Your body may be fighting something since Thursday, 19 November"
    assert a_message(level="minor").subject == "Your nights look unusual since Thursday, 19 November"


def test_the_sms_is_one_line_that_fits_and_has_no_measurement() -> None:
    text = a_message(numbers=True).sms
    assert text == (
        "Oura Lake: your body may be fighting something since Thursday, 19 November. "
        "Take it easy; more in your e-mail. Not medical advice."
    )
    assert len(text) <= 140
    assert segments(text) == 1


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("level", ["minor", "major"])
def test_every_day_of_the_year_fits_subject_and_sms(month: int, level: str) -> None:
    for day in range(22, 29):
        message = illness.ALERT.message(
            an_alert(date(2026, month, day), level=level), [a_finding(date(2026, month, day), level)], False
        )
        assert len(message.sms) <= 140
        assert len(message.subject) < 100
        assert message.subject.isascii()


def test_a_message_from_one_signal_says_that_it_is_less_sure() -> None:
    assert "With so few signals it is less sure than usual." in a_message(drivers=DRIVERS[:1], coverage=0.2).body


def test_without_a_known_confounder_the_mail_says_so() -> None:
    assert "Nothing in the last days that the lake knows of." in a_message(confounders=()).body


def test_the_worst_night_is_told_not_the_latest() -> None:
    worst = a_finding(NIGHT, "major", deviation=5.0)
    mended = a_finding(date(2026, 11, 21), "minor", deviation=0.5, drivers=(a_driver(z=0.2),))
    body = illness.ALERT.message(an_alert(NIGHT, date(2026, 11, 21)), [worst, mended], False).body
    assert "WHAT IS UNUSUAL (Friday, 20 November)\n- Skin temperature above" in body


@pytest.mark.parametrize(("n", "chance", "sentence"), [
    (300, 0.2, "about once in 5 months, going by your own last 300 judged nights."),
    (300, 0.6, "about once in 2 months, going by your own last 300 judged nights."),
    (40, 0.36, "about once in 3 months, going by generated people more than by your own 40 judged nights."),
])  # fmt: skip
def test_the_chance_is_the_persons_own_as_soon_as_their_nights_say_more_than_others(
    n: int, chance: float, sentence: str
) -> None:
    before = [a_finding(NIGHT - timedelta(days=back)) for back in range(n, 0, -1)]
    night = a_finding(NIGHT, "minor", chance_a_month=chance)
    assert sentence in illness.ALERT.message(an_alert(NIGHT), [*before, night], False).body


def test_every_unusual_signal_is_named_and_none_is_called_usual() -> None:
    drivers = (
        *DRIVERS[:3],
        a_driver("respiratory_rate_bpm", 17.0, 2.6, low=14.0, high=16.0),
        a_driver("steps", 900.0, -2.4, low=4000.0, high=14000.0),
    )
    body = a_message(drivers=drivers).body
    for name in ("Skin temperature", "Resting heart rate", "Heart rate variability", "Breathing rate", "Steps the day"):
        assert f"\n- {name}" in body
    assert "As usual" not in body


def test_a_signal_that_left_its_range_on_the_good_side_is_not_called_usual() -> None:
    many = a_driver("steps", 21000.0, 3.1, low=4000.0, high=14000.0)
    body = a_message(drivers=(*DRIVERS[:4], many)).body
    assert "\nUnusual too, but no sign of it: steps the day before.\nAs usual: breathing rate.\n" in body


def test_a_night_whose_signals_moved_only_together_says_so() -> None:
    body = a_message(drivers=tuple(replace(d, value=0.1, low=-0.4, high=0.4, z=0.5) for d in DRIVERS)).body
    assert "\n- No single signal stands out; together they have moved\n" in body


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.43, "on the high side for you: +0.4"),
        (0.46, "above your usual range: +0.5"),
    ],
)
def test_a_value_written_like_the_end_of_its_range_is_not_called_outside(value: float, shown: str) -> None:
    assert (
        f"Skin temperature {shown} °C against your average, usually −0.4 to +0.4"
        in a_message(
            numbers=True,
            drivers=(a_driver(value=value, z=2.1),),
        ).body
    )


def test_the_days_that_were_judged_are_told_with_their_first_and_with_pauses() -> None:
    nights = [a_finding(NIGHT - timedelta(days=back)) for back in range(100, 0, -1)]
    last = a_finding(NIGHT, "minor")
    whole = illness.ALERT.message(an_alert(NIGHT), [*nights, last], False).body
    assert "In all 101 days that could be judged since 12 August 2026 it found 1 episode, this one included." in whole
    broken = illness.ALERT.message(an_alert(NIGHT), [*nights[:40], *nights[50:], last], False).body
    assert "In all 91 days that could be judged since 12 August 2026, pauses left out, it found 1 episode" in broken


@pytest.mark.parametrize("lake", ["--deployed", "--lake '/home/eve/my lake'"])
def test_the_commands_of_a_message_name_the_lake_and_the_person(lake: str) -> None:
    options = f"{lake} --person eve"
    text = footer(an_entry(an_alert(NIGHT), "sent"), "opened", options)
    assert f"\noura-lake report {options}\n" in text
    assert f"\noura-lake feedback illness-2026-11-20 --ill {options}\n(or --not-ill)" in text


def test_a_name_of_a_later_day_than_the_subjects_says_why() -> None:
    text = footer(an_entry(an_alert(NIGHT), "sent"), "opened", "--deployed")
    assert "-2026-11-20, named by Friday, 20 November, the first day that was enough for a message." in text
    same = replace(an_alert(NIGHT), onset_day=NIGHT)
    assert "Episode illness-2026-11-20." in footer(an_entry(same, "sent"), "cleared", "--deployed")


@pytest.mark.parametrize("kind", KINDS)
def test_an_all_clear_by_sms_names_its_kind_in_words_and_is_one_short_message(kind: str) -> None:
    text = clear_sms(an_entry(replace(an_alert(NIGHT), kind=kind), "sent"))
    assert f"({KINDS[kind]}, 2026-11-20)" in text
    assert segments(text) == 1
