"""Checks of schedules in config.toml."""

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator

from infra.checking import unusable

A_SCHEDULE = "use for example rate(1 hour) or cron(7 * * * ? *)"
RATE = re.compile(r"rate\((?:(1) (minute|hour|day)|([2-9]|[1-9][0-9]{1,5}) (minute|hour|day)s)\)")
DAYS_IN = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1}
MOST_DAYS = 366
UNITS = (  # minutes, hours, days of the month, months, days of the week, years
    r"[0-5]?\d",
    r"1?\d|2[0-3]",
    r"(?:[12]?\d|3[01])W?|L|LW",
    r"0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC",
    r"(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|\#[1-5])?|L",
    r"19[7-9]\d|2[01]\d\d",
)


def is_schedule(text: str) -> bool:
    """Whether a text is a schedule."""
    if rate := RATE.fullmatch(text):
        number, unit = rate[1] or rate[3], rate[2] or rate[4]
        return int(number) * DAYS_IN[unit] <= MOST_DAYS
    return CRON.fullmatch(text) is not None


def is_by_the_minute(text: str) -> bool:
    """Whether a schedule is a rate of minutes."""
    rate = RATE.fullmatch(text)
    return rate is not None and "minute" in (rate[2], rate[4])


def checked_schedule(text: str) -> str:
    """Return a schedule, or refuse what is none."""
    if not is_schedule(text):
        raise unusable(text, A_SCHEDULE)
    return text


def _cron(units: Iterable[str]) -> re.Pattern[str]:
    """Compile the pattern of cron(...) with six fields: each `?`, or a list of units, spans and steps."""
    fields = []
    for unit in units:
        item = rf"(?:\*|(?:{unit})(?:-(?:{unit}))?)(?:/\d{{1,3}})?"
        fields.append(rf"(?:\?|{item}(?:,{item})*)")
    return re.compile(rf"cron\({' '.join(fields)}\)", re.ASCII | re.IGNORECASE)


CRON = _cron(UNITS)
Schedule = Annotated[str, AfterValidator(checked_schedule)]
