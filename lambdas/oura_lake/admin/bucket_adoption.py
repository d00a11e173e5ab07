"""Choice of the bucket for a deploy: the stack's own, or one that an earlier stack of this lake retained.

A bucket with data outlives its stack. `adopt` makes a stack that holds it alone; the deploy then adds all the rest.
From then on the template must name it: a name that appears or disappears is another bucket to CloudFormation. So the
name is read from the deployed template.
"""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.admin.stack_status import is_deployed, remove_never_deployed
from oura_lake.aws.refusals import explained
from oura_lake.aws.stack import DEFAULT_STACK
from oura_lake.errors import SettingsWrong, StoreUnavailable

TAG = "oura-lake:lake"
MADE = f"{DEFAULT_STACK.lower()}-lakestoragebucket"
BUCKET = "AWS::S3::Bucket"
LOGICAL_ID = "LakeStorageBucketD1CAFC02"  # the CDK's name for the construct's path


def arguments(lake: str, client: Callable[[str], Any], stack: str = DEFAULT_STACK, *, adopt: bool = False) -> list[str]:
    """Options for the CDK; raises StoreUnavailable, and SettingsWrong where two buckets fit or the stack is stuck."""
    try:
        cloudformation = client("cloudformation")
        if is_deployed(stack, cloudformation):
            name = _named(cloudformation, stack)
        elif (name := retained_bucket(lake, client("s3"))) and adopt:
            remove_never_deployed(stack, cloudformation)
            _import(cloudformation, stack, name)
    except (ClientError, BotoCoreError) as error:
        problem, advice = explained(error)
        raise StoreUnavailable(f"The bucket of the deploy could not be chosen: {problem}", advice) from error
    return ["-c", f"bucket={name}"] if name else []


def retained_bucket(lake: str, s3: Any) -> str | None:
    """Bucket of an earlier stack of this lake in this region; raises SettingsWrong where two have data.

    It is recognised by its tag, or without one by the name that CloudFormation made from stack and construct. A deploy
    that failed may have left an empty bucket beside it.
    """
    region = s3.meta.region_name
    listed = [bucket["Name"] for bucket in s3.list_buckets(BucketRegion=region)["Buckets"]]
    found = [name for name in listed if _tags(s3, name).get(TAG, lake if name.startswith(MADE) else "") == lake]
    filled = [name for name in found if not _is_empty(s3, name)] if len(found) > 1 else found
    if len(filled) > 1:
        raise SettingsWrong(
            f"Buckets {' and '.join(filled)} are both of the lake {lake}", f"give the other one the tag {TAG}=none"
        )
    return next(iter([*filled, *found]), None)


def _is_empty(s3: Any, bucket: str) -> bool:
    """Whether a bucket has neither objects nor earlier versions of any."""
    listed = s3.list_object_versions(Bucket=bucket, MaxKeys=1)
    return not listed.get("Versions") and not listed.get("DeleteMarkers")


def _import(cloudformation: Any, stack: str, name: str) -> None:
    """Make a stack of the bucket alone, without a change of the bucket."""
    bucket = {
        "Type": BUCKET,
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"BucketName": name},
    }
    resource = {"ResourceType": BUCKET, "LogicalResourceId": LOGICAL_ID, "ResourceIdentifier": {"BucketName": name}}
    which = {"StackName": stack, "ChangeSetName": "take-the-kept-bucket"}
    cloudformation.create_change_set(
        **which,
        ChangeSetType="IMPORT",
        ResourcesToImport=[resource],
        TemplateBody=json.dumps({"Resources": {LOGICAL_ID: bucket}}),
    )
    cloudformation.get_waiter("change_set_create_complete").wait(**which, WaiterConfig={"Delay": 2})
    cloudformation.execute_change_set(**which)
    cloudformation.get_waiter("stack_import_complete").wait(StackName=stack, WaiterConfig={"Delay": 2})


def _named(cloudformation: Any, stack: str) -> str | None:
    """Name that the deployed template gives its bucket; None where CloudFormation chose one."""
    body = cloudformation.get_template(StackName=stack)["TemplateBody"]
    template = json.loads(body) if isinstance(body, str) else body
    buckets = [r for r in template["Resources"].values() if r["Type"] == BUCKET]
    return next((name for r in buckets if (name := r.get("Properties", {}).get("BucketName"))), None)


def _tags(s3: Any, bucket: str) -> dict[str, str]:
    """Tags of a bucket; empty for a bucket without tags or without permission to read them."""
    try:
        return {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchTagSet", "AccessDenied", "NoSuchBucket"):
            return {}
        raise
