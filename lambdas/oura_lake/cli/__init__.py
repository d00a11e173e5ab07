"""The `oura-lake` command: one file per subcommand, each with a click command named `command`."""

import os

# pyarrow reads it once, at its import. Its own allocators do not return freed memory: 190 MB, not 155, for a year.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

# The CDK and the aws command read AWS_REGION; boto3 reads AWS_DEFAULT_REGION alone. A user need set only one of them.
if region := os.environ.get("AWS_REGION"):
    os.environ.setdefault("AWS_DEFAULT_REGION", region)
