"""Options of the CDK for a deploy over what the account holds: the bucket, and the first year of its data.

python -m oura_lake.admin.deploy_options [--adopt]    # prints them on one line; `--adopt` imports a retained bucket
"""

import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.admin.bucket_adoption import arguments
from oura_lake.admin.lake_years import years_in
from oura_lake.aws.refusals import explained
from oura_lake.aws.stack import DEFAULT_STACK, clients, deployed_outputs
from oura_lake.contract import Output
from oura_lake.errors import OuraLakeError, StoreUnavailable


def options(lake: str, client: Callable[[str], Any], stack: str = DEFAULT_STACK, *, adopt: bool = False) -> list[str]:
    """Options for the CDK; raises StoreUnavailable, and SettingsWrong where two buckets fit or the stack is stuck."""
    bucket = arguments(lake, client, stack, adopt=adopt)
    name = bucket[-1].removeprefix("bucket=") if bucket else deployed_outputs(stack, client).get(Output.BUCKET)
    return [*bucket, *(_first_year(name, client("s3")) if name else [])]


def _first_year(bucket: str, s3: Any) -> list[str]:
    """Option that has Athena look from the first year of a bucket on; none for an empty one."""
    try:
        years = years_in(bucket, s3)
    except (ClientError, BotoCoreError) as error:
        problem, advice = explained(error)
        raise StoreUnavailable(f"The bucket {bucket} could not be listed: {problem}", advice) from error
    return ["-c", f"first_year={min(years)}"] if years else []


def main(config: Path = Path("config.toml")) -> None:
    """Print the options on one line; a fault of config.toml is left to the CDK's app."""
    try:
        lake = tomllib.loads(config.read_text(encoding="utf-8")).get("lake", {}).get("name", "oura-lake")
        sys.stdout.write(" ".join(options(lake, clients(), adopt="--adopt" in sys.argv)) + "\n")
    except (OSError, tomllib.TOMLDecodeError):
        sys.stdout.write("\n")
    except OuraLakeError as error:
        sys.exit(f"oura-lake: {error}")


if __name__ == "__main__":
    main()
