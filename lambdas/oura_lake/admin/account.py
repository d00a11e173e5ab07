"""Check of the AWS account before a deploy, with a remedy, which the CDK's own errors lack.

python -m oura_lake.admin.account
"""

import sys

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws.session import session
from oura_lake.errors import OuraLakeError

MEND = "run `aws configure` or `aws login`, or set AWS_PROFILE and AWS_REGION"


def account() -> str:
    """Account and region in a sentence; exits with 1 and a sentence where there is no account."""
    try:
        opened = session()
        number = opened.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError, OuraLakeError) as error:
        sys.exit(f"oura-lake: No AWS account to deploy to ({str(error).rstrip('.')}); {MEND}.")
    return f"Account {number}, region {opened.region_name}."


if __name__ == "__main__":
    sys.stdout.write(account() + "\n")
