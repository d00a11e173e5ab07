"""Check of the AWS account before a deploy: the CDK's own errors name no remedy.

python -m oura_lake.admin.account
"""

import os
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

MEND = "run `aws configure` or `aws login`, or set AWS_PROFILE and AWS_REGION"


def account() -> str:
    """The account and region in a sentence; exits with 1 and a sentence where there is none."""
    try:
        session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
        number = session.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"oura-lake: No AWS account to deploy to ({str(error).rstrip('.')}); {MEND}.")
    return f"Account {number}, region {session.region_name}."


if __name__ == "__main__":
    sys.stdout.write(account() + "\n")
