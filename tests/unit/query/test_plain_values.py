"""Each value of a driver becomes the plain value that a result promises."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from math import inf
from typing import Any

import numpy as np
import pandas as pd
import pytest
from oura_lake.query.model import Result
from oura_lake.query.plain_values import json_value, plain_value

DAY = date(2026, 11, 22)
NOON = datetime.fromisoformat("2026-11-22 12:00")
EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (None, None),
        (float("nan"), None),
        (np.float64("nan"), None),
        (pd.NaT, None),
        (np.bool_(True), True),
        (np.int32(5), 5),
        (np.float32(0.5), 0.5),
        (Decimal("1.25"), 1.25),
        ("5", "5"),
        (DAY, DAY),
        (NOON, NOON),
        (pd.Timestamp(NOON), NOON),
        (NOON.replace(tzinfo=UTC), NOON),
        (NOON.replace(tzinfo=EAST), NOON - timedelta(hours=2)),
        (time(7, 30), "07:30:00"),
        ([np.int64(1), float("nan")], [1, None]),
        ((1, 2), [1, 2]),
        ({"score": np.float64(2.0), "of": [pd.NaT]}, {"score": 2.0, "of": [None]}),
    ],
    ids=repr,
)
def test_a_value_of_a_driver_becomes_plain(given: Any, plain: Any) -> None:
    made = plain_value(given)
    assert (made, type(made)) == (plain, type(plain))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (None, None),
        ("null", None),
        ('["5", null]', ["5", None]),
        ('{"z": NaN}', {"z": None}),
        ("[-Infinity]", [-inf]),
        ("[]", []),
    ],
)
def test_json_becomes_lists_and_records(text: str | None, value: Any) -> None:
    assert json_value(text) == value


def test_a_row_that_lacks_a_value_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Result(columns=("day", "steps"), rows=[("2026-08-20",)]).dicts()
