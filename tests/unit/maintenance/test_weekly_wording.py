"""The weekly mail reports all it must in plain words, without a measurement that the person did not choose."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from oura_lake.alerts.model import SENT, Message
from oura_lake.analyses.weekly_comparison import CANNOT_TELL, HIGHER, USUAL, Compared, Day
from oura_lake.ledger.gaps import Missing
from oura_lake.maintenance.lake_wording import Lake
from oura_lake.maintenance.weekly_wording import Goal, Week, message
from support.illness_days import an_alert, an_entry

MONDAY = date(2026, 5, 4)
COMPARED = (
    Compared(signal="sleep_h", n=7, n_weeks=12, verdict=USUAL, mean=7.42, low=6.94, high=7.81, distance=0.1),
    Compared(signal="bedtime_h", n=6, n_weeks=12, verdict=HIGHER, mean=0.25, low=22.5, high=23.75, distance=1.4),
    Compared(
        signal="resting_heart_rate_bpm",
        n=7,
        n_weeks=12,
        verdict=HIGHER,
        mean=57.4,
        low=51.0,
        high=53.0,
        distance=4.0,
        is_far=True,
        days=tuple(Day(value=value, low=50.0, high=56.0) for value in (58.0, 56.3)),
    ),
    Compared(signal="hrv_rmssd_ms", n=2, n_weeks=12, verdict=CANNOT_TELL),
    Compared(signal="steps", n=7, n_weeks=4, verdict=CANNOT_TELL),
)
LAKE = Lake(
    newest=date(2026, 5, 11),
    cost_usd=0.38,
    missing=(Missing(state="not_worn", first_day=date(2026, 5, 6), last_day=date(2026, 5, 7), collections=("sleep",)),),
)
GOALS = (Goal(metric="steps", n_met=4, n=6, verdict="on_track"),)
WEEK = Week(monday=MONDAY, compared=COMPARED, lake=LAKE, goals=GOALS)
KEPT = Message(
    subject="Your load since Friday, 1 May",
    body="Your load is high.\n",
    sms="",
    kind="strain",
    level="minor",
    episode="strain-2026-05-01",
)
MAIL = """\
Your week, 4 to 10 May 2026.

AGAINST YOUR 12 WEEKS BEFORE
- Sleep: as before (7 of 7 nights)
- Bedtime: later than before (6 of 7 nights)
- Resting heart rate: higher than before (7 of 7 nights, 1 above your usual range)
- Heart rate variability: cannot tell (2 of 7 nights)
- Steps: cannot tell (7 of 7 days, 4 of the 6 weeks that it takes)
"Before" is the range of 19 in 20 weeks like those 12. A week counts from 4 days on, and the range needs 6 such weeks. \
Your usual range is that of single nights, as in the illness warning.

ONE FINDING
Resting heart rate was higher than before: 7 of 7 nights measured, against 12 weeks of yours. One of these signals \
stands out like this by chance in about one week of nine.

GOALS
- Steps: met on 4 of 6 days; on track

THE LAKE
- Newest record of your ring: Monday, 11 May
- Token: nothing against it
- Missing, not worn: Wednesday, 6 May to Thursday, 7 May (sleep)
- Cost: $0.38 so far this month, the whole account

This mail comes every Monday. If it does not, something is broken. This command names it:
oura-lake verify
It is not medical advice: a ring cannot tell an illness from other strain.
To switch it off, write weekly_mail = false into your table of config.toml, then
make deploy
"""


def body(**changes: Any) -> str:
    return message(replace(WEEK, **changes)).body


def test_a_whole_mail_reads_like_this() -> None:
    assert message(WEEK).body == MAIL


def test_the_numbers_are_in_it_only_if_they_were_asked_for() -> None:
    text = body(has_numbers=True)
    assert "- Sleep: as before (7 of 7 nights; mean 7 h 25 min, before 6:56 to 7:49)\n" in text
    assert "- Bedtime: later than before (6 of 7 nights; mean 00:15, before 22:30 to 23:45)\n" in text
    assert (
        "- Resting heart rate: higher than before (7 of 7 nights, 1 above your usual range; mean 57 bpm, before 51 "
        "to 53)\n" in text
    )
    assert re.findall(r"7 h|57|22:30|53\b", MAIL) == []


def test_what_the_budget_kept_back_is_the_finding_and_the_others_follow_by_name() -> None:
    text = body(
        withheld=(KEPT, replace(KEPT, subject="Your readiness since Monday, 4 May")), options="--deployed --person eve"
    )
    assert "ONE FINDING\nKept back until now, since the month had no message left. Your load is high.\n" in text
    assert "\noura-lake feedback strain-2026-05-01 --right --deployed --person eve\n(or --wrong)\n" in text
    assert "ALSO KEPT BACK\n- Your readiness since Monday, 4 May\n" in text
    assert "measured, against" not in text


def test_a_quiet_week_says_that_nothing_stands_out() -> None:
    assert "ONE FINDING\nNothing stands out.\n" in body(compared=COMPARED[:1])
    assert "There is not enough data yet to say what stands out." in body(compared=COMPARED[3:])


def test_a_mean_as_before_with_some_nights_far_out_is_a_finding() -> None:
    hot = tuple(Day(value=0.9, low=-0.3, high=0.3) for _ in range(3))
    found = Compared(signal="temperature_deviation_c", n=7, n_weeks=12, verdict=USUAL, days=hot)
    text = body(compared=(COMPARED[0], found))
    assert "- Skin temperature: as before (7 of 7 nights, 3 above your usual range)\n" in text
    assert "ONE FINDING\nSkin temperature was above your usual range on 3 of 7 nights." in text
    assert "Nothing stands out." in body(compared=(COMPARED[0], replace(found, days=hot[:2])))


def test_in_a_week_with_an_alert_and_nothing_else_the_finding_is_the_alert() -> None:
    text = body(compared=COMPARED[:1], alerts=(an_entry(an_alert(date(2026, 5, 9), level="major"), SENT),))
    assert (
        "\nALERTS OF THE WEEK\n- Illness warning, Saturday, 9 May, clear signs: unusual on 8 to 9 May 2026; not "
        "over yet\n" in text
    )
    assert "ONE FINDING\nWhat the alert above names; beside it nothing stands out.\n" in text


def test_what_is_corrected_or_over_is_said() -> None:
    delivered = replace(an_entry(an_alert(date(2026, 4, 28)), SENT), subject="Your nights look unusual since Monday")
    text = body(
        over=(replace(delivered, cleared_because="revised"), replace(delivered, cleared_because="back_in_range")),
        withdrawn=(replace(delivered, subject=""),),
    )
    assert "CORRECTED, OR OVER\n- Your nights look unusual since Monday: would not be told any more; newer" in text
    assert "- Your nights look unusual since Monday: back in your usual range.\n" in text
    assert "- Illness warning, Tuesday, 28 April: it was kept back, and newer data took it back.\n" in text
    assert "healthy" not in text


def test_a_week_without_data_says_so_and_why_and_is_a_mail_all_the_same() -> None:
    lake = replace(LAKE, silence=("The app has not synced.", "Open it."), missing=(), newest=None)
    text = body(lake=lake, goals=(), compared=[replace(COMPARED[3], n=0)])
    assert text.startswith(
        "Your week, 4 to 10 May 2026.\nNothing of your ring came for this week.\n\n"
        "LIKELY REASON\nThe app has not synced.\n\nWHAT TO DO\nOpen it.\n"
    )
    assert "AGAINST YOUR 12" not in text
    assert "ONE FINDING" not in text
    assert "- Newest record of your ring: none yet\n" in text
    assert text.endswith(MAIL[MAIL.index("This mail comes") :])


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"rejected_since": date(2026, 5, 9)},
            "- Token: rejected by Oura since Saturday, 9 May; run `oura-lake connect",
        ),
        ({"cost_usd": None}, "- Cost: not known; a budget counts it\n"),
        ({"missing": ()}, "- Missing: nothing in this week\n"),
        ({"missing": tuple(LAKE.missing) * 9}, "- Missing: 3 more; `oura-lake status --deployed` lists them\n"),
        (
            {"has_webhooks": True, "webhooks_end": datetime(2026, 7, 1, tzinfo=UTC)},
            "- Webhooks: the first ends on Wednesday, 1 July, and is renewed before\n",
        ),
        ({"has_webhooks": True}, "- Webhooks: not known now; `oura-lake verify` says more\n"),
    ],
)
def test_how_the_lake_is_has_a_line_each(changes: dict[str, Any], line: str) -> None:
    assert line in body(lake=replace(LAKE, **changes))


def test_the_subject_is_short_plain_text_and_the_mail_has_a_name_of_its_monday() -> None:
    made = message(WEEK)
    assert made.subject.isascii()
    assert len(made.subject) < 100
    assert (made.kind, made.episode) == ("weekly", "weekly-2026-05-11")
    assert made.sms.isascii()
