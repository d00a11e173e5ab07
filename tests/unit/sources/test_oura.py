"""The table of endpoints agrees with Oura's document, recorded real pages and the shipped fixtures."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from oura_lake.lake.documents import Table, land
from oura_lake.lake.rows import typed
from oura_lake.lake.schema import arrow_schema
from oura_lake.lake.store import MemoryStore
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.query.duckdb_tables import TABLES, declare
from oura_lake.query.views import load_views
from oura_lake.simulator.routes import COLLECTIONS
from oura_lake.sources.ddl import Array, Scalar, Struct, Type, parse_columns
from oura_lake.sources.model import Endpoint, Window
from oura_lake.sources.oura import SOURCE
from support.recorded_pages import recorded_documents

from infra.tables import table_input

ROUTES = "/v2/usercollection/"
FIXTURES = Path(__file__).parents[2] / "fixtures" / "oura"
EVERY_ENDPOINT = pytest.mark.parametrize("endpoint", SOURCE.endpoints, ids=lambda e: e.name)
DATED = {"ISODate": "date", "LocalDateTime": "timestamp", "LocalizedDateTime": "timestamp", "UtcDateTime": "timestamp"}
HIVE = {"integer": "int", "number": "double", "boolean": "boolean", "string": "string"}

# Where the lake holds a wider type than revisions 1.37 to 1.41 declare, and why.
WIDENED = {
    "vo2_max.vo2_max": "a number before revision 1.29, an integer since: histories hold both",
}
# What revision 1.41 says otherwise than the file at hand: the OAuth2 scopes. No route, parameter or field differs.
SCOPES_OF_1_41 = {
    "email", "personal", "daily", "heartrate", "workout", "tag", "session", "spo2", "heart_health", "stress",
    "ring_configuration",
}  # fmt: skip
ADDED_IN_1_41 = {"live_oura_heart_rate", "live_third_party_heart_rate"}
# Counted in the recorded pages by hand.
RECORDED = {
    "daily_readiness": 2141, "daily_sleep": 2141, "daily_spo2": 804, "daily_stress": 423, "daily_resilience": 329,
    "rest_mode_period": 55, "sleep": 48, "daily_cardiovascular_age": 235, "workout": 83, "enhanced_tag": 21,
    "heartrate": 1101,
}  # fmt: skip


@pytest.fixture(scope="module")
def spec(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "oura" / "openapi.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def recorded(shared: Path) -> dict[str, list[dict[str, Any]]]:
    return recorded_documents(shared)


def test_the_table_holds_every_list_route_and_no_other(spec: dict[str, Any]) -> None:
    listed = {p.removeprefix(ROUTES) for p in spec["paths"] if p.startswith(ROUTES) and "{" not in p}
    assert {e.collection for e in SOURCE.endpoints} == listed
    assert len(SOURCE.endpoints) == len(listed) == 19


@EVERY_ENDPOINT
def test_every_property_is_a_column_of_its_type_or_repeats_another(endpoint: Endpoint, spec: dict[str, Any]) -> None:
    declared = {c.name: c.hive for c in endpoint.fields}
    documented = {
        n: t for n, t in hive_fields(spec, document_schema(spec, endpoint)).items() if n not in endpoint.redundant
    }
    widened = {name.partition(".")[2] for name in WIDENED if name.startswith(f"{endpoint.name}.")}
    assert declared.keys() == documented.keys()
    assert {
        n: (declared[n], documented[n]) for n in documented if flat(declared[n]) != flat(documented[n])
    }.keys() == widened


@pytest.mark.parametrize("name", WIDENED)
def test_a_type_is_only_ever_wider_than_ouras(name: str, spec: dict[str, Any]) -> None:
    endpoint, _, field = name.partition(".")
    documented = hive_fields(spec, document_schema(spec, SOURCE.endpoint(endpoint)))[field]
    declared = {c.name: c.hive for c in SOURCE.endpoint(endpoint).fields}[field]
    assert (documented, declared) == ("int", "double")


@EVERY_ENDPOINT
def test_the_values_of_a_field_are_listed_where_ouras_document_does_and_are_those(
    endpoint: Endpoint, spec: dict[str, Any]
) -> None:
    properties = document_schema(spec, endpoint)["properties"]
    documented = {name: set(resolved(spec, first_of(kind)).get("enum", ())) for name, kind in properties.items()}
    listed = {name: set(values) - ADDED_IN_1_41 for name, values in endpoint.listed.items()}
    assert listed == {name: values for name, values in documented.items() if values}


def test_a_collection_is_daily_where_the_view_counts_its_missing_days() -> None:
    documented = load_views()["coverage"].body
    assert {e.name for e in SOURCE.endpoints if f"'{e.name}'" not in documented} == {
        e.name for e in SOURCE.endpoints if e.is_daily
    }


def test_what_comes_now_and_then_is_what_the_gap_ledger_takes_for_it() -> None:
    documented = set(re.findall(r"'(\w+)'", load_views()["gap_days"].body.partition(" IN (")[2].partition(")")[0]))
    assert documented == {e.name for e in SOURCE.endpoints if not e.is_daily and e.window is not Window.NONE}


def test_the_gap_ledger_looks_for_each_collection_of_days() -> None:
    listed = set(re.findall(r"'(\w+)'", load_views()["gap_days"].body.partition("ARRAY[")[2].partition("]")[0]))
    assert listed == {e.name for e in SOURCE.endpoints if e.window is not Window.NONE}


@EVERY_ENDPOINT
def test_a_window_is_asked_with_the_parameters_of_its_route(endpoint: Endpoint, spec: dict[str, Any]) -> None:
    parameters = spec["paths"][ROUTES + endpoint.collection]["get"].get("parameters", [])
    bounds = [p["name"] for p in parameters if p["name"].startswith(("start_", "end_"))]
    assert bounds == (endpoint.window.value.split(", ") if endpoint.window is not Window.NONE else [])


@EVERY_ENDPOINT
def test_a_document_is_asked_for_by_id_where_there_is_a_route(endpoint: Endpoint, spec: dict[str, Any]) -> None:
    assert endpoint.by_id == (f"{ROUTES}{endpoint.collection}/{{document_id}}" in spec["paths"])


def test_every_data_type_of_webhooks_but_meal_is_a_collections(spec: dict[str, Any]) -> None:
    types = set(spec["components"]["schemas"]["ExtApiV2DataType"]["enum"])
    assert {e.webhook for e in SOURCE.endpoints if e.webhook} == types - {"meal"}  # meals have no route to read them by


def test_vo2_max_is_spelled_as_in_its_path() -> None:
    assert SOURCE.endpoint("vo2_max").collection == "vO2_max"


def test_every_scope_exists_and_the_simulator_that_was_written_apart_demands_the_same() -> None:
    assert {e.scope for e in SOURCE.endpoints} <= SCOPES_OF_1_41
    assert {e.collection: e.scope for e in SOURCE.endpoints} == {c.path: c.scope for c in COLLECTIONS.values()}


@EVERY_ENDPOINT
def test_recorded_documents_fit_their_columns(endpoint: Endpoint, recorded: dict[str, list[dict[str, Any]]]) -> None:
    assert {d for document in recorded[endpoint.collection] for d in typed(endpoint, document)[1]} == set()


@pytest.mark.parametrize("name", RECORDED)
def test_the_key_tells_recorded_documents_apart(name: str, recorded: dict[str, list[dict[str, Any]]]) -> None:
    endpoint, documents = SOURCE.endpoint(name), recorded[SOURCE.endpoint(name).collection]
    keys = {tuple(d[part] for part in endpoint.key) for d in documents}
    assert len(keys) == len({json.dumps(d, sort_keys=True) for d in documents}) == RECORDED[name]


@EVERY_ENDPOINT
def test_every_recorded_document_has_its_key_and_its_day(
    endpoint: Endpoint, recorded: dict[str, list[dict[str, Any]]]
) -> None:
    needed = {*endpoint.key, *([endpoint.day] if endpoint.day else [])}
    assert [d for d in recorded[endpoint.collection] if not all(d.get(name) for name in needed)] == []


def test_recorded_cardiovascular_days_have_no_id_and_so_are_known_by_day(
    recorded: dict[str, list[dict[str, Any]]],
) -> None:
    assert not any("id" in document for document in recorded["daily_cardiovascular_age"])


def test_sentinels_of_recorded_pages_are_those_that_the_views_turn_to_null(
    recorded: dict[str, list[dict[str, Any]]],
) -> None:
    once = {d["id"]: d for d in recorded["sleep"]}.values()
    assert sum(d["lowest_heart_rate"] == 255 for d in once) > 0
    assert {d["id"] for d in recorded["daily_spo2"] if (d["spo2_percentage"] or {}).get("average") == 0.0}
    assert max(d["bpm"] for d in recorded["heartrate"]) < 255


@EVERY_ENDPOINT
def test_shipped_fixtures_fit_their_columns_and_land(endpoint: Endpoint) -> None:
    documents = json.loads((FIXTURES / f"{endpoint.name}.json").read_text(encoding="utf-8"))["data"]
    table = Table(store=MemoryStore(), source="oura", endpoint=endpoint, person="me")
    now = datetime(2026, 11, 22, tzinfo=UTC)
    if endpoint.is_series:
        landed = land_series(table, [SeriesPage(rows=documents, fetched_at=now, request="fixture")])
    else:
        landed = land(table, documents, now, "fixture")
    assert (landed.n_new, landed.n_rejected, landed.drift) == (len(documents), 0, set())


def test_there_is_a_fixture_for_every_collection_and_no_other() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == {e.name for e in SOURCE.endpoints}


@pytest.mark.parametrize("endpoint", TABLES.values(), ids=TABLES)
def test_glue_and_arrow_see_the_same_columns(endpoint: Endpoint) -> None:
    columns = table_input(endpoint, "b", ("me",))["storageDescriptor"]["columns"]
    assert columns == [{"name": f.name, "type": hive_of_arrow(f.type)} for f in arrow_schema(endpoint)]


@pytest.mark.parametrize("endpoint", TABLES.values(), ids=TABLES)
def test_glue_and_duckdb_see_the_same_columns(endpoint: Endpoint) -> None:
    with duckdb.connect() as connection:
        declare(connection, endpoint, [])
        described = connection.execute(f'DESCRIBE "{endpoint.name}"').fetchall()
    glue = [parse_columns(f"{c['name']} {c['type']}")[0] for c in all_glue(endpoint)]
    seen = [(name, kind.replace('"', "")) for name, kind, *_ in described]
    assert seen == [(c.name, duckdb_of_hive(c.type)) for c in glue]


def all_glue(endpoint: Endpoint) -> list[dict[str, str]]:
    """Table's columns as Glue has them, those of the keys last."""
    table = table_input(endpoint, "b", ("me",))
    return [*table["storageDescriptor"]["columns"], *table["partitionKeys"]]


def document_schema(spec: dict[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    """Find the schema of one record of a list route."""
    answer = spec["paths"][ROUTES + endpoint.collection]["get"]["responses"]["200"]
    schema = resolved(spec, first_of(answer["content"]["application/json"]["schema"]))
    data = schema["properties"].get("data")
    return resolved(spec, data["items"]) if data else schema


def hive_fields(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, str]:
    """Each property with its type as Hive writes it."""
    return {name: hive_of(spec, kind) for name, kind in schema["properties"].items()}


def hive_of(spec: dict[str, Any], schema: dict[str, Any]) -> str:
    schema = first_of(schema)
    if name := DATED.get(schema.get("$ref", "").rpartition("/")[2]):
        return name
    schema = resolved(spec, schema)
    if schema["type"] == "array":
        return f"array<{hive_of(spec, schema['items'])}>"
    if schema["type"] == "object":
        return "struct<" + ",".join(f"{n}:{t}" for n, t in sorted(hive_fields(spec, schema).items())) + ">"
    return "date" if schema.get("format") == "date" else HIVE[schema["type"]]


def first_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Remove the null from a schema."""
    return next((s for s in schema["anyOf"] if s.get("type") != "null"), schema) if "anyOf" in schema else schema


def resolved(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return spec["components"]["schemas"][name] if name else schema


def flat(hive: str) -> list[str]:
    """Type with its fields in any order."""
    return sorted(hive.replace(">", "<").replace(",", "<").split("<"))


def hive_of_arrow(kind: pa.DataType) -> str:
    """Hive type of an Arrow type; written apart from the translation under test."""
    if pa.types.is_struct(kind):
        return "struct<" + ",".join(f"{f.name}:{hive_of_arrow(f.type)}" for f in kind) + ">"
    if pa.types.is_list(kind):
        return f"array<{hive_of_arrow(kind.value_type)}>"
    names = {"int32": "int", "int64": "bigint", "bool": "boolean", "date32[day]": "date", "timestamp[ms]": "timestamp"}
    return names.get(str(kind), str(kind))


def duckdb_of_hive(kind: Type) -> str:
    """DuckDB type of a declared type, written apart from the translation under test."""
    match kind:
        case Scalar(name):
            return {"string": "VARCHAR", "int": "INTEGER"}.get(name, name.upper())
        case Array(item):
            return f"{duckdb_of_hive(item)}[]"
        case Struct(fields):
            return "STRUCT(" + ", ".join(f"{f.name} {duckdb_of_hive(f.type)}" for f in fields) + ")"
    raise AssertionError(kind)
