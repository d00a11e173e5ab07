"""Does what raw once listed stay what was said, or an error?"""

import pytest
from builders import a_score, a_table, at, rebuilt
from oura_lake.errors import StoreUnavailable
from oura_lake.lake.landing import land
from oura_lake.lake.store import MemoryStore, Stored


class Forgetful(MemoryStore):
    """Lists what it then cannot find."""

    def get(self, key: str) -> Stored | None:
        return None if key.startswith("raw/") else super().get(key)


def test_a_raw_object_that_was_listed_and_cannot_be_found_is_an_error_and_not_nothing_said() -> None:
    table = a_table(Forgetful())
    land(table, [a_score()], at(0), "r")
    with pytest.raises(StoreUnavailable, match=r"raw/oura/daily_sleep/.* was listed and cannot be found; run it again"):
        rebuilt(table, "2026")
