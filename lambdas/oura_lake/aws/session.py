"""Which AWS session does a function's environment keep from one invocation to the next?"""

import boto3

SESSION = boto3.Session()
