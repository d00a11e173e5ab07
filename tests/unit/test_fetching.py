"""Does everybody hear of what landed, however the run ended?"""

import pytest
from builders import NOON, FakeOura, a_score
from oura_lake.errors import SourceUnavailable, TokenRejected
from oura_lake.fetching import Fetcher
from oura_lake.job import Job
from oura_lake.lake.store import MemoryStore
from oura_lake.settings import Person


class Heard(list):
    """A bus that remembers."""

    def documents_landed(self, person: str, tables: list[str], reason: str) -> None:
        self.append((person, tables, reason))


@pytest.mark.parametrize("error", [SourceUnavailable("Down."), TokenRejected("Connect again.")])
def test_what_landed_is_told_although_a_later_collection_ended_the_run(error: Exception) -> None:
    oura, bus, log = FakeOura(daily_sleep=[a_score()]), Heard(), []
    oura.errors["sleep"] = error
    fetcher = Fetcher(store=MemoryStore(), bus=bus, log=log.append)
    with pytest.raises(type(error)):
        fetcher.do(Job(person="me", endpoints=("daily_sleep", "sleep")), Person(name="me"), oura, NOON)
    assert bus == [("me", ["daily_sleep"], "schedule")]
    assert [run["n_new"] for run in log] == [1]
