"""Store on an S3 bucket, whose conditional writes are its compare-and-swap.

A refused write is a lost race even when the stored bytes equal ours. A retried request whose first try was stored looks
the same as another writer's equal bytes, and the caller alone knows whether that matters.
"""

import random
import time
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws import session
from oura_lake.errors import StoreUnavailable, WriteConflict
from oura_lake.lake.store import Stored

LOST_RACE = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
MISSING = {"NoSuchKey", "404"}
LONGEST_PAUSE_S = 0.3


class S3Store:
    """A store in one bucket; a writer that lost a race waits a random moment before it may try again."""

    def __init__(self, bucket: str, client: Any = None) -> None:
        self.bucket = bucket
        self._s3 = client or session.client("s3")

    def get(self, key: str) -> Stored | None:
        """See Store."""
        try:
            answer = self._s3.get_object(Bucket=self.bucket, Key=key)
            return Stored(data=answer["Body"].read(), etag=answer["ETag"])
        except ClientError as error:
            if _code(error) in MISSING:
                return None
            raise _unavailable("read", self.bucket, key, error) from error
        except BotoCoreError as error:
            raise _unavailable("read", self.bucket, key, error) from error

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        """See Store."""
        condition = {"IfMatch": replacing} if replacing else {"IfNoneMatch": "*"}
        try:
            answer = self._s3.put_object(Bucket=self.bucket, Key=key, Body=data, **condition)
        except ClientError as error:
            if _code(error) in LOST_RACE | MISSING:
                time.sleep(random.uniform(0, LONGEST_PAUSE_S))
                raise WriteConflict(f"Another writer changed {key} first", "read it again and merge") from error
            raise _unavailable("write", self.bucket, key, error) from error
        except BotoCoreError as error:
            raise _unavailable("write", self.bucket, key, error) from error
        return str(answer["ETag"])

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """See Store."""
        return (entry["Key"] for entry in self._entries(prefix, after))

    def etags(self, prefix: str) -> Iterator[tuple[str, str]]:
        """See Store."""
        return ((entry["Key"], entry["ETag"]) for entry in self._entries(prefix))

    def _entries(self, prefix: str, after: str = "") -> Iterator[dict[str, Any]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix, **({"StartAfter": after} if after else {})
        )
        try:
            for page in pages:
                yield from page.get("Contents", [])
        except (ClientError, BotoCoreError) as error:
            raise _unavailable("list", self.bucket, prefix, error) from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _unavailable(verb: str, bucket: str, key: str, error: Exception) -> StoreUnavailable:
    reason = _code(error) if isinstance(error, ClientError) else type(error).__name__
    return StoreUnavailable(f"Cannot {verb} {key} in bucket {bucket}: {reason}", "check the role and the connection")
