"""Maintenance task: notice that records stopped, closed when they return.

The task of the tokens reports a broken token. This task reports a lake that itself stopped sending requests to Oura.
"""

from datetime import UTC, date, datetime, time

from oura_lake.alerts.model import Message
from oura_lake.lake.keys import checked_person
from oura_lake.ledger.gaps import Known
from oura_lake.maintenance import silence
from oura_lake.maintenance.model import MaintenanceTask, Upkeep
from oura_lake.maintenance.silence_wording import IDLE, STALE, idle, silent, some_stopped, stopped_kind
from oura_lake.monitoring.notices import send_once, settle
from oura_lake.sources.oura import ENDPOINTS

DAILY = tuple(endpoint for endpoint in ENDPOINTS if endpoint.is_daily)
NEWEST = """
SELECT MAX(moment) FROM (
    SELECT MAX(sampled_at) AS moment FROM stg_heartrate WHERE person = '{person}'
    UNION ALL SELECT MAX(sampled_at) AS moment FROM stg_ring_battery_level WHERE person = '{person}'
    UNION ALL SELECT MAX(bedtime_end_at) AS moment FROM stg_sleep WHERE person = '{person}'
) AS moments
"""


def run(upkeep: Upkeep) -> dict[str, int]:
    """Send a notice of silence, or close the notice of a silence that is over."""
    known = upkeep.known
    if known.rejected_since:
        return {"n_stopped": 0, "n_sent": 0}
    if not silence.was_requested_lately(known):
        return {"n_stopped": 0, "n_sent": int(_notify_of_idleness(upkeep, silence.last_requested(known)))}
    settle(upkeep.store, upkeep.person.name, IDLE, upkeep.now)
    if not silence.has_begun(known, DAILY):
        return {"n_stopped": 0, "n_sent": 0}
    gaps = upkeep.gaps
    now = upkeep.now.astimezone(UTC).replace(tzinfo=None)
    if since := silence.silent_since(newest_moment(upkeep, known), now):
        day = since.replace(tzinfo=UTC).astimezone(upkeep.zone).date()
        message = silent(day, silence.reason_of_silence(gaps, known.today), upkeep.person)
        return {"n_stopped": 0, "n_sent": int(_notify(upkeep, message))}
    settle(upkeep.store, upkeep.person.name, STALE, upkeep.now)
    found = {stopped.reason: stopped for stopped in silence.stopped(known, gaps, DAILY)}
    for reason in silence.WORTH_TELLING:
        if reason not in found:
            settle(upkeep.store, upkeep.person.name, stopped_kind(reason), upkeep.now)
    n_sent = sum(_notify(upkeep, some_stopped(stopped, upkeep.person)) for stopped in found.values())
    return {"n_stopped": sum(len(stopped.since) for stopped in found.values()), "n_sent": n_sent}


def _notify_of_idleness(upkeep: Upkeep, last: date | None) -> bool:
    """Send a notice that the lake itself stopped; on a laptop only the owner runs the lake, and knows."""
    return last is not None and upkeep.settings is not None and _notify(upkeep, idle(last))


def newest_moment(upkeep: Upkeep, known: Known) -> datetime | None:
    """Time (UTC, without a zone) of the newest record of the ring; of a day's document it is the day's noon."""
    moments = [row[0] for row in upkeep.engine.query(NEWEST.format(person=checked_person(upkeep.person.name))).rows]
    for endpoint in DAILY:
        if days := known.records.get(endpoint.name):
            noon = datetime.combine(min(max(days), known.today), time(12), upkeep.zone)
            moments.append(noon.astimezone(UTC).replace(tzinfo=None))
    return max((moment for moment in moments if moment), default=None)


def _notify(upkeep: Upkeep, message: Message) -> bool:
    return send_once(upkeep.store, upkeep.person.name, message, upkeep.send, upkeep.now)


TASK = MaintenanceTask(question="Did a person's records stop coming, and why?", run=run)
