"""One call at the public endpoint: a job for a known person, an answer for Oura, or nothing.

A GET of a reply link shows a page. A press of its button, or a POST of a program, sends a job that stores the answer. A
GET changes nothing, since chat programs and mail scanners follow links.

Every stranger gets the same refusal and causes no call to AWS; only the keys are read anew, at most once a minute, in
case the app's secret has changed. While they cannot be read, a call that does not fit the known keys is asked to try
again, and Oura does.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from oura_lake.contract import Reason
from oura_lake.errors import StoreUnavailable
from oura_lake.ingestion.job import Job, Word
from oura_lake.oura.webhook_event import Call, WebhookEvent, is_challenge, is_fresh, is_signed, parse_event
from oura_lake.public_endpoint.reply_links import QUERY, Answer, answer_in, token_of
from oura_lake.public_endpoint.reply_page import HEADERS, question, thanks

KEYS_LAST = timedelta(minutes=1)
UNREAD_LASTS = timedelta(seconds=5)  # after a read that failed
PERSON_LASTS = timedelta(minutes=15)  # after that a person who left is no longer known
STRANGER_LASTS = timedelta(minutes=1)
Found = TypeVar("Found")
USER_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # what a parameter's name may hold


@dataclass(frozen=True)
class Reply:
    """Status, body and headers; `outcome` is the word for the log, empty where nothing is logged."""

    status: int
    body: str = "{}"
    outcome: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    def as_event(self) -> dict[str, object]:
        """Convert the reply to the form of a Function URL."""
        return {"statusCode": self.status, "headers": dict(self.headers), "body": self.body}


REFUSED = Reply(403, '{"Message":"Forbidden"}')  # the answer of AWS to an unsigned call
COME_AGAIN = Reply(503, '{"Message":"Service Unavailable"}')
UNREAD = replace(COME_AGAIN, outcome="the app's secret could not be read")


class Unread(Exception):
    """The keys cannot be read, so that no call can be checked; `is_news` for the read that failed."""

    def __init__(self, *, is_news: bool) -> None:
        super().__init__()
        self.is_news = is_news


class Secret:
    """The app's client secret at its last reading."""

    def __init__(self, read: Callable[[], str | None]) -> None:
        self._read = read
        self._cached: str | None = None
        self._read_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._lock = threading.Lock()

    def finds(self, ask: Callable[[str], Found], now: datetime) -> Found | None:
        """Find something with the secret, or with the one that has replaced it since. Raises Unread."""
        tried = self._cached
        if tried and (answer := ask(tried)):
            return answer
        with self._lock:  # concurrent calls wait for the result of the first read
            if not self._read_at or now - self._read_at >= KEYS_LAST:
                self._refresh(now)
            fresh = self._cached
        return ask(fresh) if fresh and fresh != tried else None

    def _refresh(self, now: datetime) -> None:
        """Read the secret anew, some seconds after a read that failed at the earliest; raises Unread."""
        if self._failed_at and now - self._failed_at < UNREAD_LASTS:
            raise Unread(is_news=False)
        try:
            self._cached, self._read_at = self._read(), now
        except StoreUnavailable as error:
            self._failed_at = now
            raise Unread(is_news=True) from error


class Accounts:
    """Persons by user id, cached for a while, strangers for a shorter one."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._cached: dict[str, tuple[str | None, datetime]] = {}

    def person(self, user_id: str, now: datetime) -> str | None:
        """Name of the person; None for a user of the app without a lake here."""
        name, until = self._cached.get(user_id, (None, now))
        if now >= until:
            name = self._read(user_id) if USER_ID.fullmatch(user_id) else None
            self._cached[user_id] = (name, now + (PERSON_LASTS if name else STRANGER_LASTS))
        return name


@dataclass(frozen=True, kw_only=True)
class PublicEndpoint:
    """The public endpoint; `send` puts a job on the queue under the slot that identifies repetitions."""

    secret: Secret
    accounts: Accounts
    send: Callable[[Job, str], None]

    def answer(self, call: Call, now: datetime) -> Reply:
        """Reply to a call. `now` is aware, UTC. Raises StoreUnavailable for Oura's signed calls: it tries again."""
        try:
            return self._answer(call, now)
        except Unread as unread:
            return UNREAD if unread.is_news else COME_AGAIN

    def _answer(self, call: Call, now: datetime) -> Reply:
        if QUERY in call.query:
            return self._by_link(call, now)
        if call.method == "GET" and self.secret.finds(lambda secret: is_challenge(call, secret), now):
            return Reply(200, json.dumps({"challenge": call.query["challenge"]}), "challenge")
        is_event = call.method == "POST" and is_fresh(call, now)
        if is_event and self.secret.finds(lambda secret: is_signed(call, secret), now):
            return self._taken(parse_event(call.body), now)
        return REFUSED

    def _by_link(self, call: Call, now: datetime) -> Reply:
        """Reply to a link: GET shows the page, POST sends the answer as a job, anything else gets a stranger's 403."""
        token = call.query[QUERY]
        sealed = self.secret.finds(lambda secret: _sealed(token, secret, now), now)
        if sealed is None or call.method not in ("GET", "POST"):
            return REFUSED
        answer, tokens = sealed
        if call.method == "GET":
            return Reply(200, question(answer, tokens), "reply asked", HEADERS)
        word = Word(episode=answer.episode, is_ill=answer.is_ill, at=now)
        second = now.replace(microsecond=0)  # an answer is one job a second at most, however often it is sent
        self.send(Job(person=answer.person, reason="reply", word=word), second.isoformat())
        return Reply(200, thanks(answer, tokens), "reply taken", HEADERS)

    def _taken(self, event: WebhookEvent | None, now: datetime) -> Reply:
        """Send the job of Oura's event; the reply is always 200.

        A 410 would end the subscription for every person, and Oura would repeat any other refusal for an hour. The next
        schedule finds a dropped document.
        """
        if event is None:
            return Reply(200, outcome="unreadable")
        if event.table is None:
            return Reply(200, outcome="no such collection")
        person = self.accounts.person(event.user_id, now)
        if person is None:
            return Reply(200, outcome="unknown user")
        self.send(job_of(event, person, event.table), event.event_time)
        return Reply(200, outcome="taken")


def _sealed(token: str, client_secret: str, now: datetime) -> tuple[Answer, dict[bool, str]] | None:
    """Read the answer in a token, and make the tokens of both answers with the same end."""
    answer = answer_in(token, client_secret, now)
    if answer is None:
        return None
    return answer, {is_ill: token_of(replace(answer, is_ill=is_ill), client_secret) for is_ill in (True, False)}


def job_of(event: WebhookEvent, person: str, table: str) -> Job:
    """Make the job that ingests the event's document."""
    return Job(
        person=person,
        endpoints=(table,),
        document_id=event.object_id,
        event=event.event_type,
        reason=Reason.WEBHOOK,
    )
