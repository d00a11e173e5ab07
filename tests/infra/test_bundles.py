"""The functions' zips are small enough, made of what is locked, and whole."""

import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra import bundling
from infra.bundling import (
    ANALYSE,
    CACHE,
    HOST,
    INGEST,
    LAMBDA,
    LIMIT_BYTES,
    RECEIVE,
    ROOT,
    Bundle,
    BundlingFailed,
    Platform,
    build,
)  # fmt: skip

AARCH64 = 183  # an ELF file's code of its machine, in the bytes 18 and 19
PINNED = re.compile(r"^([\w-]+)==(\S+)", re.MULTILINE)
WITH_PYARROW = {
    "ingest": (INGEST, LAMBDA),
    "analyse": (ANALYSE, LAMBDA),
    "ingest-here": (INGEST, HOST),
    "analyse-here": (ANALYSE, HOST),
}
SHIPPED = WITH_PYARROW | {"receive": (RECEIVE, LAMBDA), "receive-here": (RECEIVE, HOST)}
EVERY_ZIP = pytest.mark.parametrize(("bundle", "platform"), SHIPPED.values(), ids=SHIPPED)
EVERY_ZIP_WITH_PYARROW = pytest.mark.parametrize(("bundle", "platform"), WITH_PYARROW.values(), ids=WITH_PYARROW)


def names(zipped: Path) -> list[str]:
    """Names of the files in a zip."""
    with ZipFile(zipped) as archive:
        return archive.namelist()


def printed(bundle: Bundle, folder: Path, script: str) -> tuple[str, str]:
    """Output and errors of a script that has the files of this machine's zip of a bundle, and nothing else."""
    with ZipFile(build(bundle, HOST)) as archive:
        archive.extractall(folder)
    environment = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-S", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    return done.stdout, done.stderr


@EVERY_ZIP
def test_a_zip_is_smaller_than_lambda_takes(bundle: Bundle, platform: Platform) -> None:
    assert bundling.unzipped_bytes(build(bundle, platform)) < LIMIT_BYTES


@EVERY_ZIP_WITH_PYARROW
def test_a_zip_holds_the_locked_pyarrow_and_our_sources_once(bundle: Bundle, platform: Platform) -> None:
    found = names(build(bundle, platform))
    locked = dict(PINNED.findall(bundle.lock.read_text()))["pyarrow"]
    assert f"pyarrow-{locked}.dist-info/METADATA" in found
    assert "oura_lake/handlers/ingest.py" in found
    assert len(found) == len(set(found))


@EVERY_ZIP
def test_what_serves_the_laptop_alone_is_not_shipped(bundle: Bundle, platform: Platform) -> None:
    folders = {"/".join(name.split("/")[:2]) for name in names(build(bundle, platform))}
    assert not folders & {"oura_lake/local", "oura_lake/cli", "oura_lake/report"}
    assert "boto3/__init__.py" not in folders


@EVERY_ZIP
def test_no_function_pays_for_what_checks_config_toml(bundle: Bundle, platform: Platform) -> None:
    assert not [name for name in names(build(bundle, platform)) if name.startswith(("pydantic", "tomlkit"))]


@pytest.mark.parametrize("bundle", [INGEST, ANALYSE], ids=lambda bundle: bundle.name)
def test_the_wheels_for_aws_are_arm_of_its_python(bundle: Bundle) -> None:
    with ZipFile(build(bundle, LAMBDA)) as archive:
        libraries = {name: archive.read(name) for name in archive.namelist() if ".so" in Path(name).name}
    assert "pyarrow/lib.cpython-314-aarch64-linux-gnu.so" in libraries
    assert {int.from_bytes(data[18:20], "little") for data in libraries.values()} == {AARCH64}
    assert {name.split(".")[1] for name in libraries if ".cpython" in name} == {"cpython-314-aarch64-linux-gnu"}


@pytest.mark.parametrize("bundle", [ANALYSE, RECEIVE], ids=lambda bundle: bundle.name)
def test_what_seals_reply_links_is_in_the_zips_of_who_makes_and_who_opens_them(bundle: Bundle) -> None:
    with ZipFile(build(bundle, LAMBDA)) as archive:
        assert int.from_bytes(archive.read("nacl/_sodium.abi3.so")[18:20], "little") == AARCH64
        assert "_cffi_backend.cpython-314-aarch64-linux-gnu.so" in archive.namelist()


def test_only_the_bundle_that_writes_does_without_datasets() -> None:
    ingest, analyse = (" ".join(names(build(bundle, LAMBDA))) for bundle in (INGEST, ANALYSE))
    for part in ("_dataset.", "_acero.", "_json."):
        assert f"pyarrow/{part}" not in ingest
        assert f"pyarrow/{part}" in analyse


@pytest.mark.parametrize("platform", [LAMBDA, HOST], ids=lambda platform: platform.name)
def test_views_travel_with_the_engine_that_runs_them_itself(platform: Platform) -> None:
    found = names(build(ANALYSE, platform))
    assert "athena/core/person_day.sql" in found
    assert "duckdb/__init__.py" in found
    assert not [name for name in found if name.startswith(("awswrangler/", "pandas/"))]


@pytest.mark.parametrize("platform", [LAMBDA, HOST], ids=lambda platform: platform.name)
def test_the_zip_of_the_engine_holds_the_translated_views(platform: Platform) -> None:
    assert ".cache/duckdb-views.json" in names(build(ANALYSE, platform))


def test_the_function_finds_every_view_translated(tmp_path: Path) -> None:
    script = (
        "from oura_lake.query.views import load_views\n"
        "views = load_views().values(); print(len(views) > 70, [v.name for v in views if v.translated is None])"
    )
    assert printed(ANALYSE, tmp_path, script) == ("True []\n", "")


def test_a_clone_without_translated_views_makes_a_bundle_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling, "_forget_others", lambda *_: None)
    without = build(Bundle(name="analyse", folders=ANALYSE.folders, files=(tmp_path / "none.json",)), HOST)
    found = names(without)
    without.unlink()
    assert "athena/core/person_day.sql" in found
    assert ".cache/duckdb-views.json" not in found


def test_the_trimmed_pyarrow_writes_and_reads_a_table_without_numpy(tmp_path: Path) -> None:
    script = (
        "import sys, io, pyarrow as pa, pyarrow.parquet as pq; from oura_lake.lake import documents\n"
        "data = io.BytesIO(); pq.write_table(pa.table({'a': [[1, 2], None]}), data)\n"
        "table = pq.ParquetFile(data).read(use_threads=False)\n"
        "assert table.to_pylist()[0] == {'a': [1, 2]}; print('numpy' in sys.modules)"
    )
    assert printed(INGEST, tmp_path, script) == ("False\n", "")


def test_the_zip_of_the_public_door_makes_and_opens_a_reply_link_by_itself(tmp_path: Path) -> None:
    script = (
        "from datetime import UTC, datetime; from oura_lake.public_endpoint.reply_links import answer_in, links\n"
        "now = datetime(2026, 3, 1, tzinfo=UTC); made = links('', 'me', 'illness-2026-02-27', 'secret', now)\n"
        "print(answer_in(made['ill'].partition('=')[2], 'secret', now).episode)"
    )
    assert printed(RECEIVE, tmp_path, script) == ("illness-2026-02-27\n", "")


@pytest.mark.parametrize("lock", [*(ROOT / "requirements").glob("*.lock")], ids=lambda path: path.name)
def test_a_lock_names_hashes_and_no_index(lock: Path) -> None:
    text = lock.read_text()
    assert text.count("--hash=sha256:") >= len(PINNED.findall(text)) > 0
    assert not re.search(r"https?://|--index|--find-links|file:|/root|/home|/work", text)


@pytest.mark.parametrize("bundle", [INGEST, ANALYSE, RECEIVE], ids=lambda bundle: bundle.name)
def test_a_function_runs_the_versions_that_the_tests_ran(bundle: Bundle) -> None:
    tested = set(PINNED.findall((ROOT / "requirements" / "dev.lock").read_text()))
    assert set(PINNED.findall(bundle.lock.read_text())) <= tested


def test_a_change_of_sources_needs_no_new_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build(ANALYSE, HOST)
    (tmp_path / "athena").mkdir()
    (tmp_path / "athena" / "new.sql").write_text("SELECT 1")
    monkeypatch.setattr(bundling, "_install", pytest.fail)
    monkeypatch.setattr(bundling, "_forget_others", lambda *_: None)
    after = build(Bundle(name="analyse", folders=(tmp_path / "athena",)), HOST)
    after.unlink()
    assert before != after


def test_without_uv_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(bundling, "CACHE", tmp_path)
    with pytest.raises(BundlingFailed, match=r"no uv lies beside .*run make setup"):
        build(INGEST, LAMBDA)
    assert CACHE.exists()
