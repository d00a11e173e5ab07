"""One real deploy on the emulator, shared by every test of this folder; the destroying ones come last."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from oura_lake.aws.stack import outputs
from oura_lake.local.emulator import emulator, is_installed
from oura_lake.simulator import GeneratedPerson, simulated_oura
from support.deployed_lake import Deployed, awaited
from support.webhook_receiver import receiver

FOLDER = Path(__file__).parent
RECORDER = FOLDER.parent / "recorder"  # each function loads it; see there
ZONE = "Europe/Berlin"
CONFIG = """
[lake]
webhooks = true
budget_email = "owner@example.com"
[persons.me]
timezone = "Europe/Berlin"
email = "me@example.com"
sms = ["+447700900123"]
quiet_hours = ""
webhook = "WEBHOOK"
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep this folder in one worker, for it has one emulator; check the roles after all else, then destroy."""
    ours = [item for item in items if FOLDER in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.xdist_group("rehearsal"))
        item.add_marker(pytest.mark.rehearsal)
    items.sort(key=lambda item: ("used_rights" in item.nodeid) + 2 * ("destroy" in item.name) if item in ours else 0)


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], Any], float, str], Any]:
    """Waiter for a condition, with a deadline."""
    return awaited


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Lake connected on the emulator, its two newest days not yet synced to the simulated provider."""
    if not is_installed():
        pytest.skip("the emulator is not installed; run make setup-emulator")
    folder = tmp_path_factory.mktemp("rehearsal")
    config, calls = folder / "config.toml", folder / "calls.jsonl"
    now = datetime.now(ZoneInfo(ZONE))
    person = GeneratedPerson(years=0.25, until=now.date(), timezone=ZONE, now=now)
    recording = {"PYTHONPATH": str(RECORDER), "RECORDED_CALLS": str(calls)}
    with (
        simulated_oura(person, hold_back_days=2) as oura,
        emulator(0, recording) as running,
        receiver() as program,
    ):
        config.write_text(CONFIG.replace("WEBHOOK", program.url))
        context = {
            "config": str(config),
            "oura_api_base_url": oura.base_url,
            "oura_token_url": ",".join(oura.token_urls),
        }
        running.bootstrap()
        running.cdk("deploy", context=context)
        named = outputs(client=partial(boto3.client, **running.session))
        made = Deployed(
            emulator=running, oura=oura, person=person, outputs=named, context=context, calls=calls, program=program
        )
        made.hang_rule()
        made.connect()
        yield made


@pytest.fixture(autouse=True)
def _webhooks_end_with_their_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove a daily round's subscriptions from the simulated provider, so that the next test gets no events."""
    yield
    if "deployed" in request.fixturenames:
        request.getfixturevalue("deployed").oura.api.webhooks.subscriptions.clear()
