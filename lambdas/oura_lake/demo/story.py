"""The steps of the demo.

Nothing is faked but the provider and the account: the CDK, the functions, the schedule, the queue and
the topic are the deployed ones, and the alert is read from the topic as SNS published it.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from oura_lake.contract import Reason
from oura_lake.demo.cloud import PERSON, Lake, connect, deployed, environment, wait_for
from oura_lake.ingestion.job import Job
from oura_lake.local.emulator import emulator
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.model import Result
from oura_lake.simulator import RunningApi, simulated_oura
from oura_lake.simulator.source import Source

HELD_BACK_DAYS = 2
BACKFILL_WITHIN_S = 300
ALERT_WITHIN_S = 150  # a schedule of a minute, a cold start, an analysis
WEEK = """
SELECT day, ROUND(sleep_h, 1) AS sleep_h, readiness_score AS readiness, resting_heart_rate_bpm AS resting_hr,
    hrv_rmssd_ms AS hrv_ms, temperature_deviation_c AS temp_dev, steps,
    IF(finding_level <> 'none', finding_level || ' ' || finding_kind, finding_level) AS finding
FROM daily_overview ORDER BY day DESC LIMIT 7
"""


@dataclass(kw_only=True)
class Told:
    """What the demo has to show: answers of the lake, the messages, the seconds of each part."""

    week: Result
    coverage: Result
    messages: list[dict[str, str]]
    report: Path
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days to fetch first, and whether the newest of them are still on the ring."""

    first: date
    last: date
    has_news: bool


Step = Callable[[str], None]


class Clock:
    """Seconds by part, and a word on the terminal when a part begins."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str, word: str) -> Iterator[None]:
        """Time a part."""
        self._step(word)
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began


def tell(source: Source, days: Days, timezone: str, port: int, report: Path, step: Step) -> Told:
    """Run the whole demo; raises OuraLakeError. Whatever ends it, nothing of it goes on running."""
    clock = Clock(step)
    held_back = HELD_BACK_DAYS if days.has_news else 0
    with (
        tempfile.TemporaryDirectory(prefix="oura-lake-demo-") as folder,
        simulated_oura(source, hold_back_days=held_back) as api,
        emulator(port) as cloud,
        environment(cloud.credentials),
    ):
        with clock.part("bootstrap and deploy", "preparing the account"):
            lake = deployed(cloud, api, Path(folder), timezone, step)
        return _fill_and_ask(lake, api, days, report, clock)


def _fill_and_ask(lake: Lake, api: RunningApi, days: Days, report: Path, clock: Clock) -> Told:
    with clock.part("connect", "connecting the ring"):
        connect(api)
    with clock.part("backfill", f"fetching {days.first} to {days.last}"):
        lake.jobs.send(Job(person=PERSON, first=days.first, last=days.last, reason=Reason.BACKFILL), slot="demo")
        wait_for(lambda: lake.jobs.n_waiting() == 0, BACKFILL_WITHIN_S, "The backfill")
        wait_for(lambda: _is_judged(lake), BACKFILL_WITHIN_S, "The first analysis")
    messages = lake.inbox.messages()
    if days.has_news:
        messages += _morning(lake, api, clock)
    else:
        _uneventful_firing(lake, api, clock)
    with clock.part("report", "drawing the report"):
        told = _asked(lake, messages, report)
    told.seconds = clock.seconds
    return told


def _is_judged(lake: Lake) -> bool:
    return any(lake.store.keys("lake/findings/"))


def _morning(lake: Lake, api: RunningApi, clock: Clock) -> list[dict[str, str]]:
    """The ring syncs two nights; the schedule fires, and what follows ends in a message."""
    api.sync()
    asked = len(api.requests)
    with clock.part("until the schedule fired", "the ring synced two nights; waiting for the schedule"):
        wait_for(lambda: len(api.requests) > asked, ALERT_WITHIN_S, "The schedule")
    with clock.part("from the schedule's first request to the message", "fetching, landing, judging"):
        return wait_for(lake.inbox.messages, ALERT_WITHIN_S, "The alert")


def _uneventful_firing(lake: Lake, api: RunningApi, clock: Clock) -> None:
    """The schedule fires over days that are long past: it asks, and writes nothing."""
    asked = len(api.requests)
    with clock.part("until the schedule fired", "waiting for the schedule, which has nothing new to find"):
        wait_for(lambda: len(api.requests) > asked, ALERT_WITHIN_S, "The schedule")
        wait_for(lambda: lake.jobs.n_waiting() == 0, ALERT_WITHIN_S, "The end of the run")


def _asked(lake: Lake, messages: list[dict[str, str]], report: Path) -> Told:
    from oura_lake.output_file import write_private
    from oura_lake.query.coverage import coverage
    from oura_lake.report.build import report_text

    engine = DuckDBEngine(lake.store)
    week, held = engine.query(WEEK), coverage(engine)
    newest: date = max(row["last_day"] for row in held.dicts() if row["last_day"])
    path = write_private(report, report_text(engine, PERSON, lambda _person: newest))
    return Told(week=week, coverage=held, messages=messages, report=path)


def a_year_until(last: date) -> Days:
    """The year that ends there."""
    return Days(first=last - timedelta(days=365), last=last, has_news=True)
