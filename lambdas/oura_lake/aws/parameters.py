"""What does a parameter of SSM hold?"""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.errors import StoreUnavailable

A_CALL = 10  # names that GetParameters takes


def parameter(ssm: Any, name: str) -> str | None:
    """Its text, decrypted; None where there is none of that name. Raises StoreUnavailable."""
    try:
        return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ParameterNotFound":
            return None
        raise StoreUnavailable(f"AWS refused to read {name} ({code}); check the role's permissions.") from error
    except BotoCoreError as error:
        raise StoreUnavailable(f"AWS could not be asked for {name}; check region and credentials.") from error


def parameters(ssm: Any, names: Sequence[str]) -> Iterator[str]:
    """The texts of parameters that a stack made, in the order of their names; raises StoreUnavailable."""
    for first in range(0, len(names), A_CALL):
        some = list(names[first : first + A_CALL])
        try:
            found = {p["Name"]: str(p["Value"]) for p in ssm.get_parameters(Names=some)["Parameters"]}
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise StoreUnavailable(f"AWS refused to read {some[0]} ({code}); check the permissions.") from error
        except BotoCoreError as error:
            raise StoreUnavailable(f"AWS could not be asked for {some[0]}; check region and credentials.") from error
        for name in some:
            if name not in found:
                raise StoreUnavailable(f"There is no parameter {name}, which the stack names; deploy it again.")
            yield found[name]
