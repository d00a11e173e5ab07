"""A reply link asks at a GET and answers at a POST; a stranger can do neither."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from oura_lake.ingestion.job import Job, Word, parse_job
from oura_lake.oura.webhook_event import Call, verification_token
from oura_lake.public_endpoint.endpoint import REFUSED, Accounts, PublicEndpoint, Reply, Secret
from oura_lake.public_endpoint.reply_links import LASTS, Answer, answer_in, token_of

NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
SECRET = "the app's secret"
ANSWER = Answer(person="me", episode="illness-2026-02-27", is_ill=True, until=NOW.replace(microsecond=0) + LASTS)
ILL, NOT_ILL = (token_of(replace(ANSWER, is_ill=is_ill), SECRET) for is_ill in (True, False))


class Aws:
    """Endpoint's dependencies, with counted calls; jobs are stored with their slots."""

    def __init__(self, secret: str | None = SECRET) -> None:
        self.secret, self.n_read, self.jobs = secret, 0, list[tuple[Job, str]]()
        self.door = PublicEndpoint(
            secret=Secret(self._read), accounts=Accounts(pytest.fail), send=lambda *job: self.jobs.append(job)
        )

    def _read(self) -> str | None:
        self.n_read += 1
        return self.secret

    def ask(
        self,
        token: str,
        method: str = "GET",
        later: timedelta = timedelta(),
        **call: bytes | dict[str, str] | dict[Any, Any],
    ) -> Reply:
        """Answer of the endpoint to a call of a link."""
        parts: dict[str, Any] = {"query": {"reply": token}, "headers": {}, "body": b""} | call
        return self.door.answer(Call(method=method, **parts), NOW + later)


class Page(HTMLParser):
    """Parts of a page: its tags, its attributes, its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[Any] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("token", [ILL, NOT_ILL], ids=["ill", "not ill"])
def test_looking_changes_nothing_however_often(token: str) -> None:
    aws = Aws()
    replies = [aws.ask(token) for _ in range(50)]
    assert {reply.status for reply in replies} == {200}
    assert aws.jobs == []


@pytest.mark.parametrize(("token", "is_ill"), [(ILL, True), (NOT_ILL, False)], ids=["ill", "not ill"])
def test_a_post_is_one_job_that_says_what_the_link_says(token: str, is_ill: bool) -> None:
    aws = Aws()
    reply = aws.ask(token, "POST", body=b"answer=other&reply=other")
    assert (reply.status, reply.outcome) == (200, "reply taken")
    [(job, _)] = aws.jobs
    word = Word(episode="illness-2026-02-27", is_ill=is_ill, at=NOW)
    assert job == Job(person="me", reason="reply", word=word)
    assert parse_job(job.body()) == job


OLD = (  # made by the code that made links until November 2026, for ANSWER at noon
    "Zy7QSspT9h_8FRkDVFr81Na8H-8GaFnM8LXywGb9z5irtkKB5vW8SlVVCAjqeyCVpy_ShHZMbikOtMCiRrbL5GUiO6ucKDE8Ih2xvzt0LyYTqN_Nhs3tTBGK"
    "5edYhofw"
)


def test_a_link_of_the_old_form_asks_and_answers_and_its_page_goes_on_with_the_new_form() -> None:
    aws = Aws()
    page = Page(aws.ask(OLD).body)
    tokens = [value.removeprefix("?reply=") for name, value in page.attributes if name == "action"]
    assert [answer_in(token, SECRET, NOW) for token in tokens] == [ANSWER, replace(ANSWER, is_ill=False)]
    assert {len(token) for token in tokens} == {160}
    assert aws.jobs == []
    assert aws.ask(OLD, "POST").outcome == "reply taken"
    [(job, _)] = aws.jobs
    assert job.word == Word(episode=ANSWER.episode, is_ill=True, at=NOW)
    assert aws.ask(OLD, later=LASTS) == aws.ask(OLD[:-1]) == REFUSED


def test_whoever_presses_twice_in_a_second_is_one_job_and_who_changes_their_mind_again_is_heard() -> None:
    aws = Aws()
    for token, seconds in ((ILL, 0), (ILL, 0.3), (NOT_ILL, 5), (ILL, 9)):
        aws.ask(token, "POST", timedelta(seconds=seconds))
    assert len({(job.wish, slot) for job, slot in aws.jobs}) == 3  # what the queue tells repetitions by
    assert len({job.body() for job, _ in aws.jobs}) == 4


REFUSED_TOKENS = {
    "none": "",
    "made up": "A" * 160,
    "made up as before": "A" * 128,
    "too long": ILL * 5000,
    "cut": ILL[:-1],
    "altered": ("A" if ILL[0] != "A" else "B") + ILL[1:],
    "of another secret": token_of(ANSWER, "the secret before"),
    "ended": token_of(replace(ANSWER, until=NOW.replace(microsecond=0)), SECRET),
    "two of them": f"{ILL},{NOT_ILL}",
    "a lone surrogate": "\ud800" * 160,
    "Oura's own": verification_token(SECRET),
}


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("token", REFUSED_TOKENS.values(), ids=REFUSED_TOKENS)
def test_any_other_token_gets_what_every_stranger_gets(token: str, method: str) -> None:
    aws = Aws()
    assert aws.ask(token, method) == REFUSED
    assert (aws.jobs, REFUSED.outcome) == ([], "")


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "post", ""])
def test_no_other_method_does_anything_with_a_true_token(method: str) -> None:
    aws = Aws()
    assert aws.ask(ILL, method) == REFUSED
    assert aws.jobs == []


def test_a_stranger_with_tokens_causes_one_read_of_the_secret_a_minute_and_nothing_else() -> None:
    aws = Aws()
    for second in range(59):
        for token in REFUSED_TOKENS.values():
            aws.ask(token, "POST", timedelta(seconds=second))
    assert (aws.n_read, aws.jobs) == (1, [])


def test_a_new_secret_of_the_app_ends_the_links_of_the_old_one_and_begins_its_own() -> None:
    aws = Aws()
    aws.ask(ILL)
    aws.secret = "the next secret"
    fresh = token_of(ANSWER, aws.secret)
    assert aws.ask(fresh, later=timedelta(minutes=1)).status == 200
    assert aws.ask(ILL, later=timedelta(minutes=1)) == REFUSED


def test_without_an_app_no_link_is_any() -> None:
    assert Aws(secret=None).ask(token_of(ANSWER, ""), "POST") == REFUSED


def test_a_link_does_not_pass_for_oura_nor_oura_for_a_link() -> None:
    aws = Aws()
    challenge = {"verification_token": verification_token(SECRET), "challenge": "c"}
    assert aws.ask("A" * 160, query=challenge | {"reply": "A" * 160}) == REFUSED
    assert aws.ask(ILL, query={"verification_token": ILL, "challenge": "c"}) == REFUSED


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_may_load_nothing_be_kept_nowhere_and_send_a_form_to_its_own_address_alone(method: str) -> None:
    reply = Aws().ask(ILL, method)
    assert dict(reply.headers) == {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
    }
    assert reply.as_event()["headers"] == dict(reply.headers)
    page = Page(reply.body)
    assert not {"script", "style", "link", "img", "iframe", "base", "a", "input"} & set(page.tags)
    assert {name for name, _ in page.attributes} <= {"lang", "charset", "name", "content", "method", "action"}
    assert {value for name, value in page.attributes if name == "method"} == {"post"}


def test_the_page_asks_for_both_answers_that_of_the_link_first_and_its_buttons_give_them() -> None:
    for token, first in ((ILL, True), (NOT_ILL, False)):
        page = Page(Aws().ask(token).body)
        actions = [value for name, value in page.attributes if name == "action"]
        given = [answer_in(action.removeprefix("?reply="), SECRET, NOW) for action in actions]
        assert given == [replace(ANSWER, is_ill=is_ill) for is_ill in (first, not first)]
        assert "The alert of 27 February 2026, person: me. Were you ill in those days?" in page.text
        assert "works until 15 March 2026" in page.text


def test_after_an_answer_the_page_offers_the_other_one() -> None:
    page = Page(Aws().ask(NOT_ILL, "POST").body)
    [action] = [value for name, value in page.attributes if name == "action"]
    assert answer_in(action.removeprefix("?reply="), SECRET, NOW) == ANSWER
    assert "Taken: no illness" in page.text


def test_what_a_chat_shows_of_a_page_is_a_title_that_says_nothing() -> None:
    body = Aws().ask(ILL).body
    assert body.partition("<title>")[2].partition("</title>")[0] == "Oura Lake: how was it?"
    assert "og:" not in body
    assert not [word for word in ("illness-2026", "illness") if word in body]
