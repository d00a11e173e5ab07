"""Parameters of SSM, read and written."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from oura_lake.aws.errors import Missing, translated
from oura_lake.errors import StoreUnavailable

A_CALL = 10  # names that GetParameters takes


def parameter(ssm: Any, name: str) -> str | None:
    """Its text, decrypted; None where there is none of that name. Raises StoreUnavailable."""
    with suppress(Missing), translated(name):
        return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    return None


def client_secret(ssm: Any, app_parameter: str) -> str | None:
    """The app's client secret; None where nobody has connected. Raises StoreUnavailable."""
    return json.loads(parameter(ssm, app_parameter) or "{}").get("client_secret") or None


def parameters(ssm: Any, names: Sequence[str]) -> Iterator[str]:
    """The texts of parameters that a stack made, in the order of their names; raises StoreUnavailable."""
    for first in range(0, len(names), A_CALL):
        some = list(names[first : first + A_CALL])
        with translated(some[0]):
            found = {p["Name"]: str(p["Value"]) for p in ssm.get_parameters(Names=some)["Parameters"]}
        for name in some:
            if name not in found:
                raise StoreUnavailable(f"There is no parameter {name}, which the stack names; deploy it again.")
            yield found[name]
