"""Every module that the Makefile runs and the commands ask the region of AWS_REGION, whatever the profile says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from oura_lake.aws import session
from oura_lake.aws.region import TwoRegions, region
from support.aws_over_http import Answer, aws_over_http
from support.command_line import ROOT, SENTENCE
from support.makefile_modules import COMMANDS, run

SCOPE = re.compile(r"Credential=\w+/\d+/([\w-]+)/")
MODULE = re.compile(r"-m (oura_lake\.[\w.]+)")
CDK = "oura_lake.local.toolchain"  # it runs the CDK, which reads AWS_REGION by itself
OTHER_PROFILE = "[default]\nregion = ap-south-1\n"
REFUSAL = b'{"__type": "AccessDeniedException", "message": "no"}'


@dataclass
class Listener:
    """Account that refuses all and keeps the region of each call."""

    url: str = ""
    regions: set[str] = field(default_factory=set)

    def serve(self, _service: str, _method: str, _path: str, headers: Mapping[str, str], _body: bytes) -> Answer:
        [scope] = [value for name, value in headers.items() if name.lower() == "authorization"]
        self.regions.add(str(SCOPE.search(scope)[1]))  # type: ignore[index]
        return Answer(status=403, body=REFUSAL)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    with aws_over_http(found.serve) as aws:
        found.url = aws.url
        yield found


@pytest.mark.parametrize("profile", ["", OTHER_PROFILE], ids=["no profile", "a profile of another region"])
@pytest.mark.parametrize("module", COMMANDS)
def test_a_module_asks_the_region_that_aws_region_names(
    module: str, profile: str, tmp_path: Path, listener: Listener
) -> None:
    config = tmp_path / "aws"
    config.write_text(profile)
    run(module, tmp_path, AWS_REGION="eu-north-1", AWS_CONFIG_FILE=str(config), AWS_ENDPOINT_URL=listener.url)
    assert listener.regions == {"eu-north-1"}


@pytest.mark.parametrize("module", COMMANDS)
def test_two_regions_that_differ_end_in_one_sentence(module: str, tmp_path: Path, listener: Listener) -> None:
    result = run(
        module, tmp_path, AWS_REGION="eu-north-1", AWS_DEFAULT_REGION="us-east-1", AWS_ENDPOINT_URL=listener.url
    )
    [sentence] = result.stderr.splitlines()
    assert SENTENCE.fullmatch(sentence)
    assert "AWS_REGION is eu-north-1 and AWS_DEFAULT_REGION is us-east-1" in sentence
    assert (result.returncode, listener.regions) == (1, set())


def test_every_module_that_the_makefile_runs_is_among_these() -> None:
    found = set(MODULE.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    assert found - {CDK} <= set(COMMANDS)
    assert {"oura_lake.admin.account", CDK} <= found  # the pattern still finds them


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({}, None),
        ({"AWS_REGION": "eu-north-1"}, "eu-north-1"),
        ({"AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
        ({"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
    ],
)
def test_the_region_is_the_one_that_is_named(named: dict[str, str], expected: str | None) -> None:
    assert region(named) == expected


def test_a_client_of_another_region_is_that_region_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    assert session.client("sns", region_name="eu-west-1").meta.region_name == "eu-west-1"
    assert session.client("sns").meta.region_name == session.session().region_name == "eu-north-1"


def test_two_regions_make_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with pytest.raises(TwoRegions, match="keep one of them"):
        session.client("sns")
