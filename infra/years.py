"""Years that Athena takes for existing: each costs a LIST for each scan of a table, also where it holds nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from oura_lake.lake.keys import FIRST_YEAR

from infra.config import ConfigWrong

YEARS_AHEAD = 3  # of the deploy; Athena projects numbers between fixed ends alone, so a later deploy moves the end


@dataclass(frozen=True, kw_only=True)
class Years:
    """First and last year that a table projects, both included."""

    first: int = FIRST_YEAR
    last: int = field(default_factory=lambda: datetime.now(UTC).year + YEARS_AHEAD)

    def __str__(self) -> str:
        return f"{self.first},{self.last}"


def projected_years(context: Callable[[str], Any]) -> Years:
    """Years from the first one that the deploy found in the lake (context `first_year`), else from the earliest.

    Raises ConfigWrong.
    """
    given = context("first_year")
    if given is None:
        return Years()
    if not str(given).isdigit() or not FIRST_YEAR <= int(given) <= Years().last:
        raise ConfigWrong(f"The first year '{given}' is none of a lake", f"leave -c first_year out, or {FIRST_YEAR} on")
    return Years(first=int(given))
