"""Bundles of the functions: locked wheels for their platform, trimmed, and our own sources; no Docker.

The wheels are zipped once for each lock and platform and cached under .cache/bundles by `make setup` (`python -m
infra.bundling`). A synthesis after a change of sources therefore needs no network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from oura_lake.errors import OuraLakeError

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "bundles"
LAMBDAS = ROOT / "lambdas"
EPOCH = (1980, 1, 1, 0, 0, 0)
LIMIT_BYTES = 262_144_000  # Lambda's limit, unzipped

# Parts of pyarrow that no function loads; lib links libarrow_{acero,compute,dataset,substrait}, so they stay.
UNUSED = (
    "include",
    "includes",
    "src",
    "tests",
    "*.pxd",
    "*.pxi",
    "*.pyx",
    "libarrow_flight*",
    "libarrow_python_flight*",
    "libarrow_python_parquet_encryption*",
    "_flight*",
    "_substrait*",
    "_orc*",
    "_dataset_orc*",
    "_s3fs*",
    "_azurefs*",
    "_gcsfs*",
    "_hdfs*",
    "*parquet_encryption*",
    "_pyarrow_cpp_tests*",
    "libarrow_python.so",
    "libarrow_python.so.*.*",
)
LAPTOP_ONLY = tuple(f"oura_lake/{name}/" for name in ("admin", "cli", "demo", "local", "report", "simulator"))
UNUSED_TO_WRITE = ("_dataset*", "_acero*", "_json*")  # they read whole folders, which ingest never does


class BundlingFailed(OuraLakeError):
    """Failure to make a function's zip."""


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Platform of the wheels: `uv` is uv's name for it, empty for this machine."""

    name: str
    python: str
    uv: str = ""


# Lambda's glibc is 2.34; manylinux2014 would silently give a pyarrow five versions older.
LAMBDA = Platform(name="lambda", python="3.14", uv="aarch64-manylinux_2_28")
HOST = Platform(name="host", python=f"{sys.version_info.major}.{sys.version_info.minor}")


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Zip of a function: its lock, the parts of pyarrow to leave out, and what else of the repo it reads.

    Of the `files` those that exist are in the zip: without one a function is slower, and no worse.
    """

    name: str
    unused: tuple[str, ...] = UNUSED
    folders: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def lock(self) -> Path:
        """Exact versions and hashes of its packages."""
        return ROOT / "requirements" / f"{self.name}.lock"


INGEST = Bundle(name="ingest", unused=(*UNUSED, *UNUSED_TO_WRITE))
RECEIVE = Bundle(name="receive")
TRANSLATED = ROOT / ".cache" / "duckdb-views.json"  # the views' SQL for DuckDB, which spares each event the parsing
ANALYSE = Bundle(name="analyse", folders=(ROOT / "athena",), files=(TRANSLATED,))  # DuckDB runs the views itself


def build(bundle: Bundle, platform: Platform) -> Path:
    """Return the path of the function's zip, named after a digest of its contents; raises BundlingFailed."""
    packages = packages_zip(bundle, platform)
    sources = list(_sources(bundle))
    digest = _digest([packages.name, *(name for name, _ in sources)], (path for _, path in sources))
    target = CACHE / f"{packages.stem}-{digest}.zip"
    if not target.exists():
        with _written_at_once(target) as unfinished:
            shutil.copyfile(packages, unfinished)
            _append(unfinished, sources)
        _forget_others(packages, target)
    return target


def packages_zip(bundle: Bundle, platform: Platform) -> Path:
    """Return the path of the zip of a bundle's packages, installed if it is not cached; raises BundlingFailed."""
    digest = _digest([platform.python, platform.uv, *bundle.unused], [bundle.lock])
    target = CACHE / f"{bundle.name}-{platform.name}-{digest}.zip"
    if not target.exists():
        with tempfile.TemporaryDirectory() as folder, _written_at_once(target) as unfinished:
            _install(bundle, platform, Path(folder))
            _trim(Path(folder) / "pyarrow", bundle.unused)
            _append(unfinished, _files(Path(folder), Path(folder)))
    return target


def unzipped_bytes(bundle: Path) -> int:
    """Size as Lambda counts it."""
    with ZipFile(bundle) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def _install(bundle: Bundle, platform: Platform, folder: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        raise BundlingFailed(f"The functions cannot be bundled: no uv lies beside {sys.executable}", "run make setup")
    wheels = ["--python-platform", platform.uv] if platform.uv else []
    command = [
        str(uv),
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--require-hashes",
        "--python",
        sys.executable,
        "--python-version",
        platform.python,
        *wheels,
        "--target",
        str(folder),
        "-r",
        str(bundle.lock),
    ]
    done = subprocess.run(command, env=_index_settings() | os.environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BundlingFailed(f"The packages of {bundle.lock.name} could not be installed: {done.stderr.strip()}")


def _index_settings() -> dict[str, str]:
    """Index and certificates of pip as settings for uv, which reads none of pip's settings."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    indexes = [line.split("=", 1)[1].strip("'\"") for line in listed.splitlines() if ".index-url=" in line]
    return {"UV_SYSTEM_CERTS": "1", **({"UV_DEFAULT_INDEX": indexes[-1]} if indexes else {})}


def _trim(pyarrow: Path, unused: Iterable[str]) -> None:
    for pattern in unused:
        for path in pyarrow.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _sources(bundle: Bundle) -> Iterator[tuple[str, Path]]:
    for name, path in _files(LAMBDAS / "oura_lake", LAMBDAS):
        if not name.startswith(LAPTOP_ONLY):
            yield name, path
    for folder in bundle.folders:
        yield from _files(folder, folder.parent)
    yield from ((file.relative_to(ROOT).as_posix(), file) for file in bundle.files if file.is_file())


def _files(folder: Path, root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.parent.name != "bin":
            yield path.relative_to(root).as_posix(), path


def _append(archive: Path, files: Iterable[tuple[str, Path]]) -> None:
    """Add files with a fixed date, so that equal contents make equal bytes."""
    with ZipFile(archive, "a", ZIP_DEFLATED, compresslevel=6) as opened:
        for name, path in files:
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            opened.writestr(entry, path.read_bytes())


@contextmanager
def _written_at_once(target: Path) -> Iterator[Path]:
    """Yield a path to write to, and rename it to `target` after success, so that nobody reads half a zip."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _forget_others(packages: Path, current: Path) -> None:
    for path in CACHE.glob(f"{packages.stem}-*.zip"):
        if path != current:
            path.unlink(missing_ok=True)


def _digest(texts: Iterable[str], files: Iterable[Path]) -> str:
    digest = hashlib.sha256("\n".join(texts).encode())
    for path in files:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def main() -> None:
    """Fill the cache: the bundles for AWS, and the same for this machine, where the emulator runs them."""
    for platform, bundle in product((LAMBDA, HOST), (INGEST, ANALYSE, RECEIVE)):
        path = build(bundle, platform)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {unzipped_bytes(path) / 1e6:.0f} MB unzipped\n")


if __name__ == "__main__":
    main()
