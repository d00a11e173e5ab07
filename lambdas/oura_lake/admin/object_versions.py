"""Object versions of a bucket and their permanent removal; a deleted object still has all its versions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.errors import StoreUnavailable

AT_ONCE = 1000  # versions that one DeleteObjects takes

Wanted = Callable[[str], bool]


class Versions:
    """The versions and delete markers of a bucket, old ones too."""

    def __init__(self, bucket: str, s3: Any) -> None:
        self._bucket = bucket
        self._s3 = s3

    def count(self, wanted: Wanted, prefix: str = "") -> int:
        """Count the versions of the wanted keys; raises StoreUnavailable."""
        return sum(1 for _ in self._all(wanted, prefix))

    def newest(self, wanted: Wanted) -> datetime | None:
        """Time of the newest write to the wanted keys; raises StoreUnavailable."""
        return max((entry["LastModified"] for entry in self._entries(wanted, "")), default=None)

    def remove(self, wanted: Wanted, prefix: str = "") -> None:
        """Remove all versions of the wanted keys; raises StoreUnavailable."""
        found = self._all(wanted, prefix)
        while batch := list(islice(found, AT_ONCE)):
            with _translated(self._bucket):
                done = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True})
            if failed := done.get("Errors"):
                raise StoreUnavailable(
                    f"{len(failed)} versions in bucket {self._bucket} were not removed ({failed[0].get('Code')})",
                    "check your permissions and run it again",
                )

    def _all(self, wanted: Wanted, prefix: str) -> Iterator[dict[str, str]]:
        return ({"Key": e["Key"], "VersionId": e["VersionId"]} for e in self._entries(wanted, prefix))

    def _entries(self, wanted: Wanted, prefix: str) -> Iterator[dict[str, Any]]:
        with _translated(self._bucket):
            pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix)
            for page in pages:
                for entry in chain(page.get("Versions", []), page.get("DeleteMarkers", [])):
                    if wanted(entry["Key"]):
                        yield entry


@contextmanager
def _translated(bucket: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise StoreUnavailable(
            f"The versions in bucket {bucket} could not be removed ({code})", "check your permissions and run it again"
        ) from error
    except BotoCoreError as error:
        raise StoreUnavailable(f"Bucket {bucket} cannot be reached ({type(error).__name__})", "run it again") from error
