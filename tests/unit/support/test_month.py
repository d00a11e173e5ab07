"""A month's cost is the sum of its events, counted as often as they come, at list prices."""

from collections import Counter

import pytest
from benchmarks.month import A_MONTH, Cost, Size, event_table, month_table
from support.counted_aws import READ, WRITTEN


def a_size(n: int = 1, **counts: int) -> Size:
    """Make a lake of which each event costs these calls and a second of processor time."""
    named = Counter({name.replace("_", " "): count for name, count in counts.items()})
    cost = Cost(counts=named, start_s=0.25, work_s=0.75)
    return Size(n=n, years=1, stored_bytes=0, costs=dict.fromkeys([*A_MONTH, "webhook: receive"], cost))


def test_each_event_counts_as_often_as_it_comes_and_for_every_person() -> None:
    assert a_size(n=2, s3_get=3).a_month("s3 get") == 2 * 3 * sum(A_MONTH.values())


def test_an_hour_is_quiet_or_changed() -> None:
    assert A_MONTH["quiet hour: ingest"] + A_MONTH["changed hour: ingest"] + A_MONTH["changed night: ingest"] == 730


@pytest.mark.parametrize(
    ("count", "row"),
    [
        ({"s3_get": 1000}, "| S3 reads | 1,111,000 GET: $0.44 |"),
        ({"s3_put": 10, "s3_list": 10}, "| S3 writes and lists | 11,110 PUT, 11,110 LIST: $0.11 |"),
        ({"secretsmanager_GetSecretValue": 2}, "| Secrets Manager | 1 secrets, 2,222 reads: $0.41 |"),
    ],
)
def test_a_row_has_the_count_and_its_price(count: dict[str, int], row: str) -> None:
    assert row in month_table([a_size(**count)]).splitlines()


def test_what_is_free_costs_nothing_until_it_is_used_up() -> None:
    few, many = (next(r for r in month_table([a_size(n=n)]).splitlines() if "Lambda" in r) for n in (1, 300))
    assert few.endswith("$0.00 |")
    assert many.endswith("$2.34 |")


def test_an_event_s_row_has_its_bytes_and_other_calls_by_name() -> None:
    counts = Counter({"s3 get": 24, "sqs SendMessage": 1, READ: 740_000, WRITTEN: 20_000})
    size = Size(n=5, years=10, stored_bytes=0, costs={"e": Cost(counts=counts, start_s=1, work_s=0.5)})
    assert event_table([size]).splitlines()[-1] == "| 5 × 10 | e | 24 | 0 | 0 | 0.74 | 0.02 | 1.5 | 1 SendMessage |"
