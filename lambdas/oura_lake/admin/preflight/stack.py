"""Checks of what a deploy needs or meets: the CDK's stack, an earlier one of the lake, a bucket that stayed."""

from oura_lake.admin.bucket_adoption import retained_bucket
from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.admin.leftovers import BOOTSTRAP
from oura_lake.admin.preflight.settings import Wanted
from oura_lake.admin.stack_status import NEVER_DEPLOYED, is_deployed
from oura_lake.aws.stack import DEFAULT_STACK, described, outputs_of

ASSETS = "cdk-hnb659fds-assets"
LEAST_BOOTSTRAP = 6  # what a stack of this CDK asks for
WHOLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


def bootstrap(account: Account) -> Finding:
    """Check the CDK's stack of roles and of a bucket for what is deployed."""
    found = described(BOOTSTRAP, account.client("cloudformation"))
    if found is None:
        return State.OK, f"The CDK's stack {BOOTSTRAP} is not there yet; `make deploy` makes it."
    status, version = found["StackStatus"], outputs_of(found).get("BootstrapVersion", "0")
    if status not in WHOLE:
        return State.FAILED, (
            f"The CDK's stack {BOOTSTRAP} is {status}; wait, or delete it with "
            f"`aws cloudformation delete-stack --stack-name {BOOTSTRAP}`, and run `make deploy`."
        )
    if int(version) < LEAST_BOOTSTRAP:
        return State.WARNING, (
            f"The CDK's stack {BOOTSTRAP} is of version {version}, and {LEAST_BOOTSTRAP} is needed; `make deploy` "
            "brings it up to date, which may undo what somebody changed in it by hand."
        )
    return State.OK, f"The CDK's stack {BOOTSTRAP} is of version {version}."


def bootstrap_bucket(account: Account) -> Finding:
    """Check that the bucket of the CDK's stack is still there: somebody may have deleted it by hand."""
    found, s3 = described(BOOTSTRAP, account.client("cloudformation")), account.client("s3")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    if found is None:
        number = account.client("sts").get_caller_identity()["Account"]
        if (left := f"{ASSETS}-{number}-{s3.meta.region_name}") in names:
            return State.FAILED, (
                f"The bucket {left} stayed of an earlier {BOOTSTRAP}, so the CDK cannot make it again; it holds "
                "deployed code alone: empty and delete it in the S3 console."
            )
        return State.OK, f"The CDK's bucket is made with its stack {BOOTSTRAP}."
    if (name := outputs_of(found).get("BucketName")) not in names:
        return State.FAILED, (
            f"The bucket {name} of the stack {BOOTSTRAP} was deleted, so nothing can be deployed; remove the stack by "
            f"`aws cloudformation delete-stack --stack-name {BOOTSTRAP}`, and `make deploy` makes both again."
        )
    return State.OK, "The CDK's bucket is there."


def lake_stack(account: Account, stack: str = DEFAULT_STACK) -> Finding:
    """Check that an earlier deploy left the lake's stack in a state that takes another; raises SettingsWrong."""
    cloudformation = account.client("cloudformation")
    if is_deployed(stack, cloudformation):
        status = (described(stack, cloudformation) or {}).get("StackStatus", "")
        if status.endswith("IN_PROGRESS"):
            return State.WARNING, f"The stack {stack} is {status}; wait until it is done, then run `make deploy`."
        return State.OK, f"The stack {stack} is deployed ({status}); `make deploy` brings it up to date."
    found = described(stack, cloudformation)
    if found and found["StackStatus"] in NEVER_DEPLOYED:
        return (
            State.WARNING,
            f"An earlier deploy of {stack} failed ({found['StackStatus']}); `make deploy` starts anew.",
        )
    return State.OK, f"There is no stack {stack} yet; this is a first deploy."


def bucket(account: Account, found: Wanted) -> Finding:
    """Check which bucket the deploy takes; raises SettingsWrong where two have data of the lake."""
    if is_deployed(DEFAULT_STACK, account.client("cloudformation")):
        return State.SKIPPED, "Not asked: the stack has its bucket."
    if name := retained_bucket(found.lake, account.client("s3")):
        return State.OK, f"The bucket {name} of an earlier lake is there, and the deploy takes it with its data."
    return State.OK, "No bucket of an earlier lake is there; the deploy makes one, named by AWS."
