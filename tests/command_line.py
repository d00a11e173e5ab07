"""How does a test run the command as a person would: in a process of its own, with this checkout's code?"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WITHIN_S = 120
COMMAND = (sys.executable, "-m", "oura_lake.cli.main")


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings, without a token or an address of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OURA_ACCESS", "OURA_API"))}
    return kept | {"PYTHONPATH": str(ROOT / "lambdas"), "COLUMNS": "200", "TERM": "dumb"} | settings


def for_api(api: Any) -> dict[str, str]:
    """The settings that lead to a simulated API, with its token."""
    return {"OURA_API_BASE_URL": api.base_url, "OURA_ACCESS_TOKEN": api.token}


def run(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `oura-lake` to its end."""
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(
        command, env=environment(**settings), capture_output=True, text=True, check=False, timeout=WITHIN_S
    )


def start(*arguments: object, **settings: str) -> subprocess.Popen[str]:
    """Start `oura-lake`; use it in a `with`."""
    command, pipe = [*COMMAND, *map(str, arguments)], subprocess.PIPE
    return subprocess.Popen(command, env=environment(**settings), stdout=pipe, stderr=pipe, text=True)


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Each file's bytes and the moment it was last written."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}
