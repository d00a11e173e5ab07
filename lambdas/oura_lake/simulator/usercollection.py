"""Replies of the routes of /v2/usercollection."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from oura_lake.simulator import paging
from oura_lake.simulator.cloud import Cloud, Entry
from oura_lake.simulator.oauth import OAuth
from oura_lake.simulator.reply import Reply, detail, json_reply
from oura_lake.simulator.request import Request
from oura_lake.simulator.routes import COLLECTIONS, Clock, Collection
from oura_lake.simulator.windows import BadBound, Window, bound, candidate_days, window_of

PREFIX = "/v2/usercollection/"
DAY = timedelta(days=1)


class UserCollection:
    """The data routes."""

    def __init__(
        self, cloud: Cloud, oauth: OAuth, *, now: Callable[[], datetime], page_size: int, row_page_size: int
    ) -> None:
        self._cloud, self._oauth, self._now = cloud, oauth, now
        self._page_size, self._row_page_size = page_size, row_page_size

    def answer(self, request: Request) -> Reply:
        """Reply to a GET under the prefix."""
        path, _, identity = request.path.removeprefix(PREFIX).partition("/")
        collection = COLLECTIONS.get(path)
        if collection is None or (identity and not collection.has_ids):
            return detail(404, "Not Found")
        if refusal := self._refusal(request, collection):
            return refusal
        if path == "personal_info":
            return self._personal_info(request)
        if identity:
            entry = self._cloud.find(collection, identity)
            return Reply(status=200, body=entry.text) if entry else detail(404, "Document not found.")
        return self._list(request, collection)

    def _refusal(self, request: Request, collection: Collection) -> Reply | None:
        if not request.headers.get("authorization"):
            return detail(400, "Missing auth token. Include any string in 'Authorization' header.")
        if refused := self._oauth.refused(request.bearer):
            return refused
        is_open = collection.path == "personal_info"  # its id is readable with any token
        if collection.scope not in self._oauth.scopes(request.bearer) and not is_open:
            return detail(401, f"Token is not authorized access {collection.scope} scope.")
        return None

    def _personal_info(self, request: Request) -> Reply:
        scopes, person = self._oauth.scopes(request.bearer), self._cloud.source.undated("personal_info")
        if not person:
            return detail(404, "Document not found.")
        readable = {"id"} | ({"age", "weight", "height", "biological_sex"} if "personal" in scopes else set())
        readable |= {"email"} if "email" in scopes else set()
        return json_reply({k: v for k, v in person[0].items() if k in readable})

    def _list(self, request: Request, collection: Collection) -> Reply:
        try:
            if collection.clock is Clock.ROW:
                return self._rows(request, collection)
            return self._documents(request, collection)
        except BadBound as error:
            return _unprocessable(request, error)
        except paging.BadToken:
            return _unprocessable(request, BadBound("value_error", "Invalid next_token"))

    def _documents(self, request: Request, collection: Collection) -> Reply:
        window, offset = self._window(request, self._two_days)
        if collection.clock is Clock.NONE:
            found = self._cloud.undated(collection)
        else:
            found = [
                e
                for day in candidate_days(window, self._cloud.first, self._cloud.last)
                for e in self._cloud.on(collection, day)
                if window.contains(e.moment, collection.clock)
            ]
        found.sort(key=_order)
        page = found[offset : offset + self._page_size]
        is_last = offset + self._page_size >= len(found)
        token = None if is_last else paging.token(window, offset + self._page_size)
        return _page(request, collection, b",".join(e.text for e in page), token)

    def _rows(self, request: Request, collection: Collection) -> Reply:
        window, offset = self._window(request, self._last_day)
        if request.params.get("latest", "").lower() == "true":
            offset = paging.NEWEST
        text, token = paging.row_page(self._cloud, collection, window, offset, self._row_page_size)
        return _page(request, collection, text, token)

    def _window(self, request: Request, default: Callable[[Request], Window]) -> tuple[Window, int]:
        """Window and position in it; a token carries both."""
        if given := request.params.get("next_token"):
            return paging.read_token(given)
        return default(request), 0

    def _two_days(self, request: Request) -> Window:
        """Window of the requested dates; without them today and yesterday."""
        today = self._cloud.last
        end = request.params.get("end_date") or today.isoformat()
        start = request.params.get("start_date") or (bound(end)[0].date() - DAY).isoformat()
        return window_of(start, end)

    def _last_day(self, request: Request) -> Window:
        """Window of the requested date-times; without them the last 24 hours. Dates are ignored."""
        now = min(self._now(), datetime.combine(self._cloud.last + DAY, time(), UTC))
        end = request.params.get("end_datetime") or now.isoformat()
        start = request.params.get("start_datetime") or (bound(end)[0] - DAY).isoformat()
        return window_of(start, end)


def _order(entry: Entry) -> tuple[datetime, datetime]:
    return entry.moment.utc, entry.moment.local


def _page(request: Request, collection: Collection, text: bytes, token: str | None) -> Reply:
    if collection.has_fields and (names := request.params.get("fields")):
        text = _projected(text, set(names.split(",")))
    return Reply(status=200, body=b'{"data":[' + text + b'],"next_token":' + json.dumps(token).encode() + b"}")


def _projected(text: bytes, names: set[str]) -> bytes:
    """Keep the named fields, id and day; unknown names are ignored, and without a known one all fields stay."""
    records = json.loads(b"[" + text + b"]")
    if not any(names & record.keys() for record in records):
        return text
    projected = [{k: v for k, v in record.items() if k in names | {"id", "day"}} for record in records]
    return json.dumps(projected, separators=(",", ":"))[1:-1].encode()


def _unprocessable(request: Request, error: BadBound) -> Reply:
    """Reply 422; for an invalid date it has an item for each format that the API tried."""
    names = ("start_date", "end_date", "start_datetime", "end_datetime", "next_token")
    given = {n: request.params[n] for n in names if n in request.params}
    if error.kind == "value_error":
        name = next(iter(given), "start_date")
        return detail(422, [{"type": error.kind, "loc": ["query", name], "msg": str(error), "input": given.get(name)}])
    wrong = [n for n, text in given.items() if n != "next_token" and _is_bad(text)]
    readings = (("datetime_from_date_parsing", "datetime"), ("date_from_datetime_parsing", "date"))
    cause = {"msg": str(error), "ctx": {"error": "invalid character in year"}}
    return detail(
        422,
        [
            {"type": kind, "loc": ["query", name, tried], "input": given[name], **cause}
            for name in wrong
            for kind, tried in readings
        ],
    )


def _is_bad(text: str) -> bool:
    try:
        bound(text)
    except BadBound:
        return True
    return False
