"""Which bucket will a deploy use? That of the stack, or one that an earlier stack of this lake left behind.

    python -m oura_lake.aws.kept_bucket      # prints what the CDK is to be told; nothing for a new bucket

A bucket with data outlives its stack. A new stack imports it if the template names it, and must name it ever after: a
name that comes or goes is another bucket to CloudFormation. So the name is read off what is deployed.
"""

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws.stack import DEFAULT_STACK, clients
from oura_lake.errors import OuraLakeError, SettingsWrong, StoreUnavailable

TAG = "oura-lake:lake"
GONE = ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS")


def arguments(lake: str, client: Callable[[str], Any], stack: str = DEFAULT_STACK) -> list[str]:
    """What `cdk deploy` is to be told; raises SettingsWrong where two buckets could be meant, StoreUnavailable."""
    try:
        cloudformation = client("cloudformation")
        is_deployed = _exists(cloudformation, stack)
        name = _named(cloudformation, stack) if is_deployed else kept(lake, client("s3"))
    except (ClientError, BotoCoreError) as error:
        raise StoreUnavailable(f"AWS could not be asked for a kept bucket ({error}); check permissions.") from error
    return ["-c", f"bucket={name}", "--import-existing-resources"] if name else []


def kept(lake: str, s3: Any) -> str | None:
    """The bucket that this lake left behind in this region; raises SettingsWrong where there are two."""
    region = s3.meta.region_name
    listed = [bucket["Name"] for bucket in s3.list_buckets(BucketRegion=region)["Buckets"]]
    found = [name for name in listed if _tags(s3, name).get(TAG) == lake]
    if len(found) > 1:
        raise SettingsWrong(
            f"Buckets {' and '.join(found)} are both of the lake {lake}; take the tag {TAG} off the one not meant."
        )
    return found[0] if found else None


def _exists(cloudformation: Any, stack: str) -> bool:
    try:
        [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return False
        raise
    return found["StackStatus"] not in GONE


def _named(cloudformation: Any, stack: str) -> str | None:
    """The name that the deployed template gives its bucket; None where CloudFormation chose one."""
    body = cloudformation.get_template(StackName=stack)["TemplateBody"]
    template = json.loads(body) if isinstance(body, str) else body
    buckets = [r for r in template["Resources"].values() if r["Type"] == "AWS::S3::Bucket"]
    return next((name for r in buckets if (name := r.get("Properties", {}).get("BucketName"))), None)


def _tags(s3: Any, bucket: str) -> dict[str, str]:
    """The tags of a bucket; none of one that has none or is another's to read."""
    try:
        return {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchTagSet", "AccessDenied", "NoSuchBucket"):
            return {}
        raise


def main(config: Path = Path("config.toml")) -> None:
    """Print the arguments on one line; what is wrong with config.toml the CDK's app says."""
    try:
        lake = tomllib.loads(config.read_text(encoding="utf-8")).get("lake", {}).get("name", "oura-lake")
        sys.stdout.write(" ".join(arguments(lake, clients())) + "\n")
    except (OSError, tomllib.TOMLDecodeError):
        sys.stdout.write("\n")
    except OuraLakeError as error:
        sys.exit(f"oura-lake: {error}")


if __name__ == "__main__":
    main()
