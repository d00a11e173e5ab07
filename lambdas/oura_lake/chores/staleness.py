"""Did a person's records stop coming? Told once with the likely reason, settled when they come again.

A broken token is not told here: the chore that watches tokens does.
"""

from datetime import UTC, datetime, time

from oura_lake.alerts._model import Message
from oura_lake.chores import _silence as silence
from oura_lake.chores._model import Upkeep
from oura_lake.chores._silence_words import STALE, silent, some_stopped, stopped_kind
from oura_lake.chores.gaps import known_of
from oura_lake.lake.gaps import Known, find_gaps
from oura_lake.lake.layout import checked_person
from oura_lake.notices import settle, tell_once
from oura_lake.sources.oura import ENDPOINTS

QUESTION = "Did a person's records stop coming, and why?"
DAILY = tuple(endpoint for endpoint in ENDPOINTS if endpoint.is_daily)
NEWEST = """
SELECT MAX(moment) FROM (
    SELECT MAX(sampled_at) AS moment FROM stg_heartrate WHERE person = '{person}'
    UNION ALL SELECT MAX(sampled_at) AS moment FROM stg_ring_battery_level WHERE person = '{person}'
    UNION ALL SELECT MAX(bedtime_end_at) AS moment FROM stg_sleep WHERE person = '{person}'
) AS moments
"""


def run(upkeep: Upkeep) -> dict[str, int]:
    """Tell of silence, or end the notice of one that is over."""
    known = known_of(upkeep.engine, upkeep.store, upkeep.person.name, upkeep.now, upkeep.zone)
    is_telling = not known.rejected_since and silence.was_asked_lately(known) and silence.has_begun(known, DAILY)
    if not is_telling:
        return {"n_stopped": 0, "n_sent": 0}
    gaps = list(find_gaps(known, ENDPOINTS))
    now = upkeep.now.astimezone(UTC).replace(tzinfo=None)
    if since := silence.silent_since(newest_moment(upkeep, known), now):
        day = since.replace(tzinfo=UTC).astimezone(upkeep.zone).date()
        message = silent(day, silence.reason_of_silence(gaps, known.today))
        return {"n_stopped": 0, "n_sent": int(_tell(upkeep, message))}
    settle(upkeep.store, upkeep.person.name, STALE, upkeep.now)
    found = {stopped.reason: stopped for stopped in silence.stopped(known, gaps, DAILY)}
    for reason in silence.WORTH_TELLING:
        if reason not in found:
            settle(upkeep.store, upkeep.person.name, stopped_kind(reason), upkeep.now)
    n_sent = sum(_tell(upkeep, some_stopped(stopped)) for stopped in found.values())
    return {"n_stopped": sum(len(stopped.since) for stopped in found.values()), "n_sent": n_sent}


def newest_moment(upkeep: Upkeep, known: Known) -> datetime | None:
    """The moment (UTC, without a zone) of the newest record of the ring; of a day's document it is the day's noon."""
    moments = [row[0] for row in upkeep.engine.query(NEWEST.format(person=checked_person(upkeep.person.name))).rows]
    for endpoint in DAILY:
        if days := known.records.get(endpoint.name):
            noon = datetime.combine(min(max(days), known.today), time(12), upkeep.zone)
            moments.append(noon.astimezone(UTC).replace(tzinfo=None))
    return max((moment for moment in moments if moment), default=None)


def _tell(upkeep: Upkeep, message: Message) -> bool:
    return tell_once(upkeep.store, upkeep.person.name, message, upkeep.send, upkeep.now)
