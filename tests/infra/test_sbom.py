"""The bill of materials of a release names every shipped package with its licence."""

import json
import re
from email.parser import Parser
from zipfile import ZipFile

import pytest

from infra.bundling import LAMBDA, Bundle, packages_zip
from infra.sbom import BILL, SHIPPED, TABLE, bill, licence_of, packages_of, shipped, table

PINNED = re.compile(r"^([\w-]+)==(\S+)", re.MULTILINE)


def test_the_files_of_the_release_are_current() -> None:
    packages = shipped()
    assert json.loads(BILL.read_text(encoding="utf-8")) == bill(packages), "run make sbom"
    assert TABLE.read_text(encoding="utf-8") == table(packages), "run make sbom"


@pytest.mark.parametrize("bundle", SHIPPED, ids=lambda bundle: bundle.name)
def test_each_locked_package_is_named_once_and_its_licence_s_text_lies_in_the_zip(bundle: Bundle) -> None:
    locked = set(PINNED.findall(bundle.lock.read_text(encoding="utf-8")))
    found = list(packages_of(packages_zip(bundle, LAMBDA)))
    assert {(p.name, p.version) for p in found} <= locked
    assert {p.name for p in found} == {name for name, _ in locked}
    with ZipFile(packages_zip(bundle, LAMBDA)) as archive:
        assert all(archive.read(text) for package in found for text in package.texts)
    assert [package.name for package in found if not package.texts] == []


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        ("License-Expression: MIT\nLicense: other", "MIT"),
        ("License: MPL-2.0", "MPL-2.0"),
        ("Classifier: License :: OSI Approved :: MIT License", "MIT"),
    ],
)
def test_a_licence_is_read_however_it_is_declared(lines: str, licence: str) -> None:
    assert licence_of(Parser().parsestr(f"Name: x\n{lines}\n")) == licence


def test_a_package_without_a_licence_stops_the_bill() -> None:
    with pytest.raises(ValueError, match="x declares no licence"):
        licence_of(Parser().parsestr("Name: x\n"))
