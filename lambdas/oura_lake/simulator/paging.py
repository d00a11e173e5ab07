"""Paging: tokens that carry the window, so that a request needs the token alone."""

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from oura_lake.simulator.cloud import Cloud
from oura_lake.simulator.routes import Collection
from oura_lake.simulator.source import Rows
from oura_lake.simulator.windows import Window

DAY = timedelta(days=1)
NEWEST = -1  # a position: the newest row alone
ROWS_OF_A_DAY = 10**6  # more than a ring can write


class BadToken(ValueError):
    """A `next_token` that this server did not make."""


def token(window: Window, position: int) -> str:
    """Opaque text for `position` in a window."""
    bounds = [window.first.isoformat(), window.last.isoformat(), window.first_is_aware, window.last_is_aware]
    return base64.urlsafe_b64encode(json.dumps([*bounds, position]).encode()).decode()


def read_token(text: str) -> tuple[Window, int]:
    """Window and position of a token; raises BadToken."""
    try:
        first, last, first_is_aware, last_is_aware, position = json.loads(base64.urlsafe_b64decode(text))
        window = Window(
            first=datetime.fromisoformat(first),
            last=datetime.fromisoformat(last),
            first_is_aware=first_is_aware,
            last_is_aware=last_is_aware,
        )
    except (ValueError, TypeError) as error:
        raise BadToken("not a token of this server") from error
    return window, int(position)


def row_page(
    cloud: Cloud, collection: Collection, window: Window, position: int, size: int
) -> tuple[bytes, str | None]:
    """Up to `size` rows and the token of the next page.

    A position is a day and a row in it (0: the beginning), so that no page counts the rows before it.
    """
    if position == NEWEST:
        return _newest(cloud, collection), None
    parts: list[bytes] = []
    for day, first, last, rows in _spans(cloud, collection, window, position):
        if first < last and size == 0:
            return b",".join(parts), token(window, _position(day, first))
        taken = min(size, last - first)
        if taken:
            parts.append(rows.slice(first, first + taken))
            size -= taken
        if first + taken < last:
            return b",".join(parts), token(window, _position(day, first + taken))
    return b",".join(parts), None


def _spans(
    cloud: Cloud, collection: Collection, window: Window, position: int
) -> Iterator[tuple[date, int, int, Rows]]:
    """Rows of each day that lie in the window and after the position."""
    day, skip = window.first.date(), 0
    if position:
        day, skip = date.fromordinal(position // ROWS_OF_A_DAY), position % ROWS_OF_A_DAY
    day = max(day, cloud.first - DAY)
    while day <= min(window.last.date(), cloud.last + DAY):
        rows = cloud.rows(collection, day)
        first = max(skip, bisect_left(rows.instants, _ms(window.first)))
        yield day, first, max(first, bisect_right(rows.instants, _ms(window.last))), rows
        day, skip = day + DAY, 0


def _position(day: date, row: int) -> int:
    return day.toordinal() * ROWS_OF_A_DAY + row


def _newest(cloud: Cloud, collection: Collection) -> bytes:
    for back in range(30):
        rows = cloud.rows(collection, cloud.last + DAY - back * DAY)
        if rows:
            return rows.slice(len(rows) - 1, len(rows))
    return b""


def _ms(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp() * 1000
