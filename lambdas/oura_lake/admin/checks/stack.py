"""Checks of the stack: it exists, it names its parts, and its functions are ready."""

from typing import Any

from oura_lake.admin.checks.model import Account, Finding, State

FUNCTIONS = ("IngestFunction", "AnalyseFunction", "MaintainFunction")
NEEDED = (
    "Bucket",
    "Database",
    "WorkGroup",
    "JobsQueueUrl",
    "DeadLetters",
    *FUNCTIONS,
    "TokenSecretPrefix",
    "AppParameter",
    "Topics",
    "Persons",
)


def named_parts(account: Account) -> Finding:
    """Check that the stack has every output that the other checks and commands need."""
    if missing := [name for name in NEEDED if name not in account.outputs]:
        return State.FAILED, f"The stack does not name its {', '.join(missing)}; deploy this version: `make deploy`."
    where = "the emulator" if account.is_emulator else account.client("sts").meta.region_name
    whose = ", ".join(account.persons)
    return State.OK, f"It is deployed in {where}, names all its parts, and is the lake of {whose}."


def functions(account: Account) -> Finding:
    """Check that the functions can start."""
    for name in map(account.outputs.__getitem__, FUNCTIONS):
        found = function(account, name)
        state, update = found.get("State", "Active"), found.get("LastUpdateStatus", "Successful")
        if (state, update) not in (("Active", "Successful"), ("Inactive", "Successful")):
            why = found.get("StateReason") or found.get("LastUpdateStatusReason") or update
            return State.FAILED, f"{name} is {state} ({why}); wait a minute, else deploy again: `make deploy`."
    return State.OK, "All functions are ready."


def function(account: Account, name: str) -> dict[str, Any]:
    """Read the configuration of a function."""
    found: dict[str, Any] = account.client("lambda").get_function_configuration(FunctionName=name)
    return found


def variables(account: Account, name: str) -> dict[str, str]:
    """Environment of a function; it holds no secret."""
    found: dict[str, str] = function(account, name).get("Environment", {}).get("Variables", {})
    return found


def log_group(account: Account, name: str) -> str:
    """Log group of a function."""
    return str(function(account, name).get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}")
