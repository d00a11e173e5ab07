"""Limits of a view: the numbers that are changed, and their changes."""

from pathlib import Path

import pytest

from tools.mutants.view_limits import limits


@pytest.mark.parametrize(
    ("sql", "changed"),
    [
        ("SELECT IF(n >= 14, 2) FROM t", ["SELECT IF(n >= 13, 2) FROM t", "SELECT IF(n >= 15, 2) FROM t"]),
        ("SELECT 3 < n FROM t", ["SELECT 2 < n FROM t", "SELECT 4 < n FROM t"]),
        ("SELECT a FROM t WHERE h BETWEEN 3 AND h", ["... BETWEEN 2 AND h", "... BETWEEN 4 AND h"]),
        ("SELECT a FROM t WHERE h BETWEEN h AND 7", ["... BETWEEN h AND 6", "... BETWEEN h AND 8"]),
        (
            "SELECT SUM(a) OVER (ROWS 6 PRECEDING) FROM t",
            ["... (ROWS 5 PRECEDING) FROM t", "... (ROWS 7 PRECEDING) FROM t"],
        ),
        ("SELECT a > 0e0 FROM t", ["SELECT a > 1e0 FROM t", "SELECT a > -1e0 FROM t"]),
        ("SELECT a < 0.5e0 FROM t", ["SELECT a < 0.250000e0 FROM t", "SELECT a < 0.750000e0 FROM t"]),
        ("SELECT a / 14e0, SUBSTR(b, 1, 3) FROM t -- < 3", []),
    ],
)
def test_a_number_that_is_compared_or_bounds_a_window_is_changed(tmp_path: Path, sql: str, changed: list[str]) -> None:
    view = tmp_path / "a.sql"
    view.write_text(f"-- One row.\n{sql}\n")
    found = limits(str(view), 99)
    assert sorted(m.after.endswith(tuple(c.removeprefix("...") for c in changed)) for m in found) == [True] * len(
        changed
    )
    assert {m.after for m in found} >= {c for c in changed if not c.startswith("...")}
    assert [(m.line, m.before) for m in found] == [(2, sql)] * len(changed)
    assert all(m.text == f"-- One row.\n{m.after}\n" for m in found)


def test_a_few_of_many_are_the_same_ones_each_time(tmp_path: Path) -> None:
    view = tmp_path / "a.sql"
    view.write_text("\n".join(f"SELECT a < {n}" for n in range(9)))
    first = limits(str(view), 4)
    assert [m.name for m in first] == [m.name for m in limits(str(view), 4)]
    assert [m.line for m in first] == sorted(m.line for m in first)
    assert len({m.name for m in first}) == 4
