"""What does the weekly mail say? The week against the usual, one finding, what is over, goals, how the lake is.

It comes whatever the week was, for it is the sign that the lake is alive. No measurement unless the person chose so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from oura_lake.alerts._evidence_words import SIGNALS
from oura_lake.alerts._model import REVISED, Entry, Message
from oura_lake.alerts._speech import how_was_it, listed, spoken_day, spoken_span
from oura_lake.analyses._model import MINOR
from oura_lake.analyses._week import (
    CANNOT_TELL,
    FEWEST_DAYS,
    FEWEST_WEEKS,
    HIGHER,
    LOWER,
    USUAL,
    WEEKS_BEFORE,
    Compared,
)
from oura_lake.lake.gaps import WORDS, Missing

KIND = "weekly"
NAMES = {
    "sleep_h": ("Sleep", "night"), "bedtime_h": ("Bedtime", "night"), "steps": ("Steps", "day"),
    "resting_heart_rate_bpm": ("Resting heart rate", "night"), "hrv_rmssd_ms": ("Heart rate variability", "night"),
}
VERDICTS = {USUAL: "as usual", HIGHER: "higher than usual", LOWER: "lower than usual", CANNOT_TELL: "cannot tell"}
BEDTIMES = {HIGHER: "later than usual", LOWER: "earlier than usual"}
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
    """All that the mail is made of. `kept_back` are the messages that the budget held, the strongest first;
    `gone` the episodes among them that no rule finds any more; `over` those told before whose end was not.
    """

    monday: date
    compared: Sequence[Compared]
    lake: Lake
    kept_back: Sequence[Message] = ()
    gone: Sequence[Entry] = ()
    over: Sequence[Entry] = ()
    goals: Sequence[Goal] = ()
    has_numbers: bool = False

    @property
    def episode(self) -> str:
        """The name of the mail: the Monday on which it is due. One that is repeated has the same."""
        return f"{KIND}-{self.monday + timedelta(weeks=1)}"


def message(week: Week) -> Message:
    """The mail."""
    span = spoken_span(week.monday, week.monday + SUNDAY)
    parts = ("\n".join(part) for part in (
        [f"Your week, {span}.", *_nothing(week.lake)], list(_comparison(week)), list(_finding(week)),
        list(_over(week)), list(_goals(week.goals)), list(_lake(week.lake)), list(_end()),
    ) if part)
    return Message(
        subject=f"Your week, {span}", body="\n\n".join(parts) + "\n", sms=f"Oura Lake: your week, {span}.", kind=KIND,
        level=MINOR, episode=week.episode,
    )


def _nothing(lake: Lake) -> list[str]:
    """That no record came, and why."""
    if lake.silence is None:
        return []
    why, what = lake.silence
    return ["Nothing of your ring came for this week.", "", "LIKELY REASON", why, "", "WHAT TO DO", what]


def _comparison(week: Week) -> Iterator[str]:
    if week.lake.silence is not None:
        return
    yield "AGAINST YOUR USUAL WEEK"
    yield from (f"- {_line(found, week.has_numbers)}" for found in week.compared)
    yield f"Usual is where 99 of 100 weeks like your {WEEKS_BEFORE} before would lie; it takes {FEWEST_DAYS} days " \
          f"a week, and {FEWEST_WEEKS} such weeks."


def _line(found: Compared, has_numbers: bool) -> str:
    name, unit = NAMES[found.signal]
    said = f"{name}: {_verdict(found)} ({found.n} of 7 {unit}s"
    if found.verdict == CANNOT_TELL and found.n >= FEWEST_DAYS:
        said += f", {found.n_weeks} of the {FEWEST_WEEKS} weeks that it takes"
    if has_numbers and found.mean is not None and found.low is not None and found.high is not None:
        said += f"; {_shown(found.signal, found.mean)}, usually {_shown(found.signal, found.low)} to " \
                f"{_shown(found.signal, found.high)}{SIGNALS[found.signal][1]}"
    return said + ")"


def _verdict(found: Compared) -> str:
    return BEDTIMES.get(found.verdict, VERDICTS[found.verdict]) if found.signal == "bedtime_h" else (
        VERDICTS[found.verdict]
    )


def _shown(signal: str, value: float) -> str:
    if signal == "bedtime_h":
        minutes = round(value * 60) % (24 * 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{value:,.{SIGNALS[signal][2]}f}"


def _finding(week: Week) -> Iterator[str]:
    """The strongest thing that was not told: a message kept back, else what lies farthest out of the usual."""
    if week.kept_back:
        first, *others = week.kept_back
        yield "ONE FINDING"
        yield f"Kept back until now, since the month had no message left. {first.body.strip()}"
        yield f"\nEpisode {first.episode}. {how_was_it(first.episode, first.kind)}"
        if others:
            yield "\nALSO KEPT BACK"
            yield from (f"- {other.subject}" for other in others)
        return
    outside = [found for found in week.compared if found.verdict in (HIGHER, LOWER)]
    if outside:
        far = max(outside, key=lambda found: abs(found.distance))
        yield "ONE FINDING"
        yield f"{NAMES[far.signal][0]} was {_verdict(far)}: {far.n} of 7 {NAMES[far.signal][1]}s measured, against " \
              f"{far.n_weeks} weeks of yours. One of these five is outside by chance in about one week of 20."
    elif week.lake.silence is None:
        yield "ONE FINDING"
        yield "Nothing stands out." if any(f.verdict == USUAL for f in week.compared) else (
            "There is not enough data yet to say what stands out."
        )


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
    kind = entry.alert.kind.replace("_", " ")
    return entry.subject or f"{kind.capitalize()}, {spoken_day(entry.alert.first_alert_day)}"


def _goals(goals: Sequence[Goal]) -> Iterator[str]:
    if not goals:
        return
    yield "GOALS"
    for goal in goals:
        trend = TRENDS.get(goal.verdict, "cannot tell yet whether on track")
        yield f"- {GOALS[goal.metric]}: met on {goal.n_met} of {goal.n} days; {trend}"


def _lake(lake: Lake) -> Iterator[str]:
    yield "THE LAKE"
    yield f"- Newest record of your ring: {spoken_day(lake.newest) if lake.newest else 'none yet'}"
    yield f"- Token: {_token(lake.rejected_since)}"
    for run in lake.missing[:MOST_LINES]:
        yield f"- Missing, {WORDS[run.state]}: {_days(run)} ({_collections(run)})"
    if len(lake.missing) > MOST_LINES:
        yield f"- Missing: {len(lake.missing) - MOST_LINES} more; `oura-lake status --deployed` lists them"
    if not lake.missing and lake.silence is None:
        yield "- Missing: nothing in this week"
    if lake.has_webhooks:
        yield f"- Webhooks: {_webhooks(lake.webhooks_end)}"
    cost = "not known; a budget counts it" if lake.cost_usd is None else (
        f"${lake.cost_usd:,.2f} so far this month, the whole account"
    )
    yield f"- Cost: {cost}"


def _token(rejected_since: date | None) -> str:
    if rejected_since is None:
        return "nothing against it"
    return f"rejected by Oura since {spoken_day(rejected_since)}; run `oura-lake connect --deployed`"


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
