"""Refusals of AWS and of its client, told to the owner with what to do; for commands alone.

A function has the boto3 of Lambda, which may be older than some of these classes.
"""

import re

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "403")
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException")
SLOWED = (
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "Throttled", "SlowDown",
    "TooManyRequestsException", "RequestLimitExceeded", "LimitExceededException", "PriorRequestNotComplete",
)  # fmt: skip
PERMISSION = re.compile(r"authorized to perform:? ([\w-]+:\w+)")
SIGN_IN = "sign in again: `aws sso login` or `aws login`, or set AWS_PROFILE to another"


def is_denied(error: Exception) -> bool:
    """Return whether AWS refused a call for lack of a permission."""
    return _code(error) in DENIED


def is_signed_out(error: Exception) -> bool:
    """Return whether AWS does not know the credentials, or no longer."""
    return _code(error) in EXPIRED


def is_slowed(error: Exception) -> bool:
    """Return whether AWS refused a call for the number of calls before it."""
    return _code(error) in SLOWED


def explained(error: ClientError | BotoCoreError) -> tuple[str, str]:
    """Tell what AWS or its client refused, and what to do about it, each a part of a sentence."""
    if isinstance(error, ClientError):
        return _refused(error)
    reasons: list[tuple[type[Exception] | tuple[type[Exception], ...], str, str]] = [
        ((NoCredentialsError, PartialCredentialsError), "there are no credentials of AWS here",
         "run `aws configure` or `aws login`, or set AWS_PROFILE"),
        (ProfileNotFound, f"there is no profile {error.kwargs.get('profile')} of AWS",
         "see `aws configure list-profiles`, and set AWS_PROFILE"),
        (NoRegionError, "no region is chosen", "set AWS_REGION, such as `export AWS_REGION=eu-central-1`"),
        ((SSOError, TokenRetrievalError, NoAuthTokenError, LoginError), "the sign-in to AWS has ended", SIGN_IN),
        (ConnectionError, "AWS cannot be reached", "check the network, AWS_REGION and AWS_ENDPOINT_URL"),
    ]  # fmt: skip
    for kind, problem, advice in reasons:
        if isinstance(error, kind):
            return problem, advice
    return " ".join(str(error).split()).rstrip("."), "check region and credentials"


def _refused(error: ClientError) -> tuple[str, str]:
    code, operation = _code(error), error.operation_name
    if is_denied(error):
        permission = PERMISSION.search(str(error.response["Error"].get("Message", "")))
        action = permission[1] if permission else operation
        return f"you lack the permission {action}", "add it to your role, or set AWS_PROFILE to one that has it"
    if is_signed_out(error):
        return f"AWS does not know your credentials ({code})", SIGN_IN
    if is_slowed(error):
        return f"AWS asks to slow down ({operation}: {code})", "run it again in a minute"
    return f"AWS refused {operation} ({code})", "check region and credentials"


def _code(error: Exception) -> str:
    return str(error.response["Error"].get("Code", "")) if isinstance(error, ClientError) else ""
