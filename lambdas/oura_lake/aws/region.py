"""Region of each call to AWS, chosen as the CDK and the aws command do; boto3 reads AWS_DEFAULT_REGION alone."""

import os
from collections.abc import Mapping

from oura_lake.errors import StoreUnavailable


class TwoRegions(StoreUnavailable):
    """AWS_REGION and AWS_DEFAULT_REGION name different regions."""


def region(environment: Mapping[str, str] = os.environ) -> str | None:
    """Region that AWS_REGION names, else AWS_DEFAULT_REGION; None: that of the profile. Raises TwoRegions."""
    first, second = environment.get("AWS_REGION"), environment.get("AWS_DEFAULT_REGION")
    if first and second and first != second:
        raise TwoRegions(
            f"AWS_REGION is {first} and AWS_DEFAULT_REGION is {second}, so nobody knows where the lake is",
            "keep one of them: `unset AWS_DEFAULT_REGION`",
        )
    return first or second or None
