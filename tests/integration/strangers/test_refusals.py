"""Refusals in unknown words, and a webhook's document that is not there yet, as strangers met them.

The words and the steps lie beside the checkout (refusal_words.py and webhook_404.py of ../shared/cases). The tests read
those files and do not run them.
"""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from oura_lake.errors import AppRefused, OuraLakeError, SourceError, SourceUnavailable, TokenRejected
from oura_lake.ingestion.job import Job
from oura_lake.ingestion.worker import Fetcher
from oura_lake.lake.store import MemoryStore
from oura_lake.oura.oauth import Authority
from oura_lake.oura.tokens import App, Token
from oura_lake.person import Person
from support.builders import NOON, FakeOura, a_table

TOKEN = Token(
    access_token="a1",
    refresh_token="r1",
    expires_at=datetime(2026, 1, 1, tzinfo=UTC),
    token_url="https://oura.test/token",
)
OF_THE_APP = ("unauthorized_client", "unsupported_grant_type")
NIGHT = {
    "id": "s1",
    "day": "2026-08-20",
    "type": "long_sleep",
    "bedtime_start": "2026-08-19T23:10:00+02:00",
    "bedtime_end": "2026-08-20T07:10:00+02:00",
    "time_in_bed": 28800,
    "total_sleep_duration": 25200,
}


@pytest.fixture
def bodies(shared: Path) -> list[Any]:
    """Read the listed bodies of a 400."""
    return listed_in(shared / "cases" / "refusal_words.py")


@pytest.fixture
def steps(shared: Path) -> list[tuple[str, bool]]:
    """Read the listed events of one document; the flag means that Oura has the document."""
    return [(event, is_there) for _, event, is_there in listed_in(shared / "cases" / "webhook_404.py")]


def listed_in(path: Path) -> list[Any]:
    """Values that the one loop of a file iterates over."""
    if not path.is_file():
        pytest.skip(f"the reference material is absent: {path}")
    [listed] = [node.iter for node in ast.parse(path.read_text()).body if isinstance(node, ast.For)]
    return list(ast.literal_eval(listed))


def refusal(status: int, body: Any) -> OuraLakeError:
    """Error that a renewal ends with."""
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    transport = httpx.MockTransport(lambda request: httpx.Response(status, **content))
    with pytest.raises(OuraLakeError) as raised:
        Authority(app=App(client_id="c", client_secret="s"), transport=transport).renew(TOKEN)
    return raised.value


def test_a_refusal_is_laid_on_the_app_only_where_its_words_speak_of_the_app(bodies: list[Any]) -> None:
    assert len(bodies) == 12
    for body in bodies:
        is_of_the_app = isinstance(body, dict) and body.get("error") in OF_THE_APP
        error = refusal(400, body)
        assert isinstance(error, TokenRejected), body
        assert isinstance(error, AppRefused) == is_of_the_app, body
        assert "oura-lake connect" in str(error), body
        assert ("it refuses the app" in str(error)) == is_of_the_app, body


def test_no_refusal_repeats_what_it_was_sent(bodies: list[Any]) -> None:
    assert [body for body in bodies if "r1" in str(refusal(400, body))] == []


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"title": "Unauthorized", "detail": "Invalid refresh token."}, TokenRejected),
        (403, {"error": "access_denied"}, TokenRejected),
        (429, {"x": 1}, SourceUnavailable),
    ],
)
def test_other_refusals_say_whether_to_connect_or_to_wait(
    status: int, body: dict[str, Any], kind: type[SourceError]
) -> None:
    error = refusal(status, body)
    assert isinstance(error, kind)
    assert not isinstance(error, AppRefused)


class Quiet:
    """A bus that sends nothing."""

    def documents_landed(self, *_: object) -> None:
        """Send nothing."""


class Worker:
    """A person's lake in memory, fed by jobs of webhooks."""

    def __init__(self) -> None:
        self.oura, self.store, self.now = FakeOura(), MemoryStore(), NOON

    def does(self, event: str, is_there: bool) -> OuraLakeError | None:
        """Do one job, twenty minutes after the last, and return the error that sends it back to the queue."""
        self.oura.documents["sleep"] = [NIGHT] if is_there else []
        self.now += timedelta(minutes=20)
        job = Job(person="me", endpoints=("sleep",), document_id="s1", event=event, reason="webhook")
        fetcher = Fetcher(store=self.store, bus=Quiet(), log=lambda line: None)
        try:
            fetcher.do(job, Person(name="me"), self.oura, self.now)
        except OuraLakeError as error:
            return error
        return None

    @property
    def rows(self) -> list[bool]:
        """Flags of the rows that are deleted."""
        found = a_table(self.store, "sleep").partition("2026").rows().values()
        return [row["is_deleted"] for row in found]


def test_a_document_that_is_not_there_yet_is_asked_for_again_and_lands() -> None:
    worker = Worker()
    assert worker.does("create", is_there=False) is not None
    assert worker.rows == []
    assert worker.does("create", is_there=True) is None
    assert worker.rows == [False]


def test_the_steps_of_a_stranger_end_with_the_night_in_place(steps: list[tuple[str, bool]]) -> None:
    worker = Worker()
    went_back = [worker.does(event, is_there) is not None for event, is_there in steps]
    assert steps == [("create", False), ("create", True), ("update", False)]
    assert went_back == [True, False, True]
    assert worker.rows == [False]


def test_an_update_whose_document_cannot_be_found_buries_nothing() -> None:
    worker = Worker()
    worker.does("create", is_there=True)
    worker.does("update", is_there=False)
    assert worker.rows == [False]


def test_a_deletion_whose_document_cannot_be_found_buries_it() -> None:
    worker = Worker()
    worker.does("create", is_there=True)
    assert worker.does("delete", is_there=False) is None
    assert worker.rows == [True]
