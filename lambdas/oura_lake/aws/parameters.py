"""What does a parameter of SSM hold?"""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.errors import StoreUnavailable


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
