"""Wording of the weekly mail's part about the lake: newest record, token, gaps, webhooks, cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from oura_lake.alerts.wording.dates import listed, spoken_day
from oura_lake.ledger.gaps import WORDS, Missing

MOST_NAMES, MOST_LINES = 3, 6


@dataclass(frozen=True, kw_only=True)
class Lake:
    """State of the lake.

    `silence` is the likely reason why no record was received in the week, and the advice; None if one was.
    `webhooks_end` is the end of the first subscription, None without any. `cost_usd` is None where it is not known.
    """

    newest: date | None
    rejected_since: date | None = None
    silence: tuple[str, str] | None = None
    missing: Sequence[Missing] = ()
    has_webhooks: bool = False
    webhooks_end: datetime | None = None
    cost_usd: float | None = None


def nothing_received(lake: Lake) -> list[str]:
    """Sentences that no record was received, with the reason; empty if one was."""
    if lake.silence is None:
        return []
    why, what = lake.silence
    return ["Nothing of your ring came for this week.", "", "LIKELY REASON", why, "", "WHAT TO DO", what]


def lines(lake: Lake, options: str) -> Iterator[str]:
    """Part of the mail about the lake."""
    yield "THE LAKE"
    yield f"- Newest record of your ring: {spoken_day(lake.newest) if lake.newest else 'none yet'}"
    yield f"- Token: {_token(lake.rejected_since, options)}"
    yield from _missing(lake.missing, options, is_silent=lake.silence is not None)
    if lake.has_webhooks:
        yield f"- Webhooks: {_webhooks(lake.webhooks_end)}"
    yield f"- Cost: {_cost(lake.cost_usd)}"


def _missing(runs: Sequence[Missing], options: str, *, is_silent: bool) -> Iterator[str]:
    for run in runs[:MOST_LINES]:
        yield f"- Missing, {WORDS[run.state]}: {_days(run)} ({_collections(run)})"
    if len(runs) > MOST_LINES:
        yield f"- Missing: {len(runs) - MOST_LINES} more; `oura-lake status {options}` lists them"
    if not runs and not is_silent:
        yield "- Missing: nothing in this week"


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


def _cost(usd: float | None) -> str:
    if usd is None:
        return "not known; a budget counts it"
    return f"${usd:,.2f} so far this month, the whole account"
