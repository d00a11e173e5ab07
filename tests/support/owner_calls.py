"""Calls to AWS that the owner's commands make in a test, told apart from those of the test and of a function."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from tools.owner_policy import POLICY

ROOT = Path(__file__).resolve().parents[2]
PACKAGE, TESTS = str(ROOT / "lambdas" / "oura_lake") + os.sep, str(ROOT / "tests") + os.sep
OWNER = tuple(f"{PACKAGE}{name}{os.sep}" for name in ("cli", "admin"))
FUNCTION = f"{PACKAGE}handlers{os.sep}"


@cache
def allowed_actions() -> frozenset[str]:
    """Read the actions of the owner's policy."""
    statements = json.loads(POLICY.read_text(encoding="utf-8"))["Statement"]
    return frozenset(action for statement in statements for action in statement["Action"])


@contextmanager
def owner_calls() -> Iterator[set[str]]:
    """Collect the owner's calls until the block ends."""
    found: set[str] = set()
    ask = BaseClient._make_api_call

    def recorded(client: Any, operation: str, given: dict[str, Any]) -> Any:
        if _is_owners(_frames()):
            found.add(f"{client.meta.service_model.service_name} {operation}")
        return ask(client, operation, given)

    with patch.object(BaseClient, "_make_api_call", recorded):
        yield found


def _frames() -> list[str]:
    """Files of ours on the stack, the innermost first."""
    frame, files = sys._getframe(2), list[str]()
    while frame:
        name = frame.f_code.co_filename
        if name.startswith((PACKAGE, TESTS)) and name != __file__:
            files.append(name)
        frame = frame.f_back  # type: ignore[assignment]
    return files


def _is_owners(files: list[str]) -> bool:
    """Return whether the code of the package makes the call, below a command or a tool, and no function."""
    within = files[: next((n for n, name in enumerate(files) if name.startswith(TESTS)), len(files))]
    return any(name.startswith(OWNER) for name in within) and not any(name.startswith(FUNCTION) for name in within)
