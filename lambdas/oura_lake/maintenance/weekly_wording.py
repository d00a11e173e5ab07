"""Wording of the weekly mail: the week against the usual, one finding, ends, goals, the lake.

It comes whatever the week was, for it is the sign that the lake is alive. No measurement unless the person chose so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from oura_lake.alerts.model import REVISED, TOLD, Entry, Message
from oura_lake.alerts.names import SIGNALS, kind_name
from oura_lake.alerts.wording.dates import DEPLOYED, clock, how_was_it, listed, spoken_day, spoken_span
from oura_lake.alerts.wording.evidence import LEVELS, is_outside
from oura_lake.analyses.model import ILLNESS, MINOR
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
from oura_lake.ledger.gaps import WORDS, Missing

KIND = "weekly"
NAMES = {
    "sleep_h": ("Sleep", "night"),
    "bedtime_h": ("Bedtime", "night"),
    "steps": ("Steps", "day"),
    "resting_heart_rate_bpm": ("Resting heart rate", "night"),
    "hrv_rmssd_ms": ("Heart rate variability", "night"),
    "temperature_deviation_c": ("Skin temperature", "night"),
    "readiness_score": ("Readiness", "night"),
}
VERDICTS = {USUAL: "as before", HIGHER: "higher than before", LOWER: "lower than before", CANNOT_TELL: "cannot tell"}
BEDTIMES = {HIGHER: "later than before", LOWER: "earlier than before"}
STRIKING_DAYS = 3  # outside the usual range, to one side, in one week
BY_CHANCE = "One of these seven stands out like this by chance in about one week of nine."
GOALS = {"steps": "Steps", "met_min": "Minutes of activity", "time_in_bed_h": "Time in bed"}
TRENDS = {"on_track": "on track", "off_track": "off track"}
MOST_NAMES, MOST_LINES = 3, 6
SUNDAY = timedelta(days=6)


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A goal in the week: on how many of the days that had one it was met, and the verdict of the last 28 days."""

    metric: str
    n_met: int
    n: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Lake:
    """How the lake is. `silence` is the likely reason why nothing came in the week, and what to do; None if something
    did. `webhooks_end` is when the first of them does, None without any; `cost_usd` None where nobody knows.
    """

    newest: date | None
    rejected_since: date | None = None
    silence: tuple[str, str] | None = None
    missing: Sequence[Missing] = ()
    has_webhooks: bool = False
    webhooks_end: datetime | None = None
    cost_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Week:
    """All that the mail is made of. `alerts` are the episodes of the week; `kept_back` the messages that the budget
    held, the strongest first; `gone` the episodes among them that no rule finds any more; `over` those told before
    whose end was not. `options` name the lake and the person in a command.
    """

    monday: date
    compared: Sequence[Compared]
    lake: Lake
    alerts: Sequence[Entry] = ()
    kept_back: Sequence[Message] = ()
    gone: Sequence[Entry] = ()
    over: Sequence[Entry] = ()
    goals: Sequence[Goal] = ()
    has_numbers: bool = False
    options: str = DEPLOYED

    @property
    def episode(self) -> str:
        """The name of the mail: the Monday on which it is due. One that is repeated has the same."""
        return f"{KIND}-{self.monday + timedelta(weeks=1)}"


def message(week: Week) -> Message:
    """The mail."""
    span = spoken_span(week.monday, week.monday + SUNDAY)
    parts = (
        "\n".join(part)
        for part in (
            [f"Your week, {span}.", *_nothing(week.lake)],
            list(_alerts(week.alerts)),
            list(_comparison(week)),
            list(_finding(week)),
            list(_over(week)),
            list(_goals(week.goals)),
            list(_lake(week)),
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


def _nothing(lake: Lake) -> list[str]:
    """That no record came, and why."""
    if lake.silence is None:
        return []
    why, what = lake.silence
    return ["Nothing of your ring came for this week.", "", "LIKELY REASON", why, "", "WHAT TO DO", what]


def _alerts(entries: Sequence[Entry]) -> Iterator[str]:
    """What was told in the week, or goes on from before; and what nobody was told of, since its days came late."""
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
    if any(telling.status in TOLD for telling in entry.opening):
        return "not over yet"
    return "not told before, since its days came late" if entry.untold else "not told yet"


def _comparison(week: Week) -> Iterator[str]:
    if week.lake.silence is not None:
        return
    yield f"AGAINST YOUR {WEEKS_BEFORE} WEEKS BEFORE"
    yield from (f"- {_line(found, week.has_numbers)}" for found in week.compared)
    yield (
        f'"Before" is where 19 of 20 weeks like your {WEEKS_BEFORE} before would lie; it takes {FEWEST_DAYS} days '
        f"a week, and {FEWEST_WEEKS} such weeks. Your usual range is that of single nights, as in every alert."
    )


def _line(found: Compared, has_numbers: bool) -> str:
    name, unit = NAMES[found.signal]
    facts = f"{found.n} of 7 {unit}s"
    if found.verdict == CANNOT_TELL and found.n >= FEWEST_DAYS:
        facts += f", {found.n_weeks} of the {FEWEST_WEEKS} weeks that it takes"
    if beyond := _beyond_days(found):
        facts += f", {beyond}"
    if has_numbers and found.mean is not None and found.low is not None and found.high is not None:
        facts += (
            f"; mean {_shown(found.signal, found.mean)}, before {_shown(found.signal, found.low)} to "
            f"{_shown(found.signal, found.high)}{SIGNALS[found.signal][1]}"
        )
    return f"{name}: {_verdict(found)} ({facts})"


def _beyond_days(found: Compared) -> str:
    """On how many days the signal was outside the usual range of single nights, by side."""
    above, below = _outside(found)
    parts = [f"{n} {side}" for n, side in ((above, "above"), (below, "below")) if n]
    return f"{listed(parts)} your usual range" if parts else ""


def _outside(found: Compared) -> tuple[int, int]:
    """How many days of the week lie above the usual range, and how many below."""
    beyond = [d.value > d.high for d in found.days if is_outside(found.signal, d.value, d.low, d.high)]
    return beyond.count(True), beyond.count(False)


def is_striking(found: Compared) -> bool:
    """Whether a signal of the week is worth a word of its own; how often by chance, says BY_CHANCE."""
    return found.is_far or max(_outside(found)) >= STRIKING_DAYS


def _verdict(found: Compared) -> str:
    return (
        BEDTIMES.get(found.verdict, VERDICTS[found.verdict])
        if found.signal == "bedtime_h"
        else (VERDICTS[found.verdict])
    )


def _shown(signal: str, value: float) -> str:
    return clock(value) if signal == "bedtime_h" else f"{value:,.{SIGNALS[signal][2]}f}"


def _finding(week: Week) -> Iterator[str]:
    """The strongest thing that was not told: a message kept back, else what stands out of the seven signals."""
    if week.kept_back:
        yield from _kept_back(week)
    elif striking := [found for found in week.compared if is_striking(found)]:
        yield "ONE FINDING"
        yield _striking(max(striking, key=lambda found: (abs(found.distance), max(_outside(found)))))
    elif week.lake.silence is None:
        yield "ONE FINDING"
        yield _nothing_else(week)


def _kept_back(week: Week) -> Iterator[str]:
    first, *others = week.kept_back
    yield "ONE FINDING"
    yield f"Kept back until now, since the month had no message left. {first.body.strip()}"
    yield f"\nEpisode {first.episode}. {how_was_it(first.episode, first.kind, week.options)}"
    if others:
        yield "\nALSO KEPT BACK"
        yield from (f"- {other.subject}" for other in others)


def _striking(found: Compared) -> str:
    name, unit = NAMES[found.signal]
    if found.is_far:
        return (
            f"{name} was {_verdict(found)}: {found.n} of 7 {unit}s measured, against {found.n_weeks} weeks of "
            f"yours. {BY_CHANCE}"
        )
    above, below = _outside(found)
    side = "above" if above >= below else "below"
    return f"{name} was {side} your usual range on {max(above, below)} of {found.n} {unit}s. {BY_CHANCE}"


def _nothing_else(week: Week) -> str:
    if week.alerts:
        return "What the alert above names; beside it nothing stands out."
    if any(found.verdict != CANNOT_TELL for found in week.compared):
        return "Nothing stands out."
    return "There is not enough data yet to say what stands out."


def _over(week: Week) -> Iterator[str]:
    lines = [f"- {_end_of(entry)}" for entry in week.over]
    lines += [f"- {_named(entry)}: it was kept back, and newer data took it back." for entry in week.gone]
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


def _lake(week: Week) -> Iterator[str]:
    lake = week.lake
    yield "THE LAKE"
    yield f"- Newest record of your ring: {spoken_day(lake.newest) if lake.newest else 'none yet'}"
    yield f"- Token: {_token(lake.rejected_since, week.options)}"
    for run in lake.missing[:MOST_LINES]:
        yield f"- Missing, {WORDS[run.state]}: {_days(run)} ({_collections(run)})"
    if len(lake.missing) > MOST_LINES:
        yield f"- Missing: {len(lake.missing) - MOST_LINES} more; `oura-lake status {week.options}` lists them"
    if not lake.missing and lake.silence is None:
        yield "- Missing: nothing in this week"
    if lake.has_webhooks:
        yield f"- Webhooks: {_webhooks(lake.webhooks_end)}"
    cost = (
        "not known; a budget counts it"
        if lake.cost_usd is None
        else (f"${lake.cost_usd:,.2f} so far this month, the whole account")
    )
    yield f"- Cost: {cost}"


def _token(rejected_since: date | None, options: str) -> str:
    if rejected_since is None:
        return "nothing against it"
    return f"rejected by Oura since {spoken_day(rejected_since)}; run `oura-lake connect {options}`"


def _webhooks(end: datetime | None) -> str:
    if end is None:
        return "not known now; `oura-lake verify` says more"
    return f"the first ends on {spoken_day(end.date())}, and is renewed before"


def _days(run: Missing) -> str:
    first = spoken_day(run.first_day)
    return first if run.first_day == run.last_day else f"{first} to {spoken_day(run.last_day)}"


def _collections(run: Missing) -> str:
    names = run.collections
    return listed(names) if len(names) <= MOST_NAMES else f"{len(names)} collections"


def _end() -> Iterator[str]:
    yield "This mail comes every Monday. If one does not, something is broken; what, says\noura-lake verify"
    yield "It is not medical advice: a ring cannot tell an illness from other strain."
    yield "To switch it off, write weekly_mail = false into your table of config.toml, then\nmake deploy"
