"""Athena finds every object that ingest writes, with the columns it wrote."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.lake.keys import FIRST_YEAR, RAW_COLUMNS, lake_key, raw_key, stored_view_table
from oura_lake.lake.raw import Line, line_json, series_json
from oura_lake.query.stored_declaration import STORED
from oura_lake.sources import lake, oura
from oura_lake.sources.model import Endpoint, Period, Source
from support.templates import of_type

from infra.catalog import ENDPOINTS
from infra.config import ConfigWrong
from infra.raw import raw_table_input
from infra.tables import projection, table_input
from infra.years import YEARS_AHEAD, Years, projected_years

Template = dict[str, Any]
PERSONS = ("ada", "bob")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVERY_ENDPOINT = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: e.name)


def test_every_endpoint_is_a_table(aws_template: Template) -> None:
    inputs = [table["TableInput"] for table in of_type(aws_template, "AWS::Glue::Table").values()]
    tables = {i["Name"] for i in inputs if i["TableType"] == "EXTERNAL_TABLE"}
    assert tables == {e.name for e in ENDPOINTS} | {"raw_lines"} | {stored_view_table(view) for view in STORED}
    assert len(ENDPOINTS) == 24


@EVERY_ENDPOINT
def test_a_table_has_the_columns_of_its_objects_and_no_partition_among_them(endpoint: Endpoint) -> None:
    table = table_input(endpoint, "b", PERSONS)
    columns = {column["name"]: column["type"] for column in table["storageDescriptor"]["columns"]}
    assert columns == {column.name: column.hive for column in endpoint.table_columns}
    assert not columns.keys() & {column["name"] for column in table["partitionKeys"]}


@EVERY_ENDPOINT
def test_every_partition_column_is_projected_and_in_the_template(endpoint: Endpoint) -> None:
    table = table_input(endpoint, "b", PERSONS)
    for column in table["partitionKeys"]:
        assert f"projection.{column['name']}.type" in table["parameters"]
        assert f"${{{column['name']}}}" in table["parameters"]["storage.location.template"]


@EVERY_ENDPOINT
def test_nothing_is_injected(endpoint: Endpoint) -> None:
    assert "injected" not in projection(endpoint, PERSONS, Years()).values()


@given(day=st.dates(date(FIRST_YEAR, 1, 1), date(Years().last, 12, 31)), endpoint=st.sampled_from(ENDPOINTS))
def test_a_written_key_lies_in_a_projected_partition(day: date, endpoint: Endpoint) -> None:
    period = {Period.YEAR: f"{day:%Y}", Period.MONTH: f"{day:%Y-%m}", Period.ALL: ""}[endpoint.period]
    written = f"s3://b/{lake_key(endpoint, 'bob', period)}"
    assert written.rpartition("/")[0] + "/" in projected(endpoint, today=day)


@given(today=st.dates(date(2026, 1, 1), date(2039, 12, 31)))
def test_tomorrow_in_the_east_is_projected_too(today: date) -> None:
    series = next(e for e in ENDPOINTS if e.period is Period.MONTH)
    assert f"s3://b/lake/{series.name}/person=ada/month={today + timedelta(days=1):%Y-%m}/" in projected(series, today)


@EVERY_ENDPOINT
def test_no_year_before_the_first_of_the_lake_is_projected_and_three_after_the_deploy(endpoint: Endpoint) -> None:
    years = Years(first=2024)
    assert years.last == datetime.now(UTC).year + YEARS_AHEAD
    settings = table_input(endpoint, "b", PERSONS, years)["parameters"]
    values = {
        Period.YEAR: [str(year) for year in range(2024, years.last + 1)],
        Period.MONTH: [f"{2024 + n // 12}-{n % 12 + 1:02}" for n in range(36)],  # to the month after November 2026
        Period.ALL: [],
    }[endpoint.period]
    columns = [column for column in ("year", "month") if f"projection.{column}.type" in settings]
    assert [value for column in columns for value in projected_values(settings, column, NOW.date())] == values


@pytest.mark.parametrize("given", ["2014", "2999", "soon", "-1"])
def test_a_first_year_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ConfigWrong, match=f"The first year '{given}' is none of a lake"):
        projected_years({"first_year": given}.get)


def test_without_a_first_year_every_year_since_the_first_ring_is_projected() -> None:
    nothing: dict[str, str] = {}
    assert projected_years(nothing.get) == Years(first=FIRST_YEAR)
    assert projected_years({"first_year": "2020"}.get) == Years(first=2020)


def test_the_stack_says_at_which_years_athena_looks(aws_template: Template) -> None:
    assert aws_template["Outputs"]["ProjectedYears"]["Value"] == f"{FIRST_YEAR},{Years().last}"


def test_another_persons_objects_are_not_projected() -> None:
    locations = {location for endpoint in ENDPOINTS for location in projected(endpoint, date(2026, 11, 22))}
    assert not any("person=eve" in location for location in locations)


@pytest.mark.parametrize("source", [oura.SOURCE, lake.SOURCE], ids=lambda source: source.name)
def test_what_was_received_lies_in_a_partition_of_raw(source: Source) -> None:
    settings = raw_table_input("b", (oura.SOURCE, lake.SOURCE), PERSONS)["parameters"]
    locations = expanded(settings, NOW.date())
    for endpoint in source.endpoints:
        written = f"s3://b/{raw_key(source.name, endpoint, 'bob', NOW, '2026')}"
        assert written.rpartition("/")[0] + "/" in locations


def test_a_line_has_the_columns_of_raw() -> None:
    line = Line(document={"id": "a"}, fetched_at=NOW, request="r", is_deleted=True)
    assert (line_json(line) | series_json([], NOW, "r")).keys() == {column.name for column in RAW_COLUMNS}


def projected(endpoint: Endpoint, today: date) -> set[str]:
    """Compute the locations that Athena's rules make of a table's settings on a day."""
    return expanded(table_input(endpoint, "b", PERSONS)["parameters"], today)


def expanded(settings: dict[str, str], today: date) -> set[str]:
    """Fill a location's template with every value of each of its columns."""
    locations = {settings["storage.location.template"]}
    for column in re.findall(r"\$\{(\w+)\}", settings["storage.location.template"]):
        values = projected_values(settings, column, today)
        locations = {text.replace(f"${{{column}}}", value) for text in locations for value in values}
    return locations


def projected_values(settings: dict[str, str], column: str, today: date) -> list[str]:
    """Compute the values of one column: an enum's, a range of numbers, or the months up to the next."""
    if settings[f"projection.{column}.type"] == "enum":
        return settings[f"projection.{column}.values"].split(",")
    first, last = settings[f"projection.{column}.range"].split(",")
    if settings[f"projection.{column}.type"] == "integer":
        return [str(number) for number in range(int(first), int(last) + 1)]
    assert last == "NOW+1MONTHS"
    between = settings[f"projection.{column}.format"].removeprefix("yyyy").removesuffix("MM")
    end = today.year * 12 + today.month  # counted from 0: the next month
    return [f"{month // 12}{between}{month % 12 + 1:02}" for month in range(int(first[:4]) * 12, end + 1)]


def test_the_workgroup_encrypts_limits_and_enforces(aws_template: Template) -> None:
    [workgroup] = of_type(aws_template, "AWS::Athena::WorkGroup").values()
    settings = workgroup["WorkGroupConfiguration"]
    assert settings["EnforceWorkGroupConfiguration"] is True
    assert settings["PublishCloudWatchMetricsEnabled"] is False
    assert settings["BytesScannedCutoffPerQuery"] == 10_000_000_000
    assert settings["EngineVersion"] == {"SelectedEngineVersion": "Athena engine version 3"}
    assert settings["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
