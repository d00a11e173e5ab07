"""Load of the year by dlt: plain resources into a folder of Parquet, replaced, with dlt's own defaults.

Run by the Python of .bench: `year_dlt.py ADDRESS FOLDER`. The resources are fetched concurrently (heart rate too: a
request for each ten days), and return whole pages.
"""

import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dlt
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from year_span import CHUNK_DAYS, DAILY, FIRST, HEART_RATE, LAST

DAY = timedelta(days=1)


def main(address: str, folder: Path) -> None:
    """Load once."""
    pipeline = dlt.pipeline(
        pipeline_name="year",
        dataset_name="oura",
        pipelines_dir=str(folder / "pipelines"),
        destination=dlt.destinations.filesystem(bucket_url=(folder / "loaded").as_uri()),
    )
    pipeline.run(year(address), loader_file_format="parquet", write_disposition="replace").raise_on_failed_jobs()


@dlt.source  # type: ignore[untyped-decorator]
def year(address: str) -> Iterator[Any]:
    """Define every resource of the year."""
    client = RESTClient(
        base_url=f"{address}/v2/usercollection/",
        auth=BearerTokenAuth(os.environ["OURA_ACCESS_TOKEN"]),
        paginator=JSONResponseCursorPaginator(cursor_path="next_token", cursor_param="next_token"),
        data_selector="data",
    )
    for name in DAILY:
        params = {"start_date": (FIRST - DAY).isoformat(), "end_date": (LAST + DAY).isoformat()}
        yield dlt.resource(client.paginate(name, params=params), name=name, parallelized=True)
    spans = dlt.resource(chunks(), name="chunks", selected=False)
    yield spans | dlt.transformer(
        lambda span: client.paginate(HEART_RATE, params=span), name=HEART_RATE, parallelized=True
    )


def chunks() -> Iterator[dict[str, str]]:
    """Bounds of each request for heart rate; the last instant before the next chunk's first ends one."""
    first = FIRST
    while first <= LAST:
        last: date = min(first + (CHUNK_DAYS - 1) * DAY, LAST)
        yield {"start_datetime": f"{first}T00:00:00+00:00", "end_datetime": f"{last}T23:59:59.999+00:00"}
        first = last + DAY


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
