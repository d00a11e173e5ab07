"""The one maker of boto3's sessions and clients, so that every command and function asks the same region.

A function imports it early, or its first call would wait for boto3.
"""

from typing import Any

import boto3

from oura_lake.aws.region import region


def session() -> Any:
    """Make a session from the environment: its credentials, its region and its endpoint. Raises TwoRegions."""
    return boto3.Session(region_name=region())


def session_of(profile: str | None, region_name: str) -> Any:
    """Make a session of another profile (None: this one) and region; raises ProfileNotFound of botocore."""
    return boto3.Session(profile_name=profile, region_name=region_name)


def client(service: str, **settings: Any) -> Any:
    """Make a client of a service in the region of the environment. Raises TwoRegions."""
    return boto3.client(service, **{"region_name": region(), **settings})
