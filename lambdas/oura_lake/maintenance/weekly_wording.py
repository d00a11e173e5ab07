"""Wording of the weekly mail: the week against the usual, one finding, ends, goals, the lake.

The mail goes out every week, since it is the sign that the lake works. It contains no measurement unless the person
chose so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oura_lake.alerts.model import DELIVERED, REVISED, Entry, Message
from oura_lake.alerts.names import kind_name
from oura_lake.alerts.wording.dates import DEPLOYED, how_was_it, spoken_day, spoken_span
from oura_lake.alerts.wording.evidence import LEVELS
from oura_lake.analyses.model import ILLNESS, MINOR
from oura_lake.analyses.signals import STEPS
from oura_lake.analyses.weekly_comparison import CANNOT_TELL, Compared
from oura_lake.maintenance import comparison_wording, lake_wording
from oura_lake.maintenance.lake_wording import Lake

KIND = "weekly"
GOALS = {STEPS.column: STEPS.title, "met_min": "Minutes of activity", "time_in_bed_h": "Time in bed"}
TRENDS = {"on_track": "on track", "off_track": "off track"}
SUNDAY = timedelta(days=6)


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Goal in the week: the number of days that met it, of those that had it, and the verdict of the last 28 days."""

    metric: str
    n_met: int
    n: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Week:
    """Contents of the mail.

    `alerts` are the episodes of the week, `withheld` the messages beyond the message budget, the strongest first.
    `withdrawn` are the withheld episodes that no rule finds any more, `over` the reported episodes whose end was not
    reported. `options` name the lake and the person in a command.
    """

    monday: date
    compared: Sequence[Compared]
    lake: Lake
    alerts: Sequence[Entry] = ()
    withheld: Sequence[Message] = ()
    withdrawn: Sequence[Entry] = ()
    over: Sequence[Entry] = ()
    goals: Sequence[Goal] = ()
    has_numbers: bool = False
    options: str = DEPLOYED

    @property
    def episode(self) -> str:
        """Name of the mail: the Monday on which it is due. A repeated mail has the same name."""
        return f"{KIND}-{self.monday + timedelta(weeks=1)}"


def message(week: Week) -> Message:
    """Message of the weekly mail."""
    span = spoken_span(week.monday, week.monday + SUNDAY)
    parts = (
        "\n".join(part)
        for part in (
            [f"Your week, {span}.", *lake_wording.nothing_received(week.lake)],
            list(_alerts(week.alerts)),
            list(_comparison(week)),
            list(_finding(week)),
            list(_over(week)),
            list(_goals(week.goals)),
            list(lake_wording.lines(week.lake, week.options)),
            list(_end()),
        )
        if part
    )
    return Message(
        subject=f"Your week, {span}",
        body="\n\n".join(parts) + "\n",
        sms=f"Oura Lake: your week, {span}.",
        kind=KIND,
        level=MINOR,
        episode=week.episode,
    )


def _alerts(entries: Sequence[Entry]) -> Iterator[str]:
    """Episodes reported in the week or still going on, and those not reported because their days came late."""
    if not entries:
        return
    yield "ALERTS OF THE WEEK"
    for entry in entries:
        alert = entry.alert
        level = f", {LEVELS[alert.level]}" if alert.kind == ILLNESS and alert.level in LEVELS else ""
        kind = f" ({kind_name(alert.kind).lower()})" if entry.subject else ""
        yield (
            f"- {_named(entry)}{kind}{level}: unusual on {spoken_span(alert.onset_day, alert.last_alert_day)}; "
            f"{_state(entry)}"
        )


def _state(entry: Entry) -> str:
    if entry.cleared_because:
        return "taken back by newer data" if entry.cleared_because == REVISED else "over"
    if any(delivery.status in DELIVERED for delivery in entry.opening):
        return "not over yet"
    return "not told before, since its days came late" if entry.untold else "not told yet"


def _comparison(week: Week) -> Iterator[str]:
    if week.lake.silence is None:
        yield from comparison_wording.lines(week.compared, has_numbers=week.has_numbers)


def _finding(week: Week) -> Iterator[str]:
    """Strongest unreported fact: a withheld message, else the signal that stands out most."""
    if week.withheld:
        yield from _withheld(week)
    elif striking := comparison_wording.most_striking(week.compared):
        yield "ONE FINDING"
        yield striking
    elif week.lake.silence is None:
        yield "ONE FINDING"
        yield _nothing_else(week)


def _withheld(week: Week) -> Iterator[str]:
    first, *others = week.withheld
    yield "ONE FINDING"
    yield f"Kept back until now, since the month had no message left. {first.body.strip()}"
    yield f"\nEpisode {first.episode}. {how_was_it(first.episode, first.kind, week.options)}"
    if others:
        yield "\nALSO KEPT BACK"
        yield from (f"- {other.subject}" for other in others)


def _nothing_else(week: Week) -> str:
    if week.alerts:
        return "What the alert above names; beside it nothing stands out."
    if any(found.verdict != CANNOT_TELL for found in week.compared):
        return "Nothing stands out."
    return "There is not enough data yet to say what stands out."


def _over(week: Week) -> Iterator[str]:
    lines = [f"- {_end_of(entry)}" for entry in week.over]
    lines += [f"- {_named(entry)}: it was kept back, and newer data took it back." for entry in week.withdrawn]
    if lines:
        yield "CORRECTED, OR OVER"
        yield from lines


def _end_of(entry: Entry) -> str:
    if entry.cleared_because == REVISED:
        return f"{_named(entry)}: would not be told any more; newer data put you back in your usual range."
    return f"{_named(entry)}: back in your usual range."


def _named(entry: Entry) -> str:
    return entry.subject or f"{kind_name(entry.alert.kind)}, {spoken_day(entry.alert.first_alert_day)}"


def _goals(goals: Sequence[Goal]) -> Iterator[str]:
    if not goals:
        return
    yield "GOALS"
    for goal in goals:
        trend = TRENDS.get(goal.verdict, "cannot tell yet whether on track")
        yield f"- {GOALS[goal.metric]}: met on {goal.n_met} of {goal.n} days; {trend}"


def _end() -> Iterator[str]:
    yield "This mail comes every Monday. If it does not, something is broken. This command names it:\noura-lake verify"
    yield "It is not medical advice: a ring cannot tell an illness from other strain."
    yield "To switch it off, write weekly_mail = false into your table of config.toml, then\nmake deploy"
