"""Several landings are counted as one."""

from oura_lake.lake.documents import add_tombstones, land
from oura_lake.lake.landed import Landed
from support.builders import a_score, a_table, at


def test_landings_are_counted_together_with_their_changes() -> None:
    table, whole = a_table(), Landed()
    first = land(table, [a_score("2025-12-31"), a_score("2026-01-01")], at(0), "r")
    second = land(table, [a_score("2026-01-01", 81), {"score": 1}], at(1), "r")
    whole.add(first)
    whole.add(second)
    assert (whole.n_new, whole.n_revised, whole.n_rejected, whole.n_objects) == (2, 1, 1, 3)
    assert whole.changes == [*first.changes, *second.changes]
    assert whole.rejected == second.rejected


def test_of_the_tombstones_of_moved_documents_only_the_objects_count() -> None:
    table = a_table()
    whole = land(table, [a_score("2026-01-01", id="s")], at(0), "r")
    moved = add_tombstones(table, [{"id": "s", "day": "2026-01-01"}], at(1), "moved")
    whole.add_objects(moved)
    assert (whole.n_new, whole.n_revised, whole.n_objects, len(whole.changes)) == (1, 0, 2, 2)
