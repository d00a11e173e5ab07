"""What becomes of one call at the public door? A job for a person who is known, a word for Oura, or nothing.

A stranger gets one and the same refusal whatever was wrong, and causes no call to AWS; only the keys are read
anew, at most once a minute, in case it was the app's secret that changed.
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from oura_lake.job import Job
from oura_lake.webhook import Call, Told, is_challenge, is_fresh, is_signed, told_of

KEYS_LAST = timedelta(minutes=1)
PERSON_LASTS = timedelta(minutes=15)  # after that a person who left is no longer known
STRANGER_LASTS = timedelta(minutes=1)
USER_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # what a parameter's name may hold


@dataclass(frozen=True)
class Reply:
    """Status and JSON body; `outcome` is the word for the log, empty where nothing is logged."""

    status: int
    body: str = "{}"
    outcome: str = ""

    def as_event(self) -> dict[str, object]:
        """As a Function URL wants it."""
        return {"statusCode": self.status, "headers": {"content-type": "application/json"}, "body": self.body}


REFUSED = Reply(403, '{"Message":"Forbidden"}')  # the words of a door that is not there for the caller


class Secret:
    """The app's client secret as it was read last."""

    def __init__(self, read: Callable[[], str | None]) -> None:
        self._read = read
        self._held: str | None = None
        self._read_at: datetime | None = None
        self._lock = threading.Lock()

    def fits(self, holds: Callable[[str], bool], now: datetime) -> bool:
        """Whether the check holds with the secret, or with the one that has replaced it since."""
        tried = self._held
        if tried and holds(tried):
            return True
        with self._lock:  # whoever comes while the first one reads waits for what it finds
            if not self._read_at or now - self._read_at >= KEYS_LAST:
                self._read_at = now  # a failed read counts: the next one is a minute away
                self._held = self._read()
            found = self._held
        return bool(found) and found != tried and holds(found or "")


class Accounts:
    """Whose user id is it? Asked once and remembered a while, a stranger's a shorter one."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._held: dict[str, tuple[str | None, datetime]] = {}

    def person(self, user_id: str, now: datetime) -> str | None:
        """The person's name; None for a user of the app whom this lake does not hold."""
        name, until = self._held.get(user_id, (None, now))
        if now >= until:
            name = self._read(user_id) if USER_ID.fullmatch(user_id) else None
            self._held[user_id] = (name, now + (PERSON_LASTS if name else STRANGER_LASTS))
        return name


@dataclass(frozen=True, kw_only=True)
class Door:
    """The public address; `send` puts a job on the queue under the slot that tells repetitions."""

    secret: Secret
    accounts: Accounts
    send: Callable[[Job, str], None]

    def answer(self, call: Call, now: datetime) -> Reply:
        """The reply to a call. `now` is aware, UTC. Raises StoreUnavailable: then Oura tries again."""
        if call.method == "GET" and self.secret.fits(lambda secret: is_challenge(call, secret), now):
            return Reply(200, json.dumps({"challenge": call.query["challenge"]}), "challenge")
        is_event = call.method == "POST" and is_fresh(call, now)
        if is_event and self.secret.fits(lambda secret: is_signed(call, secret), now):
            return self._taken(told_of(call.body), now)
        return REFUSED

    def _taken(self, told: Told | None, now: datetime) -> Reply:
        """Oura's own word is always answered with 200: 410 would end the subscription of everybody, and any other
        refusal would be repeated for an hour. What is dropped here the next schedule finds."""
        if told is None:
            return Reply(200, outcome="unreadable")
        if told.table is None:
            return Reply(200, outcome="no such collection")
        person = self.accounts.person(told.user_id, now)
        if person is None:
            return Reply(200, outcome="unknown user")
        self.send(told.job(person, told.table), told.event_time)
        return Reply(200, outcome="taken")
