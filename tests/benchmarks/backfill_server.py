"""Simulated API with a wait before each answer, as over a network; prints its address.

Each line of standard input is answered with the number of requests since the previous line, and with the seconds of
processor time they took.
"""

import sys
import time
from datetime import date

from oura_lake.simulator import GeneratedPerson
from oura_lake.simulator.api import Options, SimulatedOura
from oura_lake.simulator.reply import Reply
from oura_lake.simulator.request import Request
from oura_lake.simulator.server import serving


class Distant(SimulatedOura):
    """API with so many seconds of latency."""

    def __init__(self, person: GeneratedPerson, latency_s: float) -> None:
        super().__init__(person, Options())
        self._latency_s = latency_s

    def answer(self, request: Request) -> Reply:
        """See SimulatedOura."""
        time.sleep(self._latency_s)
        return super().answer(request)


def main() -> None:
    """Serve until standard input ends."""
    years, until, latency_s = float(sys.argv[1]), date.fromisoformat(sys.argv[2]), float(sys.argv[3])
    api = Distant(GeneratedPerson(years=years, until=until), latency_s)
    with serving(api) as address:
        print(address, flush=True)
        n, begun = 0, time.process_time()
        for _ in sys.stdin:
            n_now, now = len(api.requests), time.process_time()
            print(n_now - n, now - begun, flush=True)
            n, begun = n_now, now


if __name__ == "__main__":
    main()
