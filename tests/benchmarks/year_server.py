"""Server for both sides of the year: the simulated API with its pages made once and cached.

Prints its address, serves until its standard input ends, then prints the seconds of processor time it took since the
last line it read. An answer is cached by path and query, so that a page costs its transfer alone.
"""

import sys
import time
from datetime import date
from pathlib import Path

from oura_lake.simulator import GeneratedPerson
from oura_lake.simulator.api import Options, SimulatedOura
from oura_lake.simulator.reply import Reply
from oura_lake.simulator.request import Request
from oura_lake.simulator.server import serving
from oura_lake.simulator.source import NO_ROWS, Rows
from year_span import FIRST, HEART_RATE, HEART_ROWS, LAST


class Year(GeneratedPerson):
    """Generated person with exactly the heart-rate rows of the span; surplus rows of the newest days are cut."""

    def __init__(self) -> None:
        super().__init__(seed=1, until=LAST, illness_nights=0)
        days = [date.fromordinal(n) for n in range(FIRST.toordinal(), LAST.toordinal() + 1)]
        made = {day: super(Year, self).rows(HEART_RATE, day) for day in days}
        over = sum(map(len, made.values())) - HEART_ROWS
        if over < 0:
            raise SystemExit(f"The generated year lacks {-over} rows; choose another seed in {Path(__file__).name}.")
        for day in reversed(days):
            cut = min(over, len(made[day]))
            made[day], over = _first(made[day], len(made[day]) - cut), over - cut
        self._heart_rate = made

    def rows(self, collection: str, day: date) -> Rows:
        """See Source."""
        return self._heart_rate.get(day, NO_ROWS) if collection == HEART_RATE else NO_ROWS


def _first(rows: Rows, n: int) -> Rows:
    return Rows(instants=rows.instants[:n], starts=rows.starts[:n], ends=rows.ends[:n], text=rows.slice(0, n))


class Prepared(SimulatedOura):
    """API whose answers are each made once."""

    def __init__(self) -> None:
        super().__init__(Year(), Options())
        self._answers: dict[tuple[object, ...], Reply] = {}

    def answer(self, request: Request) -> Reply:
        """See SimulatedOura."""
        key = (request.path, *sorted(request.params.items()))
        if key not in self._answers:
            self._answers[key] = super().answer(request)
        return self._answers[key]


def main() -> None:
    """Serve; each line of standard input is answered with the processor seconds since the one before."""
    with serving(Prepared()) as address:
        print(address, flush=True)
        begun = time.process_time()
        for _ in sys.stdin:
            now = time.process_time()
            print(now - begun, flush=True)
            begun = now


if __name__ == "__main__":
    main()
