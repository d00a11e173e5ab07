"""The client reads all of a simulated Oura, past its limits, faults, scopes and single-use tokens."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from oura_lake.errors import DocumentMissing, ScopeMissing, SourceError, SourceRefused, SourceUnavailable, TokenRejected
from oura_lake.local.consent import ask_consent, grant_in
from oura_lake.local.token_file import TokenFile
from oura_lake.oura.client import OuraClient
from oura_lake.oura.oauth import Authority, refreshing_tokens
from oura_lake.oura.tokens import App, FixedToken, TokenProvider
from oura_lake.simulator import App as RegisteredApp
from oura_lake.simulator import Fault, GeneratedPerson, RunningApi, simulated_oura
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE
from support.present import present

PERSON = GeneratedPerson(until=date(2026, 6, 30), years=0.1)
APP = App(client_id="simulated-client", client_secret="simulated-secret")
REDIRECT = "http://localhost:8723/callback"
HEARTRATE, SLEEP, RESILIENCE = (SOURCE.endpoint(name) for name in ("heartrate", "sleep", "daily_resilience"))
TEN_DAYS = {"start_datetime": "2026-06-15T00:00:00+00:00", "end_datetime": "2026-06-25T00:00:00+00:00"}
FORTNIGHT = {"start_date": "2026-06-13", "end_date": "2026-06-29"}


@pytest.fixture
def oura() -> Iterator[RunningApi]:
    with simulated_oura(PERSON) as api:
        yield api


def a_client(oura: RunningApi, tokens: TokenProvider | None = None) -> OuraClient:
    return OuraClient(base_url=oura.base_url, tokens=tokens or FixedToken(oura.token), sleep=lambda seconds: None)


def rows(client: OuraClient, endpoint: Endpoint, params: dict[str, str]) -> list[dict[str, Any]]:
    return [row for page in client.pages(endpoint, params) for row in page.rows]


def consented(oura: RunningApi, store: TokenFile, *token_urls: str) -> TokenFile:
    """Consent in the simulated browser and store the tokens."""
    consent = ask_consent(APP, REDIRECT, f"{oura.base_url}/oauth/authorize")
    address = httpx.get(consent.url).headers["Location"]
    authority = Authority(app=APP, token_urls=token_urls or oura.token_urls)
    store.connect(APP, authority.exchange(grant_in(consent, address)))
    return store


@pytest.fixture
def store(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "me.json")


def refreshes(oura: RunningApi) -> list[int]:
    return [seen.status for seen in oura.requests if seen.path.endswith("token")]


def test_a_limit_and_an_outage_in_the_middle_of_paging_lose_no_row(oura: RunningApi) -> None:
    with a_client(oura) as client:
        undisturbed = rows(client, HEARTRATE, TEN_DAYS)
        oura.plant(
            Fault(collection="heartrate", status=429, retry_after=1, on_request=2),
            Fault(collection="heartrate", status=503, on_request=5),
            Fault(collection="heartrate", kind="drop", on_request=8),
        )
        assert rows(client, HEARTRATE, TEN_DAYS) == undisturbed
    assert len(undisturbed) > 3_000
    assert len({(r["timestamp"], r["source"]) for r in undisturbed}) == len(undisturbed)


def test_every_collection_answers(oura: RunningApi) -> None:
    with a_client(oura) as client:
        counts = {e.name: len(rows(client, e, params_of(e))) for e in SOURCE.endpoints}
    assert [name for name, n in counts.items() if not n and name not in ("rest_mode_period", "tag")] == []


def params_of(endpoint: Endpoint) -> dict[str, str]:
    return {"DATES": FORTNIGHT, "INSTANTS": TEN_DAYS, "NONE": {}}[endpoint.window.name]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(collection="sleep", kind="html"), SourceUnavailable),
        (Fault(collection="sleep", kind="truncated", times=99), SourceUnavailable),
        (Fault(collection="sleep", kind="drop", times=99), SourceUnavailable),
        (Fault(collection="sleep", kind="loop", times=99), SourceRefused),
        (Fault(collection="sleep", status=422), SourceRefused),
        (Fault(collection="sleep", status=401, scope="daily"), ScopeMissing),
        (Fault(collection="sleep", status=401), TokenRejected),
    ],
    ids=lambda value: getattr(value, "kind", "") and f"{value.kind} {value.status}",
)
def test_a_fault_ends_in_its_error_and_leaves_the_other_collections(
    oura: RunningApi, fault: Fault, error: type[SourceError]
) -> None:
    oura.plant(fault)
    with a_client(oura) as client:
        with pytest.raises(error):
            rows(client, SLEEP, FORTNIGHT)
        assert rows(client, SOURCE.endpoint("daily_sleep"), FORTNIGHT)


def test_a_document_is_found_by_id_and_missed_after_its_deletion(oura: RunningApi) -> None:
    with a_client(oura) as client:
        night = rows(client, SLEEP, FORTNIGHT)[0]
        assert client.document(SLEEP, night["id"]) == night
        oura.delete("sleep", night["id"])
        with pytest.raises(DocumentMissing):
            client.document(SLEEP, night["id"])


def test_an_expired_token_is_renewed_once_for_all_threads(oura: RunningApi, store: TokenFile) -> None:
    tokens = refreshing_tokens(consented(oura, store), APP)
    before = present(store.load()).token.refresh_token
    oura.expire_tokens()
    with a_client(oura, tokens) as client, ThreadPoolExecutor(6) as pool:
        assert all(pool.map(lambda _: rows(client, SLEEP, FORTNIGHT), range(12)))
    assert refreshes(oura) == [200, 200]  # the consent and one renewal
    assert present(store.load()).token.refresh_token != before


def test_two_processes_that_share_the_file_spend_each_refresh_token_once(oura: RunningApi, store: TokenFile) -> None:
    consented(oura, store)
    oura.expire_tokens()
    providers = [refreshing_tokens(TokenFile(store.path), APP) for _ in range(4)]
    rejected = present(store.load()).token.access_token
    with ThreadPoolExecutor(4) as pool:
        fresh = set(pool.map(lambda provider: provider.refresh(rejected), providers))
    assert fresh == {present(store.load()).token.access_token}
    assert refreshes(oura) == [200, 200]


def test_no_token_secret_or_measurement_reaches_a_log(
    oura: RunningApi, store: TokenFile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    tokens = refreshing_tokens(consented(oura, store), APP)
    spent = [present(store.load()).token]
    oura.expire_tokens()
    with a_client(oura, tokens) as client:
        nights = rows(client, SLEEP, FORTNIGHT)
    spent.append(present(store.load()).token)
    secret = [APP.client_secret, nights[0]["movement_30_sec"]]
    secret += [text for token in spent for text in (token.access_token, token.refresh_token)]
    assert caplog.text
    assert [text for text in secret if text in caplog.text] == []


def test_a_token_about_to_end_is_renewed_before_it_is_rejected(oura: RunningApi, store: TokenFile) -> None:
    stored = consented(oura, store).load()
    store.save(
        replace(present(stored).token, expires_at=datetime.now(UTC) + timedelta(minutes=2)),
        replacing=present(stored).version,
    )
    with a_client(oura, refreshing_tokens(store, APP)) as client:
        assert rows(client, SLEEP, FORTNIGHT)
    assert 401 not in [seen.status for seen in oura.requests]


def test_a_scope_that_was_not_granted_burns_no_refresh_token(store: TokenFile) -> None:
    granted = ("personal", "daily", "heartrate")
    with simulated_oura(PERSON, app=RegisteredApp(granted=granted)) as oura:
        tokens = refreshing_tokens(consented(oura, store), APP)
        with a_client(oura, tokens) as client, pytest.raises(ScopeMissing, match="'stress' was not granted"):
            rows(client, RESILIENCE, FORTNIGHT)
        assert refreshes(oura) == [200]
    assert set(present(store.load()).token.scopes) == set(granted)


def test_an_app_of_the_new_portal_is_renewed_where_it_was_consented(store: TokenFile) -> None:
    with simulated_oura(PERSON, app=RegisteredApp(portal="new")) as oura:
        tokens = refreshing_tokens(consented(oura, store), APP)
        oura.expire_tokens()
        with a_client(oura, tokens) as client:
            assert rows(client, SLEEP, FORTNIGHT)
        assert present(store.load()).token.token_url == oura.token_urls[0]
        assert refreshes(oura) == [200, 200]


def test_an_app_of_the_old_portal_is_told_which_setting_saves_its_next_code(store: TokenFile) -> None:
    with simulated_oura(PERSON, app=RegisteredApp(portal="old")) as oura:
        with pytest.raises(TokenRejected, match=f"OURA_TOKEN_URL={oura.token_urls[1]}"):
            consented(oura, store)
        assert present(consented(oura, store, oura.token_urls[1]).load()).token.token_url == oura.token_urls[1]


def test_a_used_refresh_token_is_told_from_an_outage_of_the_token_endpoint(oura: RunningApi, store: TokenFile) -> None:
    tokens = refreshing_tokens(consented(oura, store), APP)
    token = present(store.load()).token
    oura.plant(Fault(collection="token", status=503))
    with pytest.raises(SourceUnavailable, match="503"):
        tokens.refresh(token.access_token)
    store.save(replace(token, refresh_token="used"), replacing=None)
    with pytest.raises(TokenRejected, match="invalid_grant"):
        tokens.refresh(token.access_token)
