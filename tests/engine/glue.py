"""Glue and S3 on the loopback: moto's catalogue, and a folder as a bucket whose LISTs are counted."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import aws_cdk as cdk
import boto3
from oura_lake.lake.keys import parsed_key
from support.aws_over_http import KEYS, Answer, Aws, answer_of_moto, aws_over_http

from infra import config
from infra.lake import Lake

BUCKET, DATABASE = "lake", "oura_lake"
MOST_KEYS = 1000  # of one LIST
CONFIG = config.parsed({"persons": {"me": {"timezone": "Europe/Berlin"}}})
MONTHS = "MONTHS"  # a unit that Athena projects and Trino does not know


@contextmanager
def glue_and_s3(folder: Path) -> Iterator[Aws]:
    """Serve the objects of a folder as a bucket, and moto's Glue, until the block ends."""

    def served(service: str, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if service != "s3":
            return answer_of_moto(service, method, path, headers, body)
        url = urlsplit(path)
        if method == "GET" and "list-type" in url.query:
            return _listed(folder, {name: value for name, [value] in parse_qs(url.query).items()})
        return _read(folder / unquote(url.path).removeprefix(f"/{BUCKET}/"), headers)

    with aws_over_http(served) as aws:
        yield aws


def deploy(first_year: int, folder: Path, outdir: Path) -> None:
    """Put what the stack tells Glue of tables and views into Glue, and the partitions that Trino cannot project."""
    app = cdk.App(context={"first_year": f"{first_year}"}, outdir=str(outdir))
    stack = cdk.Stack(app, "OuraLake")
    Lake(stack, "Lake", config=CONFIG)
    resources = app.synth().get_stack_by_name("OuraLake").template["Resources"].values()
    glue = boto3.client("glue", region_name="us-east-1")
    glue.create_database(DatabaseInput={"Name": DATABASE})
    for resource in resources:
        if resource["Type"] == "AWS::Glue::Table":
            table = resolved(resource["Properties"]["TableInput"])
            months = [column for column in ("month", "fetched") if _is_of_months(table, column)]
            if months:
                table["Parameters"] = {n: v for n, v in table["Parameters"].items() if "projection" not in n}
            glue.create_table(DatabaseName=DATABASE, TableInput=table)
            for values, location in _partitions(folder, table["Name"]) if months else ():
                stored = table["StorageDescriptor"] | {"Location": location}
                glue.create_partition(
                    DatabaseName=DATABASE,
                    TableName=table["Name"],
                    PartitionInput={"Values": values, "StorageDescriptor": stored},
                )


def resolved(value: Any) -> Any:
    """Value as CloudFormation hands it on: each reference to the bucket is its name."""
    match value:
        case {"Ref": _}:
            return BUCKET
        case {"Fn::Join": [separator, parts]}:
            return separator.join(map(resolved, parts))
        case dict():
            return {name: resolved(part) for name, part in value.items()}
        case list():
            return [resolved(part) for part in value]
    return value


def settings(aws: Aws) -> Mapping[str, str]:
    """Have Trino's Hive connector use this Glue and this S3; what does not change is asked once."""
    access = {"aws-access-key": KEYS["AWS_ACCESS_KEY_ID"], "aws-secret-key": KEYS["AWS_SECRET_ACCESS_KEY"]}
    return {
        "connector.name": "hive",
        "hive.metastore": "glue",
        "hive.metastore.glue.region": "us-east-1",
        "hive.metastore.glue.endpoint-url": aws.url,
        "hive.metastore-cache-ttl": "1h",
        "hive.table-statistics-enabled": "false",
        "hive.partition-projection-enabled": "true",
        "fs.native-s3.enabled": "true",
        "s3.region": "us-east-1",
        "s3.endpoint": aws.url,
        "s3.path-style-access": "true",
        **{f"hive.metastore.glue.{name}": value for name, value in access.items()},
        **{f"s3.{name}": value for name, value in access.items()},
    }


def _is_of_months(table: Mapping[str, Any], column: str) -> bool:
    return bool(table.get("Parameters", {}).get(f"projection.{column}.interval.unit") == MONTHS)


def _partitions(folder: Path, table: str) -> Iterator[tuple[list[str], str]]:
    """Values and location of each partition of a table of months."""
    for file in sorted((folder / "lake" / table).rglob("*.parquet")):
        key = parsed_key(file.relative_to(folder).as_posix())
        assert key
        yield [key.person, key.period], f"s3://{BUCKET}/{key.key.rpartition('/')[0]}/"


def _listed(folder: Path, query: Mapping[str, str]) -> Answer:
    """Objects and common prefixes below a prefix; a lake of a test fits one answer."""
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter")
    below = folder / prefix.rpartition("/")[0]
    files = {f.relative_to(folder).as_posix(): f for f in below.rglob("*") if f.is_file()} if below.is_dir() else {}
    keys = sorted(key for key in files if key.startswith(prefix))
    rest = {key: key.removeprefix(prefix).partition(delimiter)[0] + delimiter for key in keys} if delimiter else {}
    shared = sorted({f"{prefix}{part}" for key, part in rest.items() if key != f"{prefix}{part}"[:-1]})
    own = [key for key in keys if not any(key.startswith(part) for part in shared)]
    assert len(own) + len(shared) <= MOST_KEYS
    text = io.StringIO()
    text.write(f"<ListBucketResult><Name>{BUCKET}</Name><KeyCount>{len(own) + len(shared)}</KeyCount>")
    text.write("<IsTruncated>false</IsTruncated>")
    for key in own:
        text.write(f"<Contents><Key>{escape(key)}</Key><Size>{files[key].stat().st_size}</Size><ETag>e</ETag>")
        text.write("<LastModified>2026-11-30T00:00:00.000Z</LastModified></Contents>")
    text.writelines(f"<CommonPrefixes><Prefix>{escape(part)}</Prefix></CommonPrefixes>" for part in shared)
    text.write("</ListBucketResult>")
    return Answer(status=200, headers={"content-type": "application/xml"}, body=text.getvalue().encode())


def _read(file: Path, headers: Mapping[str, str]) -> Answer:
    """Object, or the part of it that is asked for; a part is of the form `bytes=first-last`."""
    if not file.is_file():
        return Answer(status=404, body=b"<Error><Code>NoSuchKey</Code></Error>")
    content, about = file.read_bytes(), {"etag": '"e"', "last-modified": "Mon, 30 Nov 2026 00:00:00 GMT"}
    part = {name.lower(): value for name, value in headers.items()}.get("range")
    if not part:
        return Answer(status=200, headers=about, body=content)
    first, _, last = part.removeprefix("bytes=").partition("-")
    end = min(int(last), len(content) - 1) if first and last else len(content) - 1
    begin = int(first) if first else len(content) - int(last)  # `-n` are the last n bytes
    about["content-range"] = f"bytes {begin}-{end}/{len(content)}"
    return Answer(status=206, headers=about, body=content[begin : end + 1])
