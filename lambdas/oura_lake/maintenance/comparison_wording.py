"""Wording of the weekly mail's comparison: each signal of the week against the weeks before.

It contains no measurement unless the person chose so.
"""

from collections.abc import Iterator, Sequence

from oura_lake.alerts.wording.dates import listed
from oura_lake.alerts.wording.values import explained, side_of, span_text
from oura_lake.analyses.signal_description import Form
from oura_lake.analyses.signals import described
from oura_lake.analyses.weekly_comparison import (
    CANNOT_TELL,
    FEWEST_DAYS,
    FEWEST_WEEKS,
    HIGHER,
    LOWER,
    USUAL,
    WEEKS_BEFORE,
    Compared,
)

VERDICTS = {USUAL: "as before", HIGHER: "higher than before", LOWER: "lower than before", CANNOT_TELL: "cannot tell"}
OF_A_CLOCK = VERDICTS | {HIGHER: "later than before", LOWER: "earlier than before"}
STRIKING_DAYS = 3  # outside the usual range, to one side, in one week
BY_CHANCE = "One of these signals stands out like this by chance in about one week of nine."


def lines(compared: Sequence[Compared], *, has_numbers: bool) -> Iterator[str]:
    """Part of the mail that compares each signal of the week with the weeks before."""
    yield f"AGAINST YOUR {WEEKS_BEFORE} WEEKS BEFORE"
    yield from (f"- {_line(found, has_numbers)}" for found in compared)
    yield (
        f'"Before" is the range of 19 in 20 weeks like those {WEEKS_BEFORE}. A week counts from {FEWEST_DAYS} days on, '
        f"and the range needs {FEWEST_WEEKS} such weeks. Your usual range is that of single nights, as in the illness "
        "warning."
    )


def _line(found: Compared, has_numbers: bool) -> str:
    signal = described(found.signal)
    facts = f"{found.n} of 7 {_unit(found)}s"
    if found.verdict == CANNOT_TELL and found.n >= FEWEST_DAYS:
        facts += f", {found.n_weeks} of the {FEWEST_WEEKS} weeks that it takes"
    if beyond := _beyond_days(found):
        facts += f", {beyond}"
    if has_numbers and found.mean is not None and found.low is not None and found.high is not None:
        facts += f"; mean {explained(signal, found.mean)}, before {span_text(signal, found.low, found.high)}"
    return f"{signal.title}: {_verdict(found)} ({facts})"


def _unit(found: Compared) -> str:
    return "night" if described(found.signal).is_nightly else "day"


def _beyond_days(found: Compared) -> str:
    """Return the number of days outside the usual range of single nights, by side, in words."""
    above, below = _outside(found)
    parts = [f"{n} {side}" for n, side in ((above, "above"), (below, "below")) if n]
    return f"{listed(parts)} your usual range" if parts else ""


def _outside(found: Compared) -> tuple[int, int]:
    """Return the number of days of the week above the usual range, and below it."""
    sides = [side_of(described(found.signal), d.value, d.low, d.high) for d in found.days]
    return sides.count(1), sides.count(-1)


def is_striking(found: Compared) -> bool:
    """Return whether a signal of the week is worth a sentence; BY_CHANCE states how often chance makes it so."""
    return found.is_far or max(_outside(found)) >= STRIKING_DAYS


def _verdict(found: Compared) -> str:
    words = OF_A_CLOCK if described(found.signal).form is Form.CLOCK else VERDICTS
    return words[found.verdict]


def most_striking(compared: Sequence[Compared]) -> str:
    """Sentence about the signal that stands out most; empty if none does."""
    striking = [found for found in compared if is_striking(found)]
    if not striking:
        return ""
    return _striking(max(striking, key=lambda found: (abs(found.distance), max(_outside(found)))))


def _striking(found: Compared) -> str:
    name, unit = described(found.signal).title, _unit(found)
    if found.is_far:
        return (
            f"{name} was {_verdict(found)}: {found.n} of 7 {unit}s measured, against {found.n_weeks} weeks of "
            f"yours. {BY_CHANCE}"
        )
    above, below = _outside(found)
    side = "above" if above >= below else "below"
    return f"{name} was {side} your usual range on {max(above, below)} of {found.n} {unit}s. {BY_CHANCE}"
