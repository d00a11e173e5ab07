"""Remnants of a lake in an account without its stack, their price, and their removal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.admin.bucket_adoption import retained_bucket
from oura_lake.admin.object_versions import Versions
from oura_lake.errors import StoreUnavailable

GB = 1024**3
GB_MONTH_USD = 0.023  # S3 Standard, us-east-1, list price
BOOTSTRAP = "CDKToolkit"


@dataclass(frozen=True, kw_only=True)
class Remnant:
    """One remnant: its name, its cost in a month, and the reason why it stays."""

    name: str
    monthly_usd: float
    note: str = ""


class Remains:
    """The remnants of a lake beside its stack; `bucket` is known while the stack exists."""

    def __init__(self, lake: str, client: Callable[[str], Any], bucket: str | None = None) -> None:
        self._lake = lake
        self._client = client
        self.bucket = bucket or retained_bucket(lake, client("s3"))

    def remnants(self) -> list[Remnant]:
        """All remnants, the CDK's own too; raises StoreUnavailable."""
        try:
            found = [self._bucket(name, "your data") for name in [self.bucket] if name and self._exists(name)]
            found += [Remnant(name=f"parameter {name}", monthly_usd=0) for name in self._parameters()]
            return found + [self._bucket(name, f"of {BOOTSTRAP}, for every CDK app here") for name in self._assets()]
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailable(f"AWS could not be asked what is left ({error})", "run it again") from error

    def forget_parameters(self) -> int:
        """Delete the app's credentials and the accounts' names; returns their number."""
        names = self._parameters()
        for name in names:
            self._client("ssm").delete_parameter(Name=name)
        return len(names)

    def remove_bucket(self) -> None:
        """Delete every version in the retained bucket, and the bucket; raises StoreUnavailable."""
        if not self.bucket or not self._exists(self.bucket):
            return
        Versions(self.bucket, self._client("s3")).remove(lambda _key: True)
        try:
            self._client("s3").delete_bucket(Bucket=self.bucket)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise StoreUnavailable(f"Bucket {self.bucket} was emptied, not deleted ({code})", "run it again") from error

    def _parameters(self) -> list[str]:
        pages = self._client("ssm").get_paginator("get_parameters_by_path")
        found = pages.paginate(Path=f"/{self._lake}/", Recursive=True)
        return [parameter["Name"] for page in found for parameter in page["Parameters"]]

    def _exists(self, bucket: str) -> bool:
        return bucket in [b["Name"] for b in self._client("s3").list_buckets()["Buckets"]]

    def _assets(self) -> list[str]:
        """Bucket of the CDK's bootstrap in this region."""
        s3 = self._client("s3")
        names = [b["Name"] for b in s3.list_buckets()["Buckets"]]
        return [n for n in names if n.startswith("cdk-") and n.endswith(f"-{s3.meta.region_name}")]

    def _bucket(self, name: str, note: str) -> Remnant:
        pages = self._client("s3").get_paginator("list_object_versions").paginate(Bucket=name)
        n_bytes = sum(version["Size"] for page in pages for version in page.get("Versions", []))
        return Remnant(
            name=f"bucket {name}", monthly_usd=n_bytes / GB * GB_MONTH_USD, note=f"{n_bytes / 1e6:,.1f} MB, {note}"
        )
