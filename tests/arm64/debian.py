"""Python of the functions' version for arm64, from Debian's unstable release, in a folder; this machine is unchanged.

apt is given lists, a cache and a state of their own below .cache/arm64, so that it neither needs nor changes the
machine's. Debian is the one place among those we may use that has this Python for another processor.
"""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "arm64"
RELEASE, KEYRING = "sid", "/usr/share/keyrings/debian-archive-keyring.gpg"
SITES = ("apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages")
BESIDE_PYTHON = ("libgcc-s1", "libstdc++6")  # pyarrow and DuckDB are linked with them, as Lambda has them


class NotHere(Exception):
    """A part of the check that this machine cannot have; the text says which, and why."""


def python(version: str) -> list[str]:
    """Command of a Python of a version such as 3.14 for arm64, fetched once; raises NotHere."""
    emulator = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
    if not emulator:
        raise NotHere("The emulator of arm64 is absent: no qemu-aarch64 (Debian: apt-get install qemu-user).")
    root = CACHE / f"python{version}"
    if not root.exists():
        _unpacked(_fetched(version), root)
    return [emulator, "-L", str(root), str(root / "usr" / "bin" / f"python{version}")]


def _fetched(version: str) -> list[Path]:
    """Fetch the packages of Python and of all that it needs."""
    site = _site()
    for folder in ("state/lists/partial", "cache/archives/partial", "parts"):
        (CACHE / folder).mkdir(parents=True, exist_ok=True)
    (CACHE / "state" / "status").touch()
    (CACHE / "sources.list").write_text(f"deb [arch=arm64 signed-by={KEYRING}] {site} {RELEASE} main\n")
    _apt("update")
    _apt("install", "--yes", "--download-only", "--no-install-recommends", f"python{version}", *BESIDE_PYTHON)
    return sorted((CACHE / "cache" / "archives").glob("*.deb"))


def _site() -> str:
    """Address that this machine has Debian from."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise NotHere("A Python for arm64 is absent: this machine has no apt, by which it is fetched from Debian.")
    lines = subprocess.run(SITES, capture_output=True, text=True, check=True).stdout.splitlines()
    sites = [site for origin, _, site in (line.partition(" ") for line in lines) if origin == "Debian"]
    if not sites:
        raise NotHere(
            "A Python for arm64 is absent: this machine's apt knows no address of Debian; run apt-get update."
        )
    return sites[0]


def _apt(*command: str) -> None:
    options = {
        "APT::Architecture": "arm64",
        "APT::Architectures": "arm64",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "1",
        "Dir::Cache": f"{CACHE}/cache",
        "Dir::Etc::preferencesparts": f"{CACHE}/parts",
        "Dir::Etc::sourcelist": f"{CACHE}/sources.list",
        "Dir::Etc::sourceparts": f"{CACHE}/parts",
        "Dir::State": f"{CACHE}/state",
        "Dir::State::status": f"{CACHE}/state/status",
    }
    settings = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    done = subprocess.run(["apt-get", "-qq", *settings, *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotHere(f"A Python for arm64 is absent: apt-get {command[0]} failed: {done.stderr.strip()[-300:]}")


def _unpacked(packages: list[Path], root: Path) -> None:
    unfinished = root.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for package in packages:
        subprocess.run(["dpkg", "-x", str(package), str(unfinished)], check=True)
    (unfinished / "lib").symlink_to("usr/lib")  # where a program names its loader
    unfinished.rename(root)
