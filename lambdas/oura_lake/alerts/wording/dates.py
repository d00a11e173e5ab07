"""Wording of days, spans and lists, and of the question for feedback."""

from collections.abc import Sequence
from datetime import date

from oura_lake.analyses.model import ILLNESS

DEPLOYED = "--deployed"  # the option that names the lake in the AWS account

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def spoken_day(day: date) -> str:
    """Day in words: Sunday, 22 November."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}"


def spoken_span(first: date, last: date) -> str:
    """Span of days in words, with the year."""
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    begin = (
        f"{first.day}"
        if (first.year, first.month) == (last.year, last.month)
        else (f"{first.day} {MONTHS[first.month - 1]}")
    )
    return f"{begin} to {end}"


def listed(words: Sequence[str]) -> str:
    """Words joined by commas, and by an "and" before the last."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def clock(hour: float) -> str:
    """Hour of the day as on a clock: 22.5 is 22:30."""
    minutes = round(hour * 60) % (24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def how_was_it(episode: str, kind: str, options: str) -> str:
    """Question at the end of a message about an episode; each command stands on a line of its own.

    `options` name the lake and the person, such as `--deployed --person me`.
    """
    if kind != ILLNESS:
        return f"Was it right? Say so:\noura-lake feedback {episode} --right {options}\n(or --wrong)"
    return f"How was it? Say so:\noura-lake feedback {episode} --ill {options}\n(or --not-ill)"


def look_deeper(options: str) -> str:
    """Return the reference to the report, with a command that works as it stands."""
    return f"LOOK DEEPER\nThese days, drawn beside your usual ones:\noura-lake report {options}"
