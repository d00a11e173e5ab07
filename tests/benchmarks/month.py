"""A month's cost from the counts of its events: list prices of us-east-1, published in 2026 (`make bench-events`).

How often each event comes is an assumption, named here; what one costs in calls, bytes and seconds is counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from support.counted_aws import READ, WRITTEN

A_MONTH = {  # events of one person: a request each hour, and a ring that the app reads ten times a day
    "quiet hour: ingest": 430,
    "changed hour: ingest": 270,
    "changed hour: analyse": 270,
    "changed night: ingest": 30,
    "changed night: analyse": 30,
    "morning: analyse": 30,
    "daily round: maintain": 30,
    "weekly mail: maintain": 4,
    "Monday again: maintain": 17,
}
FREE_GB_S, FREE_CALLS, FREE_SQS = 400_000, 1_000_000, 1_000_000
PROCESSORS_AT_1_GB = 1024 / 1769  # Lambda gives a whole one at 1,769 MB
POLLS = 5 * 3 * 60 * 730  # Lambda's five pollers of a queue ask three times a minute


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Cost of one call of a function: calls by service and name with bytes, and processor seconds."""

    counts: Counter[str]
    start_s: float
    work_s: float


@dataclass(frozen=True, kw_only=True)
class Size:
    """Lake of some persons and years: the costs of its events, the bytes that one person's objects take."""

    n: int
    years: int
    stored_bytes: int
    costs: Mapping[str, Cost]

    def a_month(self, *names: str) -> float:
        """Count in a month of all persons, of calls or bytes of these names."""
        return self.n * sum(A_MONTH[e] * sum(c.counts[name] for name in names) for e, c in self._monthly())

    def gb_seconds(self) -> float:
        """GB-seconds of Lambda in a month, if its processors are as fast as this machine's."""
        return self.n * sum(A_MONTH[e] * (c.start_s + c.work_s) / PROCESSORS_AT_1_GB for e, c in self._monthly())

    def invocations(self) -> float:
        """Count the calls of functions in a month."""
        return float(self.n * sum(A_MONTH.values()))

    def _monthly(self) -> Iterable[tuple[str, Cost]]:
        return ((event, cost) for event, cost in self.costs.items() if event in A_MONTH)


Item = tuple[str, Callable[[Size], tuple[str, float]]]


def _secrets(size: Size) -> tuple[str, float]:
    calls = size.a_month("secretsmanager GetSecretValue")
    return f"{size.n} secrets, {calls:,.0f} reads", size.n * 0.40 + calls * 0.05 / 10_000


def _reads(size: Size) -> tuple[str, float]:
    gets = size.a_month("s3 get")
    return f"{gets:,.0f} GET", gets * 0.0004 / 1000


def _writes(size: Size) -> tuple[str, float]:
    puts, lists = size.a_month("s3 put"), size.a_month("s3 list")
    return f"{puts:,.0f} PUT, {lists:,.0f} LIST", (puts + lists) * 0.005 / 1000


def _storage(size: Size) -> tuple[str, float]:
    gigabytes = (size.n * size.stored_bytes + size.a_month(WRITTEN)) / 1e9
    return f"{gigabytes:.2f} GB with 30 days of old versions", gigabytes * 0.023


def _lambda(size: Size) -> tuple[str, float]:
    seconds, calls = size.gb_seconds(), size.invocations()
    beyond = max(0, seconds - FREE_GB_S) * 0.0000133334 + max(0, calls - FREE_CALLS) * 0.2 / 1e6
    return f"{seconds:,.0f} GB-s of {FREE_GB_S:,} free, {calls:,.0f} calls", beyond


def _queue(size: Size) -> tuple[str, float]:
    own = size.n * 730 + size.a_month("sqs ChangeMessageVisibility", "sqs SendMessage")
    calls = POLLS + own + 2 * size.n * 730  # each message is also received and deleted
    return f"{calls:,.0f} calls of {FREE_SQS:,} free, {POLLS:,} of them empty", max(0, calls - FREE_SQS) * 0.5 / 1e6


def _messages(size: Size) -> tuple[str, float]:
    events, mails = size.a_month("events PutEvents"), size.a_month("sns Publish")
    return f"{events:,.0f} events, {mails:,.0f} mails", events / 1e6 + max(0, mails - 1000) * 2 / 100_000


ITEMS: tuple[Item, ...] = (
    ("Secrets Manager", _secrets),
    ("S3 reads", _reads),
    ("S3 writes and lists", _writes),
    ("S3 storage", _storage),
    ("Lambda", _lambda),
    ("SQS", _queue),
    ("EventBridge, SNS", _messages),
)


def month_table(sizes: Sequence[Size]) -> str:
    """Table of a month in Markdown: each item's count and dollars, a column for each size."""
    heads = " | ".join(f"{persons(size.n)}, {years(size.years)}" for size in sizes)
    lines = [f"| a month | {heads} |", f"|---|{'---|' * len(sizes)}"]
    totals = [0.0] * len(sizes)
    for name, item in ITEMS:
        found = [item(size) for size in sizes]
        totals = [total + dollars for total, (_, dollars) in zip(totals, found, strict=True)]
        lines.append(f"| {name} | {' | '.join(f'{count}: {money(dollars)}' for count, dollars in found)} |")
    lines.append(f"| **all** | {' | '.join(f'**{money(total)}**' for total in totals)} |")
    return "\n".join(lines)


def event_table(sizes: Sequence[Size]) -> str:
    """Table of the events in Markdown: the calls, bytes and processor seconds of each, for each size."""
    lines = ["| lake | event: function | GET | LIST | PUT | MB read | MB written | s | other calls |", f"|{'---|' * 9}"]
    for size in sizes:
        lines += [f"| {size.n} × {size.years} | {event} | {_cells(cost)} |" for event, cost in size.costs.items()]
    return "\n".join(lines)


def _cells(cost: Cost) -> str:
    counts = cost.counts
    calls = " | ".join(str(counts[f"s3 {name}"]) for name in ("get", "list", "put"))
    rest = {k: n for k, n in sorted(counts.items()) if not k.startswith("s3 ") and k not in (READ, WRITTEN)}
    other = ", ".join(f"{n} {name.partition(' ')[2]}" for name, n in rest.items())
    bytes_ = f"{counts[READ] / 1e6:.2f} | {counts[WRITTEN] / 1e6:.2f}"
    return f"{calls} | {bytes_} | {cost.start_s + cost.work_s:.1f} | {other}"


def persons(n: int) -> str:
    """Write a number of persons."""
    return "1 person" if n == 1 else f"{n} persons"


def years(n: int) -> str:
    """Write a number of years."""
    return "1 year" if n == 1 else f"{n} years"


def money(dollars: float) -> str:
    """Write dollars with as many digits as they need."""
    return f"${dollars:.3f}" if 0 < dollars < 0.1 else f"${dollars:.2f}"
