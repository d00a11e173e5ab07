"""Choice of the bucket for a deploy: the stack's own, or one that an earlier stack of this lake left behind.

    python -m oura_lake.admin.bucket_adoption [--adopt]    # prints the CDK's option; nothing for a new bucket

A bucket with data outlives its stack. `--adopt` makes a stack that holds it alone; the deploy then adds all the rest.
The template must name it ever after: a name that comes or goes is another bucket to CloudFormation. So the name is
read off what is deployed.
"""

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws.stack import DEFAULT_STACK, clients, described
from oura_lake.errors import OuraLakeError, SettingsWrong, StoreUnavailable

TAG = "oura-lake:lake"
MADE = f"{DEFAULT_STACK.lower()}-lakestoragebucket"
BUCKET = "AWS::S3::Bucket"
LOGICAL_ID = "LakeStorageBucketD1CAFC02"  # what the CDK makes of the construct's path
GONE = ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS")


def arguments(lake: str, client: Callable[[str], Any], stack: str = DEFAULT_STACK, *, adopt: bool = False) -> list[str]:
    """What the CDK is to be told; raises SettingsWrong where two buckets could be meant, StoreUnavailable."""
    try:
        cloudformation = client("cloudformation")
        if _exists(cloudformation, stack):
            name = _named(cloudformation, stack)
        elif (name := kept(lake, client("s3"))) and adopt:
            _import(cloudformation, stack, name)
    except (ClientError, BotoCoreError) as error:
        raise StoreUnavailable(f"The kept bucket could not be taken ({error})", "check permissions") from error
    return ["-c", f"bucket={name}"] if name else []


def kept(lake: str, s3: Any) -> str | None:
    """The bucket that this lake left behind in this region; raises SettingsWrong where there are two.

    Known by its tag, or, without one, by the name that CloudFormation made of stack and construct.
    """
    region = s3.meta.region_name
    listed = [bucket["Name"] for bucket in s3.list_buckets(BucketRegion=region)["Buckets"]]
    found = [name for name in listed if _tags(s3, name).get(TAG, lake if name.startswith(MADE) else "") == lake]
    if len(found) > 1:
        raise SettingsWrong(
            f"Buckets {' and '.join(found)} are both of the lake {lake}", f"give the one not meant the tag {TAG}=none"
        )
    return found[0] if found else None


def _import(cloudformation: Any, stack: str, name: str) -> None:
    """Make a stack of the bucket alone, as it is."""
    bucket = {
        "Type": BUCKET,
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"BucketName": name},
    }
    taken = {"ResourceType": BUCKET, "LogicalResourceId": LOGICAL_ID, "ResourceIdentifier": {"BucketName": name}}
    which = {"StackName": stack, "ChangeSetName": "take-the-kept-bucket"}
    cloudformation.create_change_set(
        **which,
        ChangeSetType="IMPORT",
        ResourcesToImport=[taken],
        TemplateBody=json.dumps({"Resources": {LOGICAL_ID: bucket}}),
    )
    cloudformation.get_waiter("change_set_create_complete").wait(**which, WaiterConfig={"Delay": 2})
    cloudformation.execute_change_set(**which)
    cloudformation.get_waiter("stack_import_complete").wait(StackName=stack, WaiterConfig={"Delay": 2})


def _exists(cloudformation: Any, stack: str) -> bool:
    found = described(stack, cloudformation)
    return found is not None and found["StackStatus"] not in GONE


def _named(cloudformation: Any, stack: str) -> str | None:
    """The name that the deployed template gives its bucket; None where CloudFormation chose one."""
    body = cloudformation.get_template(StackName=stack)["TemplateBody"]
    template = json.loads(body) if isinstance(body, str) else body
    buckets = [r for r in template["Resources"].values() if r["Type"] == BUCKET]
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
        sys.stdout.write(" ".join(arguments(lake, clients(), adopt="--adopt" in sys.argv)) + "\n")
    except (OSError, tomllib.TOMLDecodeError):
        sys.stdout.write("\n")
    except OuraLakeError as error:
        sys.exit(f"oura-lake: {error}")


if __name__ == "__main__":
    main()
