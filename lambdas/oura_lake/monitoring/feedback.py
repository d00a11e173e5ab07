"""Feedback on an episode: a row of the table `feedback`; the last answer counts."""

from datetime import UTC, datetime, tzinfo

from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.labels import BY_PERSON, Label
from oura_lake.alerts.ledger import stored_entries
from oura_lake.alerts.model import Entry
from oura_lake.errors import SettingsWrong
from oura_lake.ingestion.job import Word
from oura_lake.lake.documents import Table, land
from oura_lake.lake.keys import own_keys, partitions_prefix
from oura_lake.lake.rows import Row
from oura_lake.lake.store import Store
from oura_lake.registry import plugins
from oura_lake.sources.lake import SOURCE

MOST_NAMED = 5


def store_feedback(store: Store, person: str, episode: str, is_ill: bool | None, note: str, now: datetime) -> Entry:
    """Store feedback on an episode; raises SettingsWrong where there is no such episode, and StoreError.

    A note alone keeps the earlier answer, and a repeated answer keeps the moment of the first.
    """
    known = {e.id: e for kind in plugins(ALERT_KINDS, AlertKind) for e in stored_entries(store, person, kind)}
    if episode not in known:
        latest = sorted(known.values(), key=lambda e: e.alert.first_alert_day, reverse=True)[:MOST_NAMED]
        named = f"the latest are {', '.join(e.id for e in latest)}" if latest else "there is none yet"
        raise SettingsWrong(f"There is no episode {episode} of {person}", named)
    entry, before = known[episode], _row(store, person, episode)
    since = now
    if before and is_ill in (None, before["is_ill"]):
        is_ill, note = before["is_ill"], note or before["note"] or ""
        since = before["said_at"].replace(tzinfo=UTC)
    document = {
        "id": episode,
        "day": entry.alert.onset_day.isoformat(),
        "kind": entry.alert.kind,
        "is_ill": is_ill,
        "note": note,
        "said_at": since.isoformat(),
    }
    land(_table(store, person), [document], now, "feedback")
    return entry


def store_reply(store: Store, person: str, word: Word) -> bool:
    """Store the answer of a link; returns whether it is news. Raises as `store_feedback` does.

    A repeated answer changes nothing, not even its note, and a later answer of another origin stays.
    """
    before = _row(store, person, word.episode)
    if before and (before["is_ill"] == word.is_ill or before["said_at"] > word.at.replace(tzinfo=None)):
        return False
    store_feedback(store, person, word.episode, word.is_ill, "", word.at)
    return True


def feedback_labels(store: Store, person: str, zone: tzinfo = UTC) -> dict[str, Label]:
    """Read a person's feedback by episode, with its day in a zone; raises UnreadableObject and StoreUnavailable."""
    return {
        str(r["id"]): Label(
            is_ill=r["is_ill"],
            source=BY_PERSON,
            note=r["note"] or "",
            on=r["said_at"].replace(tzinfo=UTC).astimezone(zone).date(),
        )
        for r in _rows(store, person)
    }


def _row(store: Store, person: str, episode: str) -> Row | None:
    return next((row for row in _rows(store, person) if row["id"] == episode), None)


def _rows(store: Store, person: str) -> list[Row]:
    table = _table(store, person)
    found = own_keys(table.endpoint, store.keys(partitions_prefix(table.endpoint, person)))
    rows = [row for own in found for row in table.partition(own.period).rows().values()]
    return [row for row in rows if not row["is_deleted"]]


def _table(store: Store, person: str) -> Table:
    return Table(store=store, source=SOURCE.name, endpoint=SOURCE.endpoint("feedback"), person=person)
