"""The emulated cloud of the demo."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from oura_lake.admin.inbox import Inbox
from oura_lake.aws.job_queue import JobQueue
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.stack import outputs
from oura_lake.contract import Env
from oura_lake.errors import SourceUnavailable, StoreUnavailable
from oura_lake.local.emulator import Emulator
from oura_lake.simulator import RunningApi

T = TypeVar("T")
PERSON = "demo"
POLL_S = 0.5
CONFIG = """[lake]
schedule = "rate(1 minute)"

[persons.{person}]
timezone = "{timezone}"
quiet_hours = ""
weekly_mail = false  # the message that the demo waits for is the alert
email = "you@example.com"
sms = ["+447700900123"]
"""


@dataclass(frozen=True, kw_only=True)
class Lake:
    """The deployed lake: its store, its queue, the person's inbox."""

    store: S3Store
    jobs: JobQueue
    inbox: Inbox

    def keys(self) -> set[str]:
        """Keys of all objects under raw/ and lake/."""
        return {*self.store.keys("raw/"), *self.store.keys("lake/")}


def deployed(cloud: Emulator, api: RunningApi, folder: Path, timezone: str, step: Callable[[str], None]) -> Lake:
    """Bootstrap and deploy with the real CDK; raises EmulatorFailed."""
    config = folder / "config.toml"
    config.write_text(CONFIG.format(person=PERSON, timezone=timezone))
    context = {"config": str(config), "oura_api_base_url": api.base_url, "oura_token_url": ",".join(api.token_urls)}
    step("cdk bootstrap")
    cloud.bootstrap()
    step("cdk deploy")
    cloud.cdk("deploy", context=context)
    named = outputs()
    topic = json.loads(named["Topics"])[PERSON]
    return Lake(store=S3Store(named["Bucket"]), jobs=JobQueue(named["JobsQueueUrl"]), inbox=Inbox(topic))


def connect(api: RunningApi) -> str:
    """Run `oura-lake connect --deployed`, act as the browser that consents, and return the printed text."""
    app = api.api.oauth.app
    settings = {
        "OURA_CLIENT_ID": app.client_id,
        "OURA_CLIENT_SECRET": app.client_secret,
        "OURA_AUTHORIZE_URL": f"{api.base_url}/oauth/authorize",
        Env.TOKEN_URL: ",".join(api.token_urls),
        Env.API_BASE_URL: api.base_url,
    }
    command = [sys.executable, "-m", "oura_lake.cli.main", "connect", "--deployed", "--headless", "--person", PERSON]
    command += ["--history", "0"]  # the demo queues its own year
    with subprocess.Popen(
        command,
        env=os.environ | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        output, _ = process.communicate(_address_after_consent(process))
    if process.returncode:
        raise SourceUnavailable(f"The demo could not connect: {output.strip()}")
    return output


def _address_after_consent(process: "subprocess.Popen[str]") -> str:
    """Address that the person pastes: the one that the printed link redirects to."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().startswith("http"):
            return str(httpx.get(line.strip()).headers["location"]) + "\n"
    return "\n"


def wait_for(condition: Callable[[], T], seconds: float, what: str) -> T:
    """Wait for the first true result of the condition and return it; raises StoreUnavailable when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(POLL_S)
    raise StoreUnavailable(f"{what} did not happen within {seconds:.0f} s", "run make demo again on a quieter machine")


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Direct this process to the emulator alone, then restore its environment."""
    before = dict(os.environ)
    os.environ.update(variables)
    os.environ.pop("AWS_PROFILE", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
