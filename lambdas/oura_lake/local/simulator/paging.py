"""Where does the next page begin? Tokens that carry the window, so that a token alone is enough."""

import base64
import json
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta

from oura_lake.local.simulator.cloud import Cloud
from oura_lake.local.simulator.collections import Collection
from oura_lake.local.simulator.windows import Window

DAY = timedelta(days=1)


class BadToken(ValueError):
    """A `next_token` that this server did not make."""


def token(window: Window, position: int) -> str:
    """The opaque text for `position` in a window."""
    bounds = [window.first.isoformat(), window.last.isoformat(), window.first_is_aware, window.last_is_aware]
    return base64.urlsafe_b64encode(json.dumps([*bounds, position]).encode()).decode()


def read_token(text: str) -> tuple[Window, int]:
    """What a token stands for; raises BadToken."""
    try:
        first, last, first_is_aware, last_is_aware, position = json.loads(base64.urlsafe_b64decode(text))
        window = Window(
            first=datetime.fromisoformat(first), last=datetime.fromisoformat(last),
            first_is_aware=first_is_aware, last_is_aware=last_is_aware,
        )
    except (ValueError, TypeError) as error:
        raise BadToken("not a token of this server") from error
    return window, int(position)


def row_page(cloud: Cloud, collection: Collection, window: Window, position: int, size: int) -> tuple[bytes, str | None]:
    """Up to `size` rows and the token of the next page.

    A position is a day and a row in it (0: the beginning; -1: the newest row alone), so that no page counts
    what came before it.
    """
    if position == -1:
        return _newest(cloud, collection), None
    day, skip = (date.fromordinal(position // 10**6), position % 10**6) if position else (window.first.date(), 0)
    day = max(day, cloud.first - DAY)
    parts: list[bytes] = []
    while day <= min(window.last.date(), cloud.last + DAY):
        rows = cloud.rows(collection, day)
        start, end = bisect_left(rows.instants, _ms(window.first)) + 0, bisect_right(rows.instants, _ms(window.last))
        start = max(start, skip)
        if start < end and size == 0:
            return b",".join(parts), token(window, day.toordinal() * 10**6 + start)
        taken = min(size, max(0, end - start))
        if taken:
            parts.append(rows.slice(start, start + taken))
        size -= taken
        if start + taken < end:
            return b",".join(parts), token(window, day.toordinal() * 10**6 + start + taken)
        day, skip = day + DAY, 0
    return b",".join(parts), None


def _newest(cloud: Cloud, collection: Collection) -> bytes:
    for back in range(30):
        rows = cloud.rows(collection, cloud.last + DAY - back * DAY)
        if rows:
            return rows.slice(len(rows) - 1, len(rows))
    return b""


def _ms(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp() * 1000
