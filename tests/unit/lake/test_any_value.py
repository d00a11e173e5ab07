"""Any JSON value in any column of any collection leaves everything else landed, for good.

The promise of `lake/rows.py` and `ingest.py`, for a scheduled run, a backfill, a webhook and an import. Beside a sound
document of each collection the answer has one with some arbitrary values, and elements that are no documents.
"""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from math import isfinite
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oura_lake.ingestion.account_import import Import
from oura_lake.ingestion.backfill import Backfill, following
from oura_lake.ingestion.job import Job
from oura_lake.ingestion.worker import Fetcher
from oura_lake.lake.json_text import parse
from oura_lake.lake.keys import table_prefix
from oura_lake.lake.parquet import read_table
from oura_lake.lake.partition import Table
from oura_lake.lake.raw import lines_of
from oura_lake.lake.rebuild import SAME, partitions, rebuild
from oura_lake.lake.rows import typed
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.account import account_of, require_account
from oura_lake.ledger.request_log import read_request_log
from oura_lake.oura.account_export import sorted_out
from oura_lake.oura.client import OuraClient
from oura_lake.oura.export_files import PackedFile
from oura_lake.oura.tokens import FixedToken
from oura_lake.person import Person
from oura_lake.sources.ddl import Array, Scalar, Struct, Type
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE
from support.builders import NOON
from support.present import present

FINE_DAY, ODD_DAY = "2026-08-20", "2026-08-19"
EXAMPLES = settings(  # a failing example of nineteen collections would be shrunk for minutes
    max_examples=10,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
Texts = Mapping[str, str]
"""JSON text by the name of a column."""

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=6)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
).map(json.dumps)
KNOWN_TO_HURT = [
    r'"half \ud83d"', "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5_000, "9" * 400, "-2147483649", "48.5",
    "[" * 5_000 + "]" * 5_000, "[" * 700 + "]" * 700, '{"a":' * 900 + "1" + "}" * 900, "null", '""', "[[]]", "{}",
    '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-12:00"', '"0001-01-01"', '"20260819"', '"2026-W34-3"',
    '"2026-08-19/x"', '"2026-02-30"', '"2026-08-19T25:00:00Z"', "20260819", '"2026-08-19 "', r'"\u0000"', r'"=1\n;\""',
    '{"interval": 1e400, "items": [NaN, 1, "x", null, 1e999], "timestamp": "9999-12-31T23:59:59-12:00"}',
    '{"interval": [], "items": {"a": 1}, "timestamp": 5}',
    '[{"tags": [NaN, [1]], "timestamp": "0001-01-01T00:00+14:00"}]',
]  # fmt: skip
VALUES = st.sampled_from(KNOWN_TO_HURT) | ANY_JSON
NO_DOCUMENTS = st.lists(st.sampled_from(["null", "5", "[]", r'"\ud83d"', "NaN", "[" * 5_000 + "]" * 5_000]), max_size=2)


@cache
def odd_values(endpoint: Endpoint) -> st.SearchStrategy[dict[str, str]]:
    """Values for some columns of a collection, and for fields that it does not have."""
    names = [column.name for column in endpoint.fields]
    return st.dictionaries(st.sampled_from([*names, *names, r"half \ud83d", "new"]), VALUES, min_size=1, max_size=4)


Odd = dict[str, tuple[Texts, list[str]]]
ODD: st.SearchStrategy[Odd] = st.fixed_dictionaries(
    {endpoint.name: st.tuples(odd_values(endpoint), NO_DOCUMENTS) for endpoint in SOURCE.endpoints}
)


def sample(kind: Type, day: str) -> Any:
    """Value of a type."""
    match kind:
        case Scalar(name):
            instant = f"{day}T10:00:00.000+00:00"
            numbers = {"int": 7, "bigint": 7, "double": 0.5, "boolean": True}
            return {"string": "fine", "date": day, "timestamp": instant, **numbers}[name]
        case Array(item):
            return [sample(item, day)]
        case Struct(fields):
            return {field.name: sample(field.type, day) for field in fields}
    raise AssertionError(kind)


def document(endpoint: Endpoint, day: str = FINE_DAY) -> dict[str, Any]:
    """Document whose values all fit; its id names its day."""
    return {c.name: f"of {day}" if c.name == "id" else sample(c.type, day) for c in endpoint.fields}


def odd_text(endpoint: Endpoint, values: Texts) -> str:
    """Document of another day, with these values."""
    texts = {name: json.dumps(value) for name, value in document(endpoint, ODD_DAY).items()} | dict(values)
    return "{" + ", ".join(f'"{name}": {text}' for name, text in texts.items()) + "}"


class World:
    """A provider that answers with the same documents whatever the window, a lake, and who hears of what landed."""

    def __init__(self, odd: Odd) -> None:
        self.store, self.heard, self.log = MemoryStore(), list[list[str]](), list[dict[str, object]]()
        self.texts = {e.name: [odd_text(e, odd[e.name][0]), *odd[e.name][1]] for e in SOURCE.endpoints}

    def documents_landed(self, person: str, tables: list[str], reason: str, *_: object) -> None:
        self.heard.append(tables)

    def answer(self, request: httpx.Request) -> httpx.Response:
        name, _, document_id = request.url.path.removeprefix("/v2/usercollection/").partition("/")
        endpoint = next(e for e in SOURCE.endpoints if e.collection == name)
        if document_id or endpoint.name == "personal_info":
            fine = document_id == document(endpoint)["id"]
            return httpx.Response(200, text=json.dumps(document(endpoint)) if fine else self.texts[endpoint.name][0])
        texts = [json.dumps(document(endpoint)), *self.texts[endpoint.name]]
        return httpx.Response(200, text=f'{{"data": [{", ".join(texts)}], "next_token": null}}')

    def do(self, job: Job) -> dict[str, Any]:
        """Run and return its log; it ends without an error."""
        transport = httpx.MockTransport(self.answer)
        with OuraClient(tokens=FixedToken("t"), transport=transport, sleep=lambda _: None) as client:
            fetcher = Fetcher(store=self.store, bus=self, log=self.log.append)
            since = require_account(self.store, "me", client, NOON)
            outcomes = fetcher.do(job, Person(name="me"), client, NOON, since)
        assert [outcome.error for outcome in outcomes if outcome.error] == []
        return self.log[-1]

    def rows(self, endpoint: Endpoint) -> list[dict[str, Any]]:
        keys = self.store.keys(table_prefix(endpoint))
        return [row for key in keys for row in read_table(key, present(self.store.get(key)).data).to_pylist()]

    def set_aside(self, endpoint: Endpoint) -> list[dict[str, Any]]:
        keys = self.store.keys(f"rejected/oura/{endpoint.name}/")
        return [json.loads(lines_of(self.store, key)) for key in keys]


def assert_everything_landed_or_is_set_aside(world: World, endpoint: Endpoint) -> None:
    rows, aside, fine = world.rows(endpoint), world.set_aside(endpoint), document(endpoint)
    expected = {json.dumps(parse(text), sort_keys=True) for text in world.texts[endpoint.name]}
    assert all(entry["reason"] for entry in aside)
    if endpoint.name == "personal_info":
        assert len(rows) + len(aside) == 1
        return
    assert len(rows) + len(aside) == 1 + len(expected), (rows, aside)
    wanted, drift = typed(endpoint, fine)
    assert drift <= {d for d in drift if d.problem.startswith("value")}
    assert wanted in [{name: row[name] for name in wanted} for row in rows]


def assert_no_number_is_infinite_or_none(value: Any) -> None:
    if isinstance(value, float):
        assert isfinite(value)
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            assert_no_number_is_infinite_or_none(inner)


def assert_the_lake_is_well(world: World) -> None:
    for endpoint in SOURCE.endpoints:
        assert_no_number_is_infinite_or_none(world.rows(endpoint))
    states = {p.key: rebuild(p, is_check=True).state for p in partitions(world.store, SOURCE, SOURCE.endpoints)}
    assert set(states.values()) <= {SAME}, states


@EXAMPLES
@given(ODD)
def test_a_run_brings_in_everything_but_what_cannot_be_held_and_the_next_one_writes_nothing(odd: Odd) -> None:
    world = World(odd)
    world.do(Job(person="me"))
    for endpoint in SOURCE.endpoints:
        assert_everything_landed_or_is_set_aside(world, endpoint)
    logs = read_request_log(world.store, "me")
    assert {name for name, known in logs.items() if not known.trouble} == {e.name for e in SOURCE.endpoints}
    assert_the_lake_is_well(world)
    assert len(world.heard) == 1
    before = dict(world.store.objects)
    again = world.do(Job(person="me"))
    assert (again["problems"], again["n_objects"], world.store.objects) == ({}, 0, before)


@EXAMPLES
@given(st.lists(st.sampled_from([*KNOWN_TO_HURT, "[]", "5", "true"]), max_size=3))
def test_whatever_rows_the_account_is_read_from_it_is_one_text_or_none(texts: list[str]) -> None:
    answer = httpx.Response(
        200, text=f'{{"data": [{", ".join([*texts, *(f"""{{"id": {text}}}""" for text in texts)])}]}}'
    )
    transport = httpx.MockTransport(lambda _: answer)
    with OuraClient(tokens=FixedToken("t"), transport=transport, sleep=lambda _: None) as client:
        assert isinstance(account_of(client), str)
        require_account(MemoryStore(), "me", client, NOON)


@EXAMPLES
@given(ODD)
def test_a_backfill_of_several_chunks_goes_on_to_its_end(odd: Odd) -> None:
    world = World(odd)
    wanted = Backfill(person="me", first=date(2026, 5, 1), last=date(2026, 8, 21))

    def fill() -> None:
        job: Job | None = wanted.job()
        while job:
            world.do(job)
            job = following(job)

    fill()
    before, n_runs = dict(world.store.objects), len(world.log)
    fill()
    assert [run["problems"] for run in world.log[n_runs:]] == [{}] * n_runs
    assert world.store.objects == before
    for endpoint in SOURCE.endpoints:
        assert_everything_landed_or_is_set_aside(world, endpoint)
    assert_the_lake_is_well(world)


@EXAMPLES
@given(ODD)
def test_a_webhook_brings_in_its_document_or_sets_it_aside_and_touches_no_other(odd: Odd) -> None:
    world = World(odd)
    endpoints = [endpoint for endpoint in SOURCE.endpoints if endpoint.webhook]
    jobs = [
        Job(person="me", endpoints=(endpoint.name,), document_id=document_id, event="update", reason="webhook")
        for endpoint in endpoints
        for document_id in (document(endpoint)["id"], f"of {ODD_DAY}")
    ]
    for job in jobs:
        world.do(job)
    world.texts = {name: texts[:1] for name, texts in world.texts.items()}
    for endpoint in endpoints:
        assert_everything_landed_or_is_set_aside(world, endpoint)
    assert_the_lake_is_well(world)
    before = dict(world.store.objects)
    assert [world.do(job)["problems"] for job in jobs] == [{}] * len(jobs)
    assert world.store.objects == before


def exported(endpoint: Endpoint, values: Texts) -> PackedFile:
    """File of an account export with a sound line, and one with these fields."""
    fine = {name: v if isinstance(v, str) else json.dumps(v) for name, v in document(endpoint).items()}
    odd = {name: v if isinstance(v, str) else json.dumps(v) for name, v in document(endpoint, ODD_DAY).items()}
    names, text = list(dict.fromkeys([*fine, *values])), io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=";")
    writer.writeheader()
    writer.writerows([fine, odd | dict(values)])
    data = text.getvalue().encode()
    return PackedFile(name=f"{endpoint.name}.csv", open=lambda: io.BufferedReader(io.BytesIO(data)))


@EXAMPLES
@given(ODD)
def test_an_import_brings_in_the_lines_beside_an_odd_one_and_the_next_one_writes_nothing(odd: Odd) -> None:
    world, dated = World(odd), [endpoint for endpoint in SOURCE.endpoints if endpoint.day]
    run = Import(request="account export", now=NOON)

    def bring() -> None:
        files = [exported(endpoint, odd[endpoint.name][0]) for endpoint in dated]
        for part in sorted_out(files, SOURCE.endpoints).parts:
            table = Table(store=world.store, source=SOURCE.name, endpoint=part.endpoint, person="me")
            assert not run.bring(table, part).ended_by

    bring()
    for endpoint in dated:
        wanted, _ = typed(endpoint, document(endpoint))
        assert wanted in [{name: row[name] for name in wanted} for row in world.rows(endpoint)]
    assert_the_lake_is_well(world)
    before = dict(world.store.objects)
    bring()
    assert world.store.objects == before
