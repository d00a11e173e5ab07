"""Confounders: other explanations of an unusual night."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from oura_lake.analyses.model import PersonDay
from oura_lake.analyses.signals import NOON_H

LOOK_BACK_DAYS = 2  # the night itself and the two days before it
SHORT_SLEEP_H = 5.5
LONG_WORKOUT_MIN = 90.0  # of one workout; the walks of a day together reach that on most days
LATE_TRAINING_H = 20.0  # o'clock, 24 and more after midnight; an evening stroll is no training
LATE_BED_H = 1.5  # o'clock; beds between this and noon are late

DST_MIN = 60

ALCOHOL, TRAVEL, CLOCK, SHORT_SLEEP, WORKOUT, LATE_NIGHT = (
    "alcohol",
    "travel",
    "clock_change",
    "short_sleep",
    "hard_workout",
    "late_night",
)
TAGS = {
    "airplane": TRAVEL,
    "travel": TRAVEL,
    "jetlag": TRAVEL,
    "vaccine": "vaccine",
    "vaccination": "vaccine",
    "altitude": "altitude",
    "period": "cycle",
    "cycle": "cycle",
    "menstruation": "cycle",
    "sauna": "sauna",
    "latemeal": "late_meal",
    "surgery": "surgery",
}  # alcohol is a column of its own: the view knows `no alcohol` from it
ALONE = {"period", "cycle"}  # with other words they mean something else, such as a trial period
NOT = {"no", "not", "without"}
OURAS = re.compile(r"^tag_[a-z]+_")


def confounders(day: date, days: Mapping[date, PersonDay]) -> tuple[str, ...]:
    """Other explanations in the day and the two days before it, each once, in a fixed order."""
    recent = [days[d] for n in range(LOOK_BACK_DAYS + 1) if (d := day - timedelta(days=n)) in days]
    found = {name for row in recent for name in _of_day(row)} | set(_offset_change(day, days))
    return tuple(sorted(found))


def _of_day(row: PersonDay) -> list[str]:
    found = [name for tag in row.tags for name in _named_in(tag)]
    if row.has_alcohol_tag:
        found.append(ALCOHOL)
    if row.sleep_h is not None and 0 < row.sleep_h < SHORT_SLEEP_H:
        found.append(SHORT_SLEEP)
    if (row.longest_workout_min or 0.0) >= LONG_WORKOUT_MIN:
        found.append(WORKOUT)
    if (row.training_end_h or 0.0) >= LATE_TRAINING_H:
        found.append("late_workout")
    if row.bedtime_start_local and LATE_BED_H <= _hour(row.bedtime_start_local) < NOON_H:
        found.append(LATE_NIGHT)
    return found


def _named_in(tag: str) -> list[str]:
    """Confounders that the words of a tag name: `jet lag` as well as `jetlag`, but no cycle in a bicycle."""
    words = re.findall("[a-z]+", OURAS.sub("", tag.lower()))
    glued = "".join(words)
    return [] if NOT & set(words) else [TAGS[w] for w in {*words, glued} & TAGS.keys() if w == glued or w not in ALONE]


def _hour(moment: datetime) -> float:
    return moment.hour + moment.minute / 60


def _offset_change(day: date, days: Mapping[date, PersonDay]) -> list[str]:
    """Confounder by the change of the UTC offset within the last nights: an hour is the clock, more is travel."""
    window = (days.get(day - timedelta(days=n)) for n in range(LOOK_BACK_DAYS + 2))
    offsets = [row.utc_offset_min for row in window if row is not None and row.utc_offset_min is not None]
    reach = max(offsets, default=0) - min(offsets, default=0)
    if reach == 0:
        return []
    return [CLOCK if reach <= DST_MIN else TRAVEL]
