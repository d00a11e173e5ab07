"""S3 as far as a lake uses it, and as fast as a thousand runs want it: get, conditional put, list, delete."""

import hashlib
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from support.aws_over_http import Answer

A_PAGE = 1000  # keys that S3 lists in one call


def refusal(status: int, code: str) -> Answer:
    """Make an error as S3 words it."""
    body = f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
    return Answer(status=status, headers={"content-type": "application/xml"}, body=body)


class PlainS3:
    """Bucket for every name."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def answer(self, _service: str, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer a call."""
        url = urlsplit(path)
        key = unquote(url.path).lstrip("/").partition("/")[2]
        query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        if "list-type" in query:
            after = query.get("continuation-token") or query.get("start-after", "")
            return self._listed(query.get("prefix", ""), after, int(query.get("max-keys", A_PAGE)))
        if method == "PUT":
            return self._put(key, body, {name.lower(): value for name, value in headers.items()})
        if key not in self.objects:
            return refusal(404, "NoSuchKey")
        return Answer(status=200, headers={"ETag": _etag(self.objects[key])}, body=self.objects[key])

    def _put(self, key: str, body: bytes, headers: dict[str, str]) -> Answer:
        stored = self.objects.get(key)
        wanted = headers.get("if-match")
        if wanted and stored is None:
            return refusal(404, "NoSuchKey")
        if stored is not None and (wanted != _etag(stored) if wanted else headers.get("if-none-match") == "*"):
            return refusal(412, "PreconditionFailed")
        self.objects[key] = body
        return Answer(status=200, headers={"ETag": _etag(body)})

    def _listed(self, prefix: str, after: str, at_most: int) -> Answer:
        """List one page; its continuation token is its last key."""
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        page, more = keys[:at_most], len(keys) > at_most
        entries = "".join(self._entry(key) for key in page)
        following = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        state = f"<IsTruncated>{str(more).lower()}</IsTruncated>{following}"
        listing = f"<ListBucketResult>{state}{entries}</ListBucketResult>"
        return Answer(status=200, headers={"content-type": "application/xml"}, body=listing.encode())

    def _entry(self, key: str) -> str:
        tag = escape(_etag(self.objects[key]))
        return f"<Contents><Key>{escape(key)}</Key><ETag>{tag}</ETag></Contents>"


def _etag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
