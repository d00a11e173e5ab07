"""Parameters of SSM, read and written."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from oura_lake.aws.errors import Missing, translated
from oura_lake.errors import StoreUnavailable
from oura_lake.lake.json_text import parse

APP_FIELDS = ("client_id", "client_secret", "token_url")
A_CALL = 10  # names that one GetParameters takes


def parameter(ssm: Any, name: str) -> str | None:
    """Decrypted text of a parameter; None where there is no such parameter. Raises StoreUnavailable."""
    with suppress(Missing), translated(name):
        return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    return None


def client_secret(ssm: Any, app_parameter: str) -> str | None:
    """App's client secret; None where nobody has connected. Raises StoreUnavailable."""
    return app_entry(ssm, app_parameter).get("client_secret") or None


def app_entry(ssm: Any, app_parameter: str) -> dict[str, Any]:
    """Content of the app's parameter; empty where there is none. Raises StoreUnavailable, for a damaged one too."""
    try:
        entry = parse(parameter(ssm, app_parameter) or "{}")
    except ValueError:
        entry = None
    if isinstance(entry, dict) and all(isinstance(entry.get(name, ""), str) for name in APP_FIELDS):
        return entry
    raise StoreUnavailable(
        f"The parameter {app_parameter} is damaged",
        f"run `aws ssm delete-parameter --name {app_parameter}`, then "
        "`oura-lake connect --deployed` with --person and a name",
    )


def parameters(ssm: Any, names: Sequence[str]) -> Iterator[str]:
    """Texts of parameters that a stack made, in the order of their names; raises StoreUnavailable."""
    for first in range(0, len(names), A_CALL):
        some = list(names[first : first + A_CALL])
        with translated(some[0]):
            found = {p["Name"]: str(p["Value"]) for p in ssm.get_parameters(Names=some)["Parameters"]}
        for name in some:
            if name not in found:
                raise StoreUnavailable(f"There is no parameter {name}, which the stack names", "deploy it again")
            yield found[name]
