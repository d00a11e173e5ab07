"""Errors of AWS in our words, which name resources and never their values."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.errors import SettingsWrong, StoreUnavailable, WriteConflict

NOT_FOUND = ("ResourceNotFoundException", "ParameterNotFound")
SWAP_REFUSED = ("InvalidParameterException", "InvalidRequestException")


class Missing(SettingsWrong):
    """No resource of that name exists yet."""


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn AWS's errors about the resource of this name into Missing, WriteConflict or StoreUnavailable."""
    try:
        yield
    except ClientError as error:
        raise _ours(name, error) from error
    except BotoCoreError as error:
        raise StoreUnavailable(f"AWS could not be asked for {name}: {error}", "check region and credentials") from error


def reason_of(cause: ClientError | BotoCoreError) -> str:
    """Reason of an error in one word: AWS's code, else the class of the error."""
    return str(cause.response["Error"]["Code"]) if isinstance(cause, ClientError) else type(cause).__name__


def _ours(name: str, error: ClientError) -> SettingsWrong | StoreUnavailable | WriteConflict:
    code = error.response["Error"]["Code"]
    if code in NOT_FOUND:
        return Missing(
            f"AWS holds nothing named {name}",
            "deploy the stack with this person in config.toml first, and if they were "
            "forgotten, once without them before that",
        )
    is_lost_swap = error.operation_name == "UpdateSecretVersionStage" and code in SWAP_REFUSED
    if is_lost_swap or code == "ParameterAlreadyExists":
        return WriteConflict(f"Another run changed {name} meanwhile", "run it again")
    return StoreUnavailable(f"AWS refused {error.operation_name} on {name} ({code})", "check the role's permissions")
