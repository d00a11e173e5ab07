"""File for the people who help: versions, the stack's digest and redacted lines of checks, and nothing of a lake."""

import hashlib
import json
import platform
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.admin.checks.model import Check
from oura_lake.admin.redaction import redacted
from oura_lake.aws.stack import DEFAULT_STACK, described

PACKAGES = ("oura-lake", "awswrangler", "aws-cdk-lib", "boto3", "botocore", "duckdb", "httpx", "pyarrow", "sqlglot")
ABSENT = "not installed"


@dataclass(frozen=True, kw_only=True)
class Section:
    """Part of the file: its title, and its lines."""

    title: str
    lines: Sequence[str]


def versions() -> Section:
    """Versions of the package, of Python, of the libraries and of the machine's system."""
    libraries = [f"{name} {_version(name)}" for name in PACKAGES]
    machine = f"{platform.system()} {platform.machine()}"
    return Section(title="Versions", lines=[*libraries, f"Python {platform.python_version()}", machine])


def stack(client: Callable[[str], Any], name: str = DEFAULT_STACK) -> Section:
    """State of the deployed stack, and the digest of its template, from which nothing can be read."""
    title = "Deployed stack"
    try:
        cloudformation = client("cloudformation")
        found = described(name, cloudformation)
        if found is None:
            return Section(title=title, lines=["There is none."])
        body = cloudformation.get_template(StackName=name)["TemplateBody"]
    except (BotoCoreError, ClientError) as error:
        return Section(title=title, lines=[f"AWS did not answer: {type(error).__name__}"])
    text = body if isinstance(body, str) else json.dumps(body, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Section(title=title, lines=[f"Status {found['StackStatus']}", f"Template sha256 {digest}"])


def of_checks(title: str, checks: Iterable[Check], names: Collection[str]) -> Section:
    """State, name and sentence of each check, redacted."""
    return Section(title=title, lines=[redacted(f"{c.state} {c.name}: {c.sentence}", names) for c in checks])


def of_text(title: str, text: str, names: Collection[str]) -> Section:
    """Lines of a text, redacted."""
    return Section(title=title, lines=[line for line in redacted(text, names).splitlines() if line.strip()])


def text_of(sections: Iterable[Section]) -> str:
    """Text of the file."""
    return "\n".join(f"{s.title}\n" + "".join(f"  {line}\n" for line in s.lines) for s in sections)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ABSENT
