"""`oura-lake connect` ends in stored tokens, or in one sentence on the problem."""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.cli.connect import command, credentials
from oura_lake.errors import SettingsWrong, SourceRefused, TokenRejected
from oura_lake.lake.keys import claim_key
from oura_lake.local.callback import listening
from oura_lake.local.consent import Consent, ask_consent, grant_in
from oura_lake.oura.oauth import SCOPES, challenge
from oura_lake.oura.tokens import App, Token
from support.present import present

APP_ENV = {"OURA_CLIENT_ID": "app", "OURA_CLIENT_SECRET": "hidden"}


class Oura(ThreadingHTTPServer):
    """The part of Oura that a consent needs; `refusal` is the error of a person who refuses."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.granted, self.refusal, self.state = list(SCOPES), "", ""
        self.challenges: list[str] = []

    def consent(self, query: dict[str, str]) -> str:
        self.challenges.append(query["code_challenge"])
        state = self.state or query["state"]
        if self.refusal:
            return f"{query['redirect_uri']}?error={self.refusal}&state={state}"
        return f"{query['redirect_uri']}?code=the-code&state={state}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        is_ours = (form["client_id"], form["client_secret"], form["code"]) == ("app", "hidden", "the-code")
        if not is_ours or challenge(form["code_verifier"]) != self.challenges[-1]:
            return 400, {"error": "invalid_grant"}
        scope = " ".join(f"extapi:{name}" for name in self.granted)
        return 200, {"access_token": "secret-a", "refresh_token": "secret-r", "expires_in": 3600, "scope": scope}


class Handler(BaseHTTPRequestHandler):
    server: Oura

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.server.consent({k: v[0] for k, v in parse_qs(parts.query).items()}))
            self.end_headers()
        else:
            is_known = self.headers["Authorization"] == "Bearer secret-a"
            self._json(*((200, {"id": "person-1", "weight": 44.5}) if is_known else (401, {})))

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._json(*self.server.token({k: v[0] for k, v in form.items()}))

    def _json(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def oura() -> Iterator[Oura]:
    with Oura() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def env(oura: Oura, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name in ("OURA_ACCESS_TOKEN", "OURA_CLIENT_ID", "OURA_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    return APP_ENV | {
        "OURA_AUTHORIZE_URL": f"{oura.url}/authorize",
        "OURA_TOKEN_URL": f"{oura.url}/token",
        "OURA_API_BASE_URL": oura.url,
        "XDG_CONFIG_HOME": str(tmp_path),
    }


@pytest.fixture
def redirect_uri() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://localhost:{free.getsockname()[1]}/callback"


def connect(env: Any, *args: str, pasted: str = "") -> Result:
    result = CliRunner().invoke(command, args, env=env, input=pasted)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


class Browser:
    """A browser that follows the link in a thread and stores the last page."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("oura_lake.cli.connect.webbrowser.open", self.open)
        self.pages: list[httpx.Response] = []
        self._visit: threading.Thread | None = None

    def open(self, url: str) -> bool:
        self._visit = threading.Thread(
            target=lambda: self.pages.append(httpx.get(url, follow_redirects=True, timeout=10))
        )
        self._visit.start()
        return True

    def close(self) -> None:
        present(self._visit).join(10)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    browser = Browser(monkeypatch)
    yield browser
    if browser._visit:
        browser.close()


def stored(env: Any, person: str = "me") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(env["XDG_CONFIG_HOME"]) / "oura-lake" / f"{person}.json").read_text())
    return found


def test_a_yes_in_the_browser_ends_in_stored_tokens_that_work(env: Any, browser: Browser, redirect_uri: str) -> None:
    result = connect(env, "--redirect-uri", redirect_uri)
    browser.close()
    assert "Oura answers with them." in result.output
    assert "Next: oura-lake sync --lake FOLDER" in result.output
    assert (stored(env)["access_token"], stored(env)["refresh_token"]) == ("secret-a", "secret-r")
    assert "Thank you." in browser.pages[0].text


def test_no_token_secret_or_measurement_is_printed(env: Any, browser: Browser, redirect_uri: str) -> None:
    _, _, after_the_link = connect(env, "--redirect-uri", redirect_uri).output.partition("The tokens are")
    secret_words = ("secret-a", "secret-r", "hidden", "the-code", "44.5", "person-1")
    assert not [word for word in secret_words if word in after_the_link]


def test_the_pasted_address_serves_where_there_is_no_browser(env: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def other_machine(consent: Consent) -> str:
        return httpx.get(consent.url).headers["Location"]

    links: list[Consent] = []

    def consent(*arguments: Any) -> Consent:
        links.append(ask_consent(*arguments))
        return links[0]

    monkeypatch.setattr("oura_lake.cli.connect.ask_consent", consent)
    monkeypatch.setattr("oura_lake.cli.connect.click.prompt", lambda _: other_machine(links[0]))
    output = connect(env, "--headless").output
    assert links[0].url in output
    assert stored(env)["access_token"] == "secret-a"


def test_the_address_of_an_older_attempt_is_refused(env: Any) -> None:
    with pytest.raises(SettingsWrong, match="does not answer this attempt"):
        connect(env, "--headless", pasted="http://localhost:8723/callback?code=c&state=old\n")


def test_scopes_that_were_not_granted_are_named_with_the_tables_they_leave_empty(
    env: Any, oura: Oura, browser: Browser, redirect_uri: str
) -> None:
    oura.granted = [s for s in SCOPES if s not in ("stress", "heart_health", "email")]
    output = connect(env, "--redirect-uri", redirect_uri).output
    assert "Not granted: stress; stays empty: daily_resilience." in output
    assert "Not granted: heart_health; stays empty: daily_cardiovascular_age, vo2_max." in output
    assert "Not granted: email; the e-mail address stays empty." in output


def test_a_no_in_the_browser_is_told_and_nothing_is_stored(
    env: Any, oura: Oura, browser: Browser, redirect_uri: str
) -> None:
    oura.refusal = "access_denied"
    with pytest.raises(SourceRefused, match=r"no access \(access_denied\); run"):
        connect(env, "--redirect-uri", redirect_uri)
    with pytest.raises(FileNotFoundError):
        stored(env)


def test_a_wrong_client_secret_ends_in_one_sentence(env: Any, browser: Browser, redirect_uri: str) -> None:
    with pytest.raises(TokenRejected, match="check client id and secret"):
        connect(env | {"OURA_CLIENT_SECRET": "wrong"}, "--redirect-uri", redirect_uri)


def test_the_answer_to_another_attempt_is_not_taken(
    env: Any, oura: Oura, browser: Browser, redirect_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    oura.state = "of-an-attacker"
    monkeypatch.setattr("oura_lake.cli.connect.CODE_LIVES_S", 0.5)
    with pytest.raises(Exception, match="No answer came from the browser"):
        connect(env, "--redirect-uri", redirect_uri)
    browser.close()
    assert browser.pages[0].status_code == 400


def test_a_port_in_use_is_a_clear_message(env: Any, redirect_uri: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(redirect_uri.split(":")[2].split("/")[0])))
        taken.listen()
        with pytest.raises(SettingsWrong, match=r"cannot be used .*add --headless"):
            connect(env, "--redirect-uri", redirect_uri)


def test_without_a_terminal_the_missing_secret_is_asked_for_by_its_variable(env: Any) -> None:
    del env["OURA_CLIENT_SECRET"]
    with pytest.raises(SettingsWrong, match="client secret is not known; set OURA_CLIENT_SECRET"):
        connect(env)


def test_a_second_consent_needs_no_credentials_again(env: Any, browser: Browser, redirect_uri: str) -> None:
    connect(env, "--redirect-uri", redirect_uri)
    for name in APP_ENV:
        del env[name]
    assert "Oura answers with them." in connect(env, "--redirect-uri", redirect_uri).output


def test_a_person_of_the_deployed_lake_is_connected_by_its_secret(
    env: Any, oura: Oura, browser: Browser, redirect_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"TokenSecretPrefix": "oura-lake/", "AppParameter": "/oura-lake/app", "Bucket": "lake"}
    monkeypatch.setattr("oura_lake.aws.stack.outputs", lambda stack: named)
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="lake")
        queue = boto3.client("sqs").create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})
        named["JobsQueueUrl"] = queue["QueueUrl"]
        boto3.client("secretsmanager").create_secret(Name="oura-lake/ada", SecretString="placeholder")
        result = connect(env, "--deployed", "--person", "ada", "--redirect-uri", redirect_uri, "--history", "200")
        [message] = boto3.client("sqs").receive_message(QueueUrl=queue["QueueUrl"])["Messages"]
        secret = boto3.client("secretsmanager").get_secret_value(SecretId="oura-lake/ada", VersionStage="AWSCURRENT")
        account = boto3.client("ssm").get_parameter(Name="/oura-lake/accounts/person-1")["Parameter"]["Value"]
        app = boto3.client("ssm").get_parameter(Name="/oura-lake/app", WithDecryption=True)["Parameter"]["Value"]
        claim = boto3.client("s3").get_object(Bucket="lake", Key=claim_key("ada"))["Body"].read()
    assert json.loads(claim)["owner"] == ""  # it was taken, and given back
    assert "The tokens are in the secret oura-lake/ada." in result.output
    assert "in 3 jobs, newest first" in result.output
    assert json.loads(message["Body"])["reason"] == "backfill"
    assert json.loads(secret["SecretString"])["refresh_token"] == "secret-r"
    assert json.loads(app) == {"client_id": "app", "client_secret": "hidden", "token_url": f"{oura.url}/token"}
    assert account == "ada"


@pytest.fixture
def shared_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Mock a deployed lake of ada and ben, with ada connected by the app A."""
    named = {
        "TokenSecretPrefix": "oura-lake/",
        "AppParameter": "/oura-lake/app",
        "Bucket": "lake",
        "Persons": '{"ada": {}, "ben": {}}',
    }
    monkeypatch.setattr("oura_lake.aws.stack.outputs", lambda stack: named)
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="lake")
        queue = boto3.client("sqs").create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})
        named["JobsQueueUrl"] = queue["QueueUrl"]
        for person in ("ada", "ben"):
            boto3.client("secretsmanager").create_secret(Name=f"oura-lake/{person}", SecretString="placeholder")
        token = Token(access_token="a", refresh_token="r", expires_at=datetime(2030, 1, 1, tzinfo=UTC))
        SecretTokens("oura-lake/ada").connect(token)
        AppParameter("/oura-lake/app").save(App(client_id="A", client_secret="of A"))
        yield


def test_another_app_is_refused_before_the_browser_opens_while_others_are_connected(
    env: Any, oura: Oura, browser: Browser, redirect_uri: str, shared_app: None
) -> None:
    refusal_sentence = (
        r"^ada can be read by the app A alone, and app would take its place; unset OURA_CLIENT_ID .*--another-app"
    )
    with pytest.raises(SettingsWrong, match=refusal_sentence):
        connect(env, "--deployed", "--person", "ben", "--redirect-uri", redirect_uri)
    assert (AppParameter("/oura-lake/app").load().client_id, oura.challenges) == ("A", [])


def test_another_app_is_taken_where_it_is_asked_for(
    env: Any, browser: Browser, redirect_uri: str, shared_app: None
) -> None:
    connect(env, "--deployed", "--person", "ben", "--redirect-uri", redirect_uri, "--another-app")
    assert AppParameter("/oura-lake/app").load().client_id == "app"


def test_another_app_is_taken_where_nobody_else_is_connected(
    env: Any, browser: Browser, redirect_uri: str, shared_app: None
) -> None:
    connect(env, "--deployed", "--person", "ada", "--redirect-uri", redirect_uri)
    assert AppParameter("/oura-lake/app").load().client_id == "app"


def test_the_issuer_in_the_address_is_kept_with_the_code() -> None:
    consent = ask_consent(App(client_id="a", client_secret="b"), "http://localhost:1/callback")
    address = f"{consent.redirect_uri}?code=c&iss=https%3A%2F%2Fmoi.example%2Foauth&state={consent.state}"
    assert grant_in(consent, address).issuer == "https://moi.example/oauth"


@pytest.mark.parametrize("around", [
    '"{}"', "'{}'", "<{}>", " {}\n", "`{}`", "\u201c{}\u201d", "{}",
])  # fmt: skip
@pytest.mark.parametrize("between", ["&", "&amp;", "&\n  "])
def test_an_address_may_be_pasted_with_what_was_around_it(around: str, between: str) -> None:
    consent = ask_consent(App(client_id="a", client_secret="b"), "http://localhost:1/callback")
    address = f"{consent.redirect_uri}?code=c{between}scope=daily{between}state={consent.state}"
    grant = grant_in(consent, around.format(address))
    assert (grant.code, grant.scopes) == ("c", ("daily",))


@pytest.mark.parametrize("pasted", ["http://[::1?state=x", "", "\udcff", "http://localhost/?state=\udcff"])
def test_what_is_no_address_is_one_sentence(pasted: str) -> None:
    consent = ask_consent(App(client_id="a", client_secret="b"), "http://localhost:1/callback")
    with pytest.raises(SettingsWrong, match="does not answer this attempt"):
        grant_in(consent, pasted)


def test_the_reason_of_a_no_gives_no_orders_to_a_terminal() -> None:
    consent = ask_consent(App(client_id="a", client_secret="b"), "http://localhost:1/callback")
    with pytest.raises(SourceRefused, match="gave no access") as refused:
        grant_in(consent, f"{consent.redirect_uri}?error=%1B%5D0%3Bx%07&state={consent.state}")
    assert "(\\x1b]0;x\\x07)" in str(refused.value)


@pytest.mark.parametrize("secret", [" hidden", "hidden\n", '"hidden"', "hidden"])
def test_the_app_may_be_set_with_what_was_pasted_around_it(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("OURA_CLIENT_SECRET", secret)
    assert credentials(" app\n", None) == App(client_id="app", client_secret="hidden")


@pytest.mark.parametrize("uri", ["http://localhost:99999/", "http://localhost:x/", "http://oura.test:80/"])
def test_a_redirect_address_that_is_no_port_of_this_machine_is_one_sentence(uri: str) -> None:
    consent = ask_consent(App(client_id="a", client_secret="b"), uri)
    with pytest.raises(SettingsWrong, match="is no port of this machine"), listening(consent):
        pass


def test_a_browser_that_breaks_off_leaves_no_traceback(redirect_uri: str, capfd: pytest.CaptureFixture[str]) -> None:
    consent = ask_consent(App(client_id="a", client_secret="b"), redirect_uri)
    place = urlsplit(redirect_uri)
    with listening(consent) as wait:
        with socket.create_connection((place.hostname, place.port)) as broken:
            broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            broken.sendall(b"GET /callback HTTP/1.1\r\n" + b"x: y\r\n" * 1000)
        httpx.get(f"{redirect_uri}?code=c&state={consent.state}")
        assert "code=c" in wait(60)
    assert "Traceback" not in capfd.readouterr().err


def test_a_connection_that_sends_nothing_is_closed(redirect_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oura_lake.local.callback.SILENT_S", 0.05)
    consent = ask_consent(App(client_id="a", client_secret="b"), redirect_uri)
    place = urlsplit(redirect_uri)
    with listening(consent), socket.create_connection((place.hostname, place.port), timeout=60) as silent:
        assert silent.recv(1) == b""


def test_a_person_whom_the_stack_does_not_know_is_told_before_the_browser_opens(
    env: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"TokenSecretPrefix": "oura-lake/", "AppParameter": "/oura-lake/app", "JobsQueueUrl": "none"}
    monkeypatch.setattr("oura_lake.aws.stack.outputs", lambda stack: named)
    with mock_aws(), pytest.raises(SettingsWrong, match="nothing named oura-lake/bob; deploy the stack"):
        connect(env, "--deployed", "--person", "bob")


def test_an_output_that_an_older_stack_lacks_is_named(env: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oura_lake.aws.stack.outputs", lambda stack: {})
    with pytest.raises(SettingsWrong, match="OuraLake has no output TokenSecretPrefix; deploy"):
        connect(env, "--deployed")
