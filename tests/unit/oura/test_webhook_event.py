"""The public door admits Oura and nobody else."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.errors import StoreUnavailable
from oura_lake.ingestion.job import Job
from oura_lake.oura.webhook_event import LONGEST_BODY, Call, call_of, signature, verification_token
from oura_lake.public_endpoint.endpoint import REFUSED, Accounts, PublicEndpoint, Reply, Secret
from oura_lake.simulator import webhooks as simulated
from support.present import present

NOW = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)
SECRET = "the app's secret"
MINUTE = timedelta(minutes=1)


def an_event(**changes: Any) -> bytes:
    """Make the body of an event."""
    entry = {
        "event_type": "create",
        "data_type": "sleep",
        "object_id": "night",
        "event_time": "2026-08-21T11:59:00+00:00",
        "user_id": "user-1",
    }
    return json.dumps(entry | changes).encode()


def signed(body: bytes = an_event(), at: datetime = NOW, secret: str = SECRET, stamp: str = "") -> Call:
    """Make a POST that Oura signed; `stamp` replaces the time's text."""
    text = stamp or str(int(at.timestamp()))
    headers = {"x-oura-timestamp": text, "x-oura-signature": signature(secret, text, body)}
    return Call(method="POST", query={}, headers=headers, body=body)


class Aws:
    """The door's services, with their calls counted, and the jobs with their slots."""

    def __init__(self, secret: str | None = SECRET) -> None:
        self.secret, self.users, self.calls, self.jobs = secret, {"user-1": "me"}, list[str](), list[tuple[Job, str]]()
        self.door = PublicEndpoint(
            secret=Secret(self._secret), accounts=Accounts(self._person), send=lambda *job: self.jobs.append(job)
        )

    def _secret(self) -> str | None:
        self.calls.append("secret")
        return self.secret

    def _person(self, user_id: str) -> str | None:
        self.calls.append(user_id)
        return self.users.get(user_id)

    def answer(self, call: Call, at: datetime = NOW) -> Reply:
        """Return the door's answer."""
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
    "another body": Call(method="POST", query={}, headers=signed().headers, body=an_event(object_id="other")),
    "huge": signed(b" " * (LONGEST_BODY + 1)),
    "a time that is none": signed(stamp="noon"),
    "a time of other digits": signed(stamp="१७८७३१३६००"),
    "an endless time": signed(stamp="1" * 5000),
    "a negative time": signed(stamp="-1"),
    "a year that is none": signed(stamp="9999-99-99T99:99:99Z"),
    "an instant outside the calendar": signed(stamp="0001-01-01T00:00:00+14:00"),
    "an infinite time": signed(stamp="1e309"),
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
    n_calls = len(aws.calls)
    for second in range(59):
        aws.answer(call, NOW + timedelta(seconds=second))
    assert len(aws.calls) == n_calls
    for second in range(60, 119):
        aws.answer(call, NOW + timedelta(seconds=second))
    assert aws.calls[n_calls:] in ([], ["secret"])


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
        ({"object_id": "night\x1b"}, "unreadable"),
        ({"event_time": None}, "unreadable"),
        ({"event_time": True}, "unreadable"),
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
    assert "../app" not in aws.calls


def test_a_user_is_asked_for_once_and_an_unknown_one_again_after_a_minute() -> None:
    aws = Aws()
    for second in range(0, 60, 10):
        aws.answer(signed(), NOW + timedelta(seconds=second))
        aws.answer(signed(an_event(user_id="user-2")), NOW + timedelta(seconds=second))
    assert aws.calls == ["secret", "user-1", "user-2"]
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


@pytest.mark.parametrize("written", [str.lower, lambda text: f"sha256={text.lower()}", lambda text: f"SHA256={text}"])
def test_a_signature_may_be_written_as_other_senders_write_it(written: Callable[[str], str]) -> None:
    call = signed()
    call = replace(call, headers={**call.headers, "x-oura-signature": written(call.headers["x-oura-signature"])})
    assert Aws().answer(call).outcome == "taken"


@pytest.mark.parametrize(
    "stamp", [f"{NOW.timestamp()}", f"{NOW.timestamp() * 1000}", NOW.isoformat(), f"{NOW:%Y-%m-%dT%H:%M:%S}.123Z"]
)
def test_a_time_may_be_written_as_other_senders_write_it(stamp: str) -> None:
    assert Aws().answer(signed(stamp=stamp)).outcome == "taken"


@pytest.mark.parametrize("changes", [{"event_type": "CREATE"}, {"event_time": 1787313600}, {"event_time": 1.5}])
def test_an_event_in_another_form_is_still_an_event(changes: dict[str, Any]) -> None:
    assert Aws().answer(signed(an_event(**changes))).outcome == "taken"


class Failing:
    """A secret that cannot be read for a while; counts the reads."""

    def __init__(self) -> None:
        self.is_down, self.n_reads = True, 0

    def read(self) -> str:
        self.n_reads += 1
        if self.is_down:
            raise StoreUnavailable("Down.")
        return SECRET


STRANGER = signed(secret="no secret of ours")


@pytest.mark.parametrize("call", [STRANGER, signed()], ids=["a stranger", "Oura"])
def test_while_the_secret_cannot_be_read_nobody_is_refused_and_nothing_is_raised(call: Call) -> None:
    aws, failing = Aws(), Failing()
    door = PublicEndpoint(secret=Secret(failing.read), accounts=Accounts(aws.users.get), send=lambda *_: None)
    replies = [door.answer(call, NOW + timedelta(seconds=second)) for second in range(10)]
    assert {reply.status for reply in replies} == {503}
    assert [reply.outcome for reply in replies if reply.outcome] == ["the app's secret could not be read"] * 2
    assert failing.n_reads == 2


def test_a_secret_that_can_be_read_again_is_taken_within_seconds() -> None:
    aws, failing = Aws(), Failing()
    door = PublicEndpoint(secret=Secret(failing.read), accounts=Accounts(aws.users.get), send=lambda *_: None)
    door.answer(STRANGER, NOW)
    failing.is_down = False
    assert door.answer(signed(), NOW + timedelta(seconds=5)).outcome == "taken"
    assert door.answer(STRANGER, NOW + timedelta(seconds=5)) == REFUSED


def test_an_event_of_the_known_secret_is_taken_while_it_cannot_be_read_anew() -> None:
    aws, failing = Aws(), Failing()
    door = PublicEndpoint(secret=Secret(failing.read), accounts=Accounts(aws.users.get), send=lambda *_: None)
    failing.is_down = False
    door.answer(signed(), NOW)
    failing.is_down = True
    assert door.answer(STRANGER, NOW + MINUTE).status == 503
    assert door.answer(signed(), NOW + MINUTE).outcome == "taken"


def test_trouble_in_aws_is_an_error_so_that_oura_tries_again() -> None:
    def down(_: str) -> str | None:
        raise StoreUnavailable("Down.")

    door = PublicEndpoint(secret=Secret(lambda: SECRET), accounts=Accounts(down), send=lambda *_: None)
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


def test_a_signed_body_that_is_nested_deeply_is_dropped_with_a_200() -> None:
    aws = Aws()
    assert aws.answer(signed(b'{"event_type": ' + b"[" * 30_000 + b"]" * 30_000 + b"}")).outcome == "unreadable"
    assert aws.answer(signed(b"[" * 30_000)).outcome == "unreadable"
    assert aws.jobs == []


def test_an_id_with_half_a_surrogate_becomes_one_that_can_be_asked_for() -> None:
    aws = Aws()
    assert aws.answer(signed(an_event(object_id="half \ud83d"))).outcome == "taken"
    [(job, _)] = aws.jobs
    assert (job.document_id, quote(present(job.document_id))) == ("half \ufffd", "half%20%EF%BF%BD")
