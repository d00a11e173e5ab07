"""Status in which an earlier deploy or destroy left a stack, as far as the next deploy depends on it."""

from typing import Any

from oura_lake.aws.stack import described
from oura_lake.errors import SettingsWrong

ABSENT = "DELETE_COMPLETE"
# A first deploy that failed or never began. Such a stack has no resources, and no update of it is possible.
NEVER_DEPLOYED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS")
STUCK = {
    "DELETE_FAILED": ("was not removed entirely", "run `make destroy` again, then `make deploy`"),
    "DELETE_IN_PROGRESS": ("is being removed", "wait until it is gone, then run `make deploy` again"),
    "UPDATE_ROLLBACK_FAILED": (
        "could not go back to its state before a failed deploy",
        "run `aws cloudformation continue-update-rollback --stack-name {stack}`, then `make deploy`",
    ),
}


def is_deployed(stack: str, cloudformation: Any) -> bool:
    """Whether a stack has been deployed; raises ClientError, and SettingsWrong for one that takes no deploy."""
    status = _status(stack, cloudformation)
    if status in STUCK:
        problem, advice = STUCK[status]
        raise SettingsWrong(f"The stack {stack} {problem} ({status})", advice.format(stack=stack))
    return status not in (None, ABSENT, *NEVER_DEPLOYED)


def remove_never_deployed(stack: str, cloudformation: Any) -> None:
    """Remove a stack that was never deployed, if there is one; raises ClientError and WaiterError."""
    if _status(stack, cloudformation) in NEVER_DEPLOYED:
        cloudformation.delete_stack(StackName=stack)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 2})


def _status(stack: str, cloudformation: Any) -> str | None:
    found = described(stack, cloudformation)
    return str(found["StackStatus"]) if found else None
