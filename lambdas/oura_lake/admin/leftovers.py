"""What an account still holds of a lake without its stack, its price, and its removal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.admin.bucket_adoption import kept
from oura_lake.admin.object_versions import Versions
from oura_lake.errors import StoreUnavailable

GB = 1024**3
GB_MONTH_USD = 0.023  # S3 Standard, us-east-1, list price
BOOTSTRAP = "CDKToolkit"


@dataclass(frozen=True, kw_only=True)
class Remnant:
    """One thing that is left: what it is, what it costs in a month, and why it stays."""

    name: str
    monthly_usd: float
    note: str = ""


class Remains:
    """What an account holds of a lake beside its stack; `bucket` is known while the stack is there."""

    def __init__(self, lake: str, client: Callable[[str], Any], bucket: str | None = None) -> None:
        self._lake = lake
        self._client = client
        self.bucket = bucket or kept(lake, client("s3"))

    def left(self) -> list[Remnant]:
        """All of it, the CDK's own things too; raises StoreUnavailable."""
        try:
            found = [self._bucket(name, "your data") for name in [self.bucket] if name and self._exists(name)]
            found += [Remnant(name=f"parameter {name}", monthly_usd=0) for name in self._parameters()]
            return found + [self._bucket(name, f"of {BOOTSTRAP}, for every CDK app here") for name in self._assets()]
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailable(f"AWS could not be asked what is left ({error})", "run it again") from error

    def forget_parameters(self) -> int:
        """Delete the app's credentials and the accounts' names; returns how many."""
        names = self._parameters()
        for name in names:
            self._client("ssm").delete_parameter(Name=name)
        return len(names)

    def remove_bucket(self) -> None:
        """Empty the kept bucket, every version, and delete it; raises StoreUnavailable."""
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
        """The bucket of the CDK's bootstrap in this region."""
        s3 = self._client("s3")
        names = [b["Name"] for b in s3.list_buckets()["Buckets"]]
        return [n for n in names if n.startswith("cdk-") and n.endswith(f"-{s3.meta.region_name}")]

    def _bucket(self, name: str, note: str) -> Remnant:
        pages = self._client("s3").get_paginator("list_object_versions").paginate(Bucket=name)
        n_bytes = sum(version["Size"] for page in pages for version in page.get("Versions", []))
        return Remnant(
            name=f"bucket {name}", monthly_usd=n_bytes / GB * GB_MONTH_USD, note=f"{n_bytes / 1e6:,.1f} MB, {note}"
        )
