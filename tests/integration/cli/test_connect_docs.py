"""docs/tutorials/connect.md agrees with the program."""

import re
from pathlib import Path

import pytest
from oura_lake.cli.connect import REDIRECT_URI
from oura_lake.oura.oauth import SCOPES
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import ENDPOINTS, TOKEN_URLS

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "tutorials" / "connect.md").read_text()
ROWS = [line.split("|")[1:3] for line in TEXT.partition("## The scopes")[2].splitlines() if line.startswith("| `")]


def rows_with(scope: str) -> list[str]:
    return [tables for scopes, tables in ROWS if f"`{scope}`" in scopes]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: e.name)
def test_every_table_stands_in_the_row_of_its_scope(endpoint: Endpoint) -> None:
    assert [tables for _, tables in ROWS if re.search(rf"\b{endpoint.name}\b", tables)] == rows_with(endpoint.scope)


def test_the_form_asks_for_every_scope_and_the_redirect_uri_of_the_command() -> None:
    [scope_row] = [line for line in TEXT.splitlines() if line.startswith("| Application Scope")]
    assert set(scope_row.split("`")[1].split()) == set(SCOPES)
    assert f"`{REDIRECT_URI}`" in TEXT


def test_both_token_endpoints_are_named() -> None:
    assert [url for url in TOKEN_URLS if url not in TEXT] == []
