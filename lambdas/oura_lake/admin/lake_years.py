"""Years that a bucket holds, beside those at which Athena looks: `ProjectedYears` of the stack's outputs."""

from collections.abc import Iterable, Mapping
from typing import Any

from oura_lake.contract import Output
from oura_lake.lake.keys import parsed_key

MEND = "run `make deploy`"


def years_in(bucket: str, s3: Any) -> set[int]:
    """Years of the partitions below lake/, one LIST for a thousand objects; raises ClientError."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="lake/")
    keys = (parsed_key(found["Key"]) for page in pages for found in page.get("Contents", []))
    return {int(key.period[:4]) for key in keys if key and key.period}


def unseen(years: Iterable[int], outputs: Mapping[str, str]) -> list[int]:
    """Years of these at which Athena does not look; none where the stack does not say at which it does."""
    if Output.PROJECTED_YEARS not in outputs:
        return []
    first, last = last_deployed(outputs)
    return sorted(year for year in years if not first <= year <= last)


def last_deployed(outputs: Mapping[str, str]) -> tuple[int, int]:
    """First and last year at which Athena looks."""
    first, _, last = outputs[Output.PROJECTED_YEARS].partition(",")
    return int(first), int(last)
