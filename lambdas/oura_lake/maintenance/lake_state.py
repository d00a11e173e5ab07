"""State of a lake for the weekly mail: freshness, permission, completeness, cost."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

from oura_lake.errors import OuraLakeError
from oura_lake.lake.keys import checked_person
from oura_lake.ledger.gaps import NOTHING_RECORDED, SERIES, Gap, Known, missing
from oura_lake.maintenance.lake_wording import Lake
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.silence import reason_of_silence, was_requested_lately
from oura_lake.maintenance.silence_wording import NOT_REQUESTED, SILENT, worded
from oura_lake.maintenance.tasks.staleness import newest_moment
from oura_lake.maintenance.weekly_wording import Goal

SUNDAY = timedelta(days=6)
MET = """
SELECT metric, CAST(SUM(IF(is_met, 1, 0)) AS integer) AS n_met, CAST(COUNT(is_met) AS integer) AS n,
    MAX_BY(verdict, day) AS verdict
FROM goals WHERE person = '{person}' AND day BETWEEN DATE '{first}' AND DATE '{last}'
GROUP BY metric HAVING COUNT(is_met) > 0 ORDER BY metric
"""
NOT_CONNECTED = (
    "Nobody has connected a ring to this lake yet.",
    "Run `oura-lake connect {connect}`.",
)
REJECTED = (
    "Oura accepts no token any more: the permission was taken back, or the token was lost on its way.",
    "Run `oura-lake connect {connect}`; the days since then are fetched after that.",
)


def lake_of(upkeep: Upkeep, monday: date) -> Lake:
    """State of the lake for the mail about the week of that Monday; raises QueryFailed and StoreError."""
    known, gaps = upkeep.known, upkeep.gaps
    newest = newest_moment(upkeep, known)
    recorded_days = {day for name, days in known.records.items() if name not in SERIES for day in days}
    is_silent = not any(monday + timedelta(days=n) in recorded_days for n in range(7))
    return Lake(
        newest=newest.replace(tzinfo=UTC).astimezone(upkeep.zone).date() if newest else None,
        rejected_since=known.rejected_since,
        silence=_silence(upkeep, known, gaps) if is_silent else None,
        missing=() if is_silent else missing([gap for gap in gaps if _is_worth_a_line(gap, known, monday)]),
        has_webhooks=bool(upkeep.settings and upkeep.settings.webhook_url),
        webhooks_end=_webhooks_end(upkeep),
        cost_usd=_cost(upkeep),
    )


def goals_of(upkeep: Upkeep, monday: date) -> list[Goal]:
    """Each goal that had a day in the week; raises QueryFailed."""
    sql = MET.format(person=checked_person(upkeep.person.name), first=monday, last=monday + SUNDAY)
    return [Goal(**row) for row in upkeep.engine.query(sql).dicts()]


def _silence(upkeep: Upkeep, known: Known, gaps: list[Gap]) -> tuple[str, str]:
    """Likely reason why no record of the week arrived, and the advice."""
    if known.rejected_since:
        text = REJECTED
    elif not known.requests and not known.records:
        text = NOT_CONNECTED
    elif not was_requested_lately(known):
        text = NOT_REQUESTED
    else:
        text = SILENT[reason_of_silence(gaps, known.today)]
    return worded(text, upkeep.person)


def _is_worth_a_line(gap: Gap, known: Known, monday: date) -> bool:
    """Return whether a gap of the week is worth a line; one of a collection that never had a record is not."""
    is_known = gap.state != NOTHING_RECORDED or bool(known.records.get(gap.collection))
    return is_known and monday <= gap.day <= monday + SUNDAY


def _webhooks_end(upkeep: Upkeep) -> datetime | None:
    """Time at which the first of this lake's webhooks ends; None without any, or if Oura does not answer now."""
    settings, account = upkeep.settings, upkeep.account
    if not settings or not account or not settings.webhook_url:
        return None
    try:
        with account.subscriptions() or nullcontext() as api:
            ends = [s.expires for s in api.all() if s.callback_url == settings.webhook_url] if api else []
    except OuraLakeError:  # the mail goes out all the same, and reports that the end is not known
        return None
    return min(ends, default=None)


def _cost(upkeep: Upkeep) -> float | None:
    """Cost of this month by the account's own budget, where the stack made one."""
    if not upkeep.account or not upkeep.settings or not upkeep.settings.budget:
        return None
    return upkeep.account.month_cost()
