"""Whole texts of the illness warning and of its all-clear."""

from dataclasses import replace
from datetime import timedelta

import pytest
from oura_lake.alerts.model import REVISED, Entry
from oura_lake.alerts.wording.illness import body, clear_body, clear_sms, clear_subject, footer, sms, subject
from support.illness_days import TODAY, a_finding, an_alert

DAY = timedelta(days=1)
OVER = Entry(id="illness-2026-03-01", alert=an_alert(TODAY, TODAY + 2 * DAY), cleared_because="back_in_range")


@pytest.mark.parametrize(
    ("level", "short", "long"),
    [
        ("minor", "Your nights look unusual", "some signs of strain, as they can come before an illness"),
        (
            "major",
            "Your body may be fighting something",
            "clear signs of strain, like those of an illness that is starting",
        ),
    ],
)
def test_a_message_claims_what_its_level_allows(level: str, short: str, long: str) -> None:
    alert = an_alert(TODAY, level=level)
    assert subject(alert) == f"{short} since Saturday, 28 February"
    assert sms(alert) == (
        f"Oura Lake: {short.lower()} since Saturday, 28 February. "
        "Take it easy; more in your e-mail. Not medical advice."
    )
    text = body(alert, a_finding(level=level), [a_finding(level=level)], False, {})
    assert text.startswith(f"Since Saturday, 28 February your ring shows {long}.\n\n")
    assert text.endswith("An illness can also come without a message.\n")


def test_an_all_clear_says_how_long_it_was_and_since_when_it_is_over() -> None:
    assert clear_subject(OVER) == "Back in your usual range since Wednesday, 4 March"
    assert clear_sms(OVER) == "Oura Lake: back in your usual range (Illness warning, 2026-03-01)."
    assert clear_body(OVER) == (
        "Your nights were unusual for 3 days, from Sunday, 1 March on, and are back in your usual range since "
        "Wednesday, 4 March.\n\n"
        "That is all a ring can say: it does not know how you feel. This is not medical advice.\n"
    )
    a_day = replace(OVER, alert=an_alert(TODAY))
    assert clear_body(a_day).startswith("Your nights were unusual for a day, from Sunday, 1 March on,")


def test_a_correction_says_that_the_message_would_not_be_sent_any_more() -> None:
    corrected = replace(OVER, cleared_because=REVISED)
    assert clear_subject(corrected) == "Back in your usual range: the alert of Sunday, 1 March is corrected"
    assert clear_body(corrected).startswith("The message about Sunday, 1 March would not be sent any more: ")


def test_what_a_message_is_about_is_named_and_an_end_has_no_more_to_look_at() -> None:
    opened, cleared = (footer(OVER, step, "--person me") for step in ("opened", "cleared"))
    named = "Episode illness-2026-03-01, named by Sunday, 1 March, the first day that was enough for a message."
    assert f"\n\n{named} This is the only message about it until it is over.\n\n" in opened
    assert cleared.startswith(f"{named}\n\n")
    assert cleared.removeprefix(named) == opened.partition("until it is over.")[2]
    at_once = replace(OVER, alert=replace(OVER.alert, onset_day=TODAY))
    assert footer(at_once, "cleared", "").startswith("Episode illness-2026-03-01.\n\n")
