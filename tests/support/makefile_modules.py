"""Modules that the Makefile runs and a command, each in a process of its own with nothing of this machine's account."""

import os
import subprocess
import sys
from pathlib import Path

from support.command_line import ROOT

COMMANDS = {
    "oura_lake.admin.account": (),
    "oura_lake.admin.deploy_options": (),
    "oura_lake.admin.budget_stack": ("diff",),
    "oura_lake.admin.webhooks": (),
    "oura_lake.admin.deployed_config": (),
    "oura_lake.cli.main": ("verify",),
}


def run(module: str, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a module with an empty home and config.toml, and nothing of AWS but these settings (empty: none)."""
    (home / "config.toml").write_text("")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
    ours = {"HOME": str(home), "PYTHONPATH": str(ROOT / "lambdas"), "AWS_MAX_ATTEMPTS": "1"}
    given = {name: value for name, value in (keys | ours | settings).items() if value}
    return subprocess.run(
        [sys.executable, "-m", module, *COMMANDS[module]],
        env=inherited | given,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
