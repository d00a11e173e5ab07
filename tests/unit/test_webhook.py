"""Does the public door let Oura in, and nobody else?"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.door import REFUSED, Accounts, Door, Reply, Secret
from oura_lake.errors import StoreUnavailable
from oura_lake.job import Job
from oura_lake.local.simulator import webhooks as simulated
from oura_lake.webhook import LONGEST_BODY, Call, call_of, signature, verification_token

NOW = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)
SECRET = "the app's secret"
MINUTE = timedelta(minutes=1)


def an_event(**changes: Any) -> bytes:
    """The body of an event."""
    told = {
        "event_type": "create", "data_type": "sleep", "object_id": "night", "event_time": "2026-08-21T11:59:00+00:00",
        "user_id": "user-1",
    }
    return json.dumps(told | changes).encode()


def signed(body: bytes = an_event(), at: datetime = NOW, secret: str = SECRET, stamp: str = "") -> Call:
    """A POST as Oura signs it; `stamp` replaces the time's text."""
    text = stamp or str(int(at.timestamp()))
    headers = {"x-oura-timestamp": text, "x-oura-signature": signature(secret, text, body)}
    return Call(method="POST", query={}, headers=headers, body=body)


class Aws:
    """What the door may ask, counted; jobs are kept with their slots."""

    def __init__(self, secret: str | None = SECRET) -> None:
        self.secret, self.users, self.asked, self.jobs = secret, {"user-1": "me"}, list[str](), list[tuple[Job, str]]()
        self.door = Door(
            secret=Secret(self._secret), accounts=Accounts(self._person), send=lambda *job: self.jobs.append(job)
        )

    def _secret(self) -> str | None:
        self.asked.append("secret")
        return self.secret

    def _person(self, user_id: str) -> str | None:
        self.asked.append(user_id)
        return self.users.get(user_id)

    def answer(self, call: Call, at: datetime = NOW) -> Reply:
        """The door's answer."""
        return self.door.answer(call, at)


@pytest.mark.parametrize("stamp", ["", "1787313600000"], ids=["seconds", "milliseconds"])
def test_what_oura_signed_becomes_a_job(stamp: str) -> None:
    aws = Aws()
    assert aws.answer(signed(stamp=stamp)).status == 200
    job = Job(person="me", endpoints=("sleep",), document_id="night", event="create", reason="webhook")
    assert aws.jobs == [(job, "2026-08-21T11:59:00+00:00")]


def test_the_simulated_provider_signs_as_the_door_expects() -> None:
    assert simulated.signature(SECRET, "1", b"{}") == signature(SECRET, "1", b"{}")


def test_a_data_type_goes_to_the_table_that_it_fills() -> None:
    aws = Aws()
    aws.answer(signed(an_event(data_type="vo2_max")))
    assert aws.jobs[0][0].endpoints == ("vo2_max",)


@pytest.mark.parametrize("late", [timedelta(hours=-2), -MINUTE, timedelta(0), 4 * MINUTE], ids=str)
def test_a_clock_may_differ_by_the_hours_that_oura_repeats_and_by_some_minutes_ahead(late: timedelta) -> None:
    assert Aws().answer(signed(at=NOW + late)).status == 200


FORGED: dict[str, Call] = {
    "stale": signed(at=NOW - timedelta(hours=2, seconds=1)),
    "of the future": signed(at=NOW + 6 * MINUTE),
    "signed by an old secret": signed(secret="the secret before"),
    "unsigned": Call(method="POST", query={}, headers={}, body=an_event()),
    "in lower case": Call(
        method="POST", query={}, body=b"", headers={k: v.lower() for k, v in signed(b"").headers.items()}
    ),
    "another body": Call(method="POST", query={}, headers=signed().headers, body=an_event(object_id="other")),
    "huge": signed(b" " * (LONGEST_BODY + 1)),
    "a time that is none": signed(stamp="noon"),
    "a time of other digits": signed(stamp="१७८७३१३६००"),
    "an endless time": signed(stamp="1" * 5000),
    "a negative time": signed(stamp="-1"),
    "a lone surrogate": Call(
        method="POST", query={}, headers={"x-oura-timestamp": "1787313600", "x-oura-signature": "\ud800"}, body=b""
    ),
    "PUT": Call(method="PUT", query={}, headers=signed().headers, body=an_event()),
    "GET without a token": Call(method="GET", query={"challenge": "c"}, headers={}, body=b""),
    "GET with a wrong token": Call(
        method="GET", query={"verification_token": "t", "challenge": "c"}, headers={}, body=b""
    ),
    "GET with a signed event": Call(method="GET", query={}, headers=signed().headers, body=an_event()),
    "an endless challenge": Call(
        method="GET", query={"verification_token": verification_token(SECRET), "challenge": "c" * 201}, headers={},
        body=b"",
    ),
}  # fmt: skip
EVERY_FORGERY = pytest.mark.parametrize("call", FORGED.values(), ids=FORGED)


@EVERY_FORGERY
def test_a_stranger_gets_one_and_the_same_refusal_and_changes_nothing(call: Call) -> None:
    aws = Aws()
    aws.answer(signed(an_event(object_id="first")))
    assert aws.answer(call) == REFUSED
    assert len(aws.jobs) == 1


@EVERY_FORGERY
def test_a_stranger_causes_no_call_to_aws_but_one_for_the_secret_a_minute(call: Call) -> None:
    aws = Aws()
    aws.answer(signed())
    asked = len(aws.asked)
    for second in range(59):
        aws.answer(call, NOW + timedelta(seconds=second))
    assert len(aws.asked) == asked
    for second in range(60, 119):
        aws.answer(call, NOW + timedelta(seconds=second))
    assert aws.asked[asked:] in ([], ["secret"])


@given(body=st.binary(max_size=300), stamp=st.text(max_size=20), given_signature=st.text(max_size=70))
def test_no_signature_that_is_made_up_is_taken(body: bytes, stamp: str, given_signature: str) -> None:
    aws = Aws()
    headers = {"x-oura-timestamp": stamp, "x-oura-signature": given_signature}
    assert aws.answer(Call(method="POST", query={}, headers=headers, body=body)) == REFUSED
    assert aws.jobs == []


@given(st.binary(max_size=300))
def test_whatever_oura_signs_is_taken_or_dropped_but_never_fails(body: bytes) -> None:
    aws = Aws()
    reply = aws.answer(signed(body))
    assert (reply.status, reply.outcome) == (200, "unreadable")
    assert aws.jobs == []


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"event_type": "explode"}, "unreadable"),
        ({"object_id": 7}, "unreadable"),
        ({"object_id": ""}, "unreadable"),
        ({"user_id": None}, "unreadable"),
        ({"data_type": "meal"}, "no such collection"),
        ({"data_type": "heartrate"}, "no such collection"),
        ({"user_id": "user-2"}, "unknown user"),
        ({"user_id": "../app"}, "unknown user"),
    ],
)
def test_what_is_not_ours_is_dropped_with_a_200_so_that_nobody_loses_the_subscription(
    changes: dict[str, Any], outcome: str
) -> None:
    aws = Aws()
    assert aws.answer(signed(an_event(**changes))) == Reply(200, outcome=outcome)
    assert aws.jobs == []
    assert "../app" not in aws.asked


def test_a_user_is_asked_for_once_and_an_unknown_one_again_after_a_minute() -> None:
    aws = Aws()
    for second in range(0, 60, 10):
        aws.answer(signed(), NOW + timedelta(seconds=second))
        aws.answer(signed(an_event(user_id="user-2")), NOW + timedelta(seconds=second))
    assert aws.asked == ["secret", "user-1", "user-2"]
    aws.users["user-2"] = "ada"
    assert aws.answer(signed(an_event(user_id="user-2")), NOW + MINUTE).outcome == "taken"


def test_a_person_who_left_is_unknown_a_quarter_of_an_hour_later() -> None:
    aws = Aws()
    aws.answer(signed())
    aws.users.clear()
    assert aws.answer(signed(), NOW + 15 * MINUTE).outcome == "unknown user"


def test_the_challenge_is_answered_to_who_knows_the_token() -> None:
    query = {"verification_token": verification_token(SECRET), "challenge": 'a "quoted" one'}
    reply = Aws().answer(Call(method="GET", query=query, headers={}, body=b""))
    assert (reply.status, json.loads(reply.body)) == (200, {"challenge": 'a "quoted" one'})


def test_a_new_secret_is_taken_a_minute_after_the_old_one_was_read() -> None:
    aws = Aws()
    aws.answer(signed())
    aws.secret = "another"
    assert aws.answer(signed(secret="another")) == REFUSED
    assert aws.answer(signed(secret="another"), NOW + MINUTE).outcome == "taken"
    assert aws.answer(signed(), NOW + 2 * MINUTE) == REFUSED


def test_before_anybody_connected_nothing_fits_not_even_an_empty_secret() -> None:
    aws = Aws(secret=None)
    assert aws.answer(signed(secret="")) == REFUSED
    aws.secret = SECRET
    assert aws.answer(signed(), NOW + MINUTE).outcome == "taken"


def test_trouble_in_aws_is_an_error_so_that_oura_tries_again() -> None:
    def down(_: str) -> str | None:
        raise StoreUnavailable("Down.")

    door = Door(secret=Secret(lambda: SECRET), accounts=Accounts(down), send=lambda *_: None)
    with pytest.raises(StoreUnavailable):
        door.answer(signed(), NOW)


def encoded(body: bytes) -> dict[str, Any]:
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


@pytest.mark.parametrize("form", [encoded, lambda body: {"body": body.decode()}], ids=["base64", "text"])
def test_the_raw_body_is_what_is_signed_spaces_and_letters_of_any_kind(form: Callable[[bytes], dict[str, Any]]) -> None:
    body = '{"event_type":  "create", "data_type":"tag","object_id":"ä","event_time":"t","user_id":"user-1"}\n'.encode()
    headers = {name.title(): value for name, value in signed(body).headers.items()}
    call = call_of({"requestContext": {"http": {"method": "POST"}}, "headers": headers, **form(body)})
    aws = Aws()
    assert aws.answer(call).outcome == "taken"


@pytest.mark.parametrize("event", [{"body": "%%%", "isBase64Encoded": True}, {"body": "\ud800"}, {}, {"body": None}])
def test_a_body_that_cannot_be_decoded_is_empty(event: dict[str, Any]) -> None:
    assert call_of({"requestContext": {"http": {"method": "POST"}}} | event).body == b""
