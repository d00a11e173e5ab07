"""Check of the AWS account before a deploy, with a remedy, which the CDK's own errors lack.

python -m oura_lake.admin.account
"""

import sys

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws.refusals import explained
from oura_lake.aws.session import session
from oura_lake.errors import OuraLakeError


def account() -> str:
    """Account and region in a sentence; exits with 1 and a sentence where there is no account."""
    try:
        opened = session()
        number = opened.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        problem, advice = explained(error)
        sys.exit(f"oura-lake: No AWS account to deploy to: {problem}; {advice}.")
    except OuraLakeError as error:
        sys.exit(f"oura-lake: {error}")
    return f"Account {number}, region {opened.region_name}."


if __name__ == "__main__":
    sys.stdout.write(account() + "\n")
