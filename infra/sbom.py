"""Bill of materials: the packages in the functions' zips and their licences, from each wheel's METADATA.

`make sbom` writes docs/reference/sbom.cdx.json (CycloneDX 1.5) and docs/reference/licences.md; both are part of each
release. They contain no time and no random number, so that the same locks make the same files.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from infra.bundling import ANALYSE, INGEST, LAMBDA, RECEIVE, ROOT, packages_zip

SHIPPED = (INGEST, ANALYSE, RECEIVE)
BILL, TABLE = ROOT / "docs" / "reference" / "sbom.cdx.json", ROOT / "docs" / "reference" / "licences.md"
METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
TEXTS = re.compile(r"/(LICEN[CS]E|COPYING|NOTICE)[^/]*$|\.dist-info/licenses/", re.IGNORECASE)
CLASSIFIER = "License :: OSI Approved :: "
NAMES = {  # of classifiers, with SPDX's name for each
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "BSD License": "BSD-3-Clause",
}
HEAD = """# What the functions' zips hold of others' work

Written by `make sbom` from the wheels' own METADATA; `sbom.cdx.json` beside this page says the same to programs
(CycloneDX 1.5). The texts of the licences lie in the zips, each in the folder of its package. The function behind the
public address is `receive`. boto3 is the runtime's own, and what a laptop installs by `requirements/dev.lock` is not
shipped.

| package | version | licence, as declared | in the zip of |
|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Package:
    """Package as a zip contains it; `texts` are its licence's files."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]

    @property
    def address(self) -> str:
        """Package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def packages_of(zipped: Path) -> Iterator[Package]:
    """Yield the packages in a zip; raises ValueError for one that declares no licence."""
    with ZipFile(zipped) as archive:
        names = archive.namelist()
        for name in filter(METADATA.fullmatch, names):
            metadata = Parser().parsestr(archive.read(name).decode(), headersonly=True)
            info = name.partition("/")[0]
            yield Package(
                name=re.sub(r"[-_.]+", "-", metadata["Name"]).lower(),
                version=metadata["Version"],
                licence=licence_of(metadata),
                texts=tuple(n for n in names if n.startswith(f"{info}/") and TEXTS.search(n)),
            )


def licence_of(metadata: Message) -> str:
    """Licence that a package declares, as an SPDX expression; raises ValueError for none."""
    classified = [c.removeprefix(CLASSIFIER) for c in metadata.get_all("Classifier", []) if c.startswith(CLASSIFIER)]
    named = [metadata[field] for field in ("License-Expression", "License") if metadata[field]]
    found = named or [" OR ".join(NAMES.get(name, name) for name in classified)]
    if not found[0]:
        raise ValueError(f"{metadata['Name']} declares no licence; look into its wheel and name it here.")
    return str(found[0])


def shipped() -> dict[Package, list[str]]:
    """Every package of the functions' zips for AWS, with the bundles that contain it."""
    bundles_of: dict[Package, list[str]] = {}
    for bundle in SHIPPED:
        for package in packages_of(packages_zip(bundle, LAMBDA)):
            bundles_of.setdefault(package, []).append(bundle.name)
    return dict(sorted(bundles_of.items(), key=lambda item: item[0].name))


def bill(packages: Iterable[Package]) -> dict[str, Any]:
    """Bill of materials in CycloneDX's form."""
    components = [
        {
            "type": "library",
            "bom-ref": p.address,
            "name": p.name,
            "version": p.version,
            "purl": p.address,
            "licenses": [{"expression": p.licence}],
        }
        for p in packages
    ]
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}


def table(packages: Mapping[Package, Iterable[str]]) -> str:
    """Page for people."""
    rows = (f"| {p.name} | {p.version} | {p.licence} | {', '.join(where)} |\n" for p, where in packages.items())
    return HEAD + "".join(rows)


def main() -> None:
    """Write both files."""
    bundles_of = shipped()
    BILL.write_text(json.dumps(bill(bundles_of), indent=1) + "\n", encoding="utf-8")
    TABLE.write_text(table(bundles_of), encoding="utf-8")
    sys.stdout.write(f"{len(bundles_of)} packages are in {BILL.relative_to(ROOT)} and {TABLE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
