"""All stores obey one protocol: read with an etag, replace only an unchanged object."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws
from oura_lake.aws.s3 import S3Store
from oura_lake.errors import StoreUnavailable, WriteConflict
from oura_lake.lake.documents import land
from oura_lake.lake.store import MemoryStore, Store
from oura_lake.local.folder_store import FolderStore
from support.builders import a_score, a_table, at
from support.present import present


@pytest.fixture(params=["memory", "folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "folder":
        yield FolderStore(tmp_path)
    else:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.setenv(name, "test")
        with mock_aws():
            client = boto3.client("s3", region_name="us-east-1")
            client.create_bucket(Bucket="lake")
            client._make_api_call = one_at_a_time(client._make_api_call)
            yield S3Store("lake", client)


def one_at_a_time(call: Callable[..., Any]) -> Callable[..., Any]:
    """Serialise the calls: S3 reads and replaces an object atomically, moto's state in a process does not."""
    lock = Lock()

    def alone(*arguments: Any, **named: Any) -> Any:
        with lock:
            return call(*arguments, **named)

    return alone


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.get("lake/x") is None


def test_what_is_put_is_got(store: Store) -> None:
    etag = store.put("lake/x", b"one", replacing=None)
    got = store.get("lake/x")
    assert (present(got).data, present(got).etag) == (b"one", etag)


def test_only_the_version_that_was_read_is_replaced(store: Store) -> None:
    first = store.put("lake/x", b"one", replacing=None)
    store.put("lake/x", b"two", replacing=first)
    with pytest.raises(WriteConflict):
        store.put("lake/x", b"three", replacing=first)
    assert present(store.get("lake/x")).data == b"two"


def test_what_exists_is_not_created_again(store: Store) -> None:
    store.put("lake/x", b"one", replacing=None)
    with pytest.raises(WriteConflict):
        store.put("lake/x", b"two", replacing=None)


def test_what_is_gone_cannot_be_replaced(store: Store) -> None:
    with pytest.raises(WriteConflict):
        store.put("lake/never", b"two", replacing='"0123456789abcdef0123456789abcdef"')


def test_keys_are_listed_in_order_below_a_prefix_and_after_a_key(store: Store) -> None:
    for key in ("raw/b", "raw/a/2", "raw/a/1", "lake/c"):
        store.put(key, b"", replacing=None)
    assert list(store.keys("raw/")) == ["raw/a/1", "raw/a/2", "raw/b"]
    assert list(store.keys("raw/a/", "raw/a/1")) == ["raw/a/2"]


def test_racing_increments_lose_nothing(store: Store) -> None:
    store.put("n", b"0", replacing=None)

    def five_times() -> None:
        for _ in range(5):
            _increment(store)

    threads = [Thread(target=five_times) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert present(store.get("n")).data == b"30"


def _increment(store: Store) -> None:
    while True:
        stored = store.get("n")
        try:
            store.put("n", str(int(present(stored).data) + 1).encode(), replacing=present(stored).etag)
        except WriteConflict:
            continue
        return


def test_documents_land_alike_in_every_store(store: Store) -> None:
    table = a_table(store)
    land(table, [a_score(score=80)], at(0), "r")
    land(table, [a_score(score=81)], at(1), "r")
    again = land(table, [a_score(score=81)], at(2), "r")
    assert ([row["score"] for row in table.partition("2026").rows().values()], again.n_objects) == ([81], 0)
    assert len(list(store.keys("raw/oura/daily_sleep/person=me/2026/08/"))) == 2


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match=r"Cannot write to .*; make it writable"):
        FolderStore(tmp_path / "file").put("x", b"", replacing=None)
