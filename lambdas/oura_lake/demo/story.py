"""The steps of the demo.

Only the provider and the account are simulated. The CDK, the functions, the schedule, the queue and the topic
are the deployed ones, and the demo reads the alert from the topic as SNS published it.
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

DAYS_AHEAD = 2
BACKFILL_WITHIN_S = 300
ALERT_WITHIN_S = 150  # a schedule of a minute, a cold start, an analysis
WEEK = """
SELECT day, ROUND(sleep_h, 1) AS sleep_h, readiness_score AS readiness, resting_heart_rate_bpm AS resting_hr,
    hrv_rmssd_ms AS hrv_ms, temperature_deviation_c AS temp_dev, steps,
    IF(finding_level <> 'none', finding_level || ' ' || finding_kind, finding_level) AS finding
FROM daily_overview ORDER BY day DESC LIMIT 7
"""


@dataclass(kw_only=True)
class Outcome:
    """Results of the demo: query results, the messages, the seconds of each part."""

    week: Result
    coverage: Result
    messages: list[dict[str, str]]
    report: Path
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days of the first fetch; with `has_news` the newest days are still on the ring."""

    first: date
    last: date
    has_news: bool


Step = Callable[[str], None]


class Clock:
    """Seconds of each part; a line on the terminal announces its begin."""

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


def run_demo(source: Source, days: Days, timezone: str, port: int, report: Path, step: Step) -> Outcome:
    """Run the whole demo; raises OuraLakeError. Whatever ends it, none of its processes stays."""
    clock = Clock(step)
    n_days_ahead = DAYS_AHEAD if days.has_news else 0
    with (
        tempfile.TemporaryDirectory(prefix="oura-lake-demo-") as folder,
        simulated_oura(source, hold_back_days=n_days_ahead) as api,
        emulator(port) as cloud,
        environment(cloud.credentials),
    ):
        with clock.part("bootstrap and deploy", "preparing the account"):
            lake = deployed(cloud, api, Path(folder), timezone, step)
        return _fill_and_ask(lake, api, days, report, clock)


def _fill_and_ask(lake: Lake, api: RunningApi, days: Days, report: Path, clock: Clock) -> Outcome:
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
        outcome = _outcome(lake, messages, report)
    outcome.seconds = clock.seconds
    return outcome


def _is_judged(lake: Lake) -> bool:
    return any(lake.store.keys("lake/findings/"))


def _morning(lake: Lake, api: RunningApi, clock: Clock) -> list[dict[str, str]]:
    """Sync two nights, wait for the schedule, and return the messages of its run."""
    api.sync()
    n_requests = len(api.requests)
    with clock.part("until the schedule fired", "the ring synced two nights; waiting for the schedule"):
        wait_for(lambda: len(api.requests) > n_requests, ALERT_WITHIN_S, "The schedule")
    with clock.part("from the schedule's first request to the message", "fetching, landing, judging"):
        return wait_for(lake.inbox.messages, ALERT_WITHIN_S, "The alert")


def _uneventful_firing(lake: Lake, api: RunningApi, clock: Clock) -> None:
    """Wait for a run of the schedule over days long past: it requests them and writes nothing."""
    n_requests = len(api.requests)
    with clock.part("until the schedule fired", "waiting for the schedule, which has nothing new to find"):
        wait_for(lambda: len(api.requests) > n_requests, ALERT_WITHIN_S, "The schedule")
        wait_for(lambda: lake.jobs.n_waiting() == 0, ALERT_WITHIN_S, "The end of the run")


def _outcome(lake: Lake, messages: list[dict[str, str]], report: Path) -> Outcome:
    from oura_lake.output_file import write_private
    from oura_lake.query.coverage import coverage
    from oura_lake.report.build import report_text

    engine = DuckDBEngine(lake.store)
    week, holdings = engine.query(WEEK), coverage(engine)
    newest: date = max(row["last_day"] for row in holdings.dicts() if row["last_day"])
    path = write_private(report, report_text(engine, PERSON, lambda _person: newest))
    return Outcome(week=week, coverage=holdings, messages=messages, report=path)


def a_year_until(last: date) -> Days:
    """Days of the year that ends on a day."""
    return Days(first=last - timedelta(days=365), last=last, has_news=True)
