"""Rate limit that the threads of one provider's client share."""

import threading
from collections import deque
from collections.abc import Callable

MOST_REQUESTS, WITHIN_S = 5000, 300.0  # the one limit that Oura ever published, in its FAQ


def least_s(n: int) -> float:
    """Seconds that n requests take at least: after each full number of them the limit's time must pass."""
    return max(0, n - 1) // MOST_REQUESTS * WITHIN_S


class Pace:
    """A pace below the provider's limit: never more than `most` requests in any `within_s`."""

    def __init__(self, monotonic: Callable[[], float], most: int = MOST_REQUESTS, within_s: float = WITHIN_S) -> None:
        self._monotonic = monotonic
        self._within_s = within_s
        self._lock = threading.Lock()
        self._turns: deque[float] = deque(maxlen=most)

    def turn_in(self) -> float:
        """Take the next turn; returns the seconds until it comes, 0.0 for now."""
        with self._lock:
            now = self._monotonic()
            is_full = len(self._turns) == self._turns.maxlen
            turn = max(now, self._turns[0] + self._within_s) if is_full else now
            self._turns.append(turn)
            return turn - now


class Pause:
    """The time until which no thread sends a request."""

    def __init__(self, sleep: Callable[[float], object], monotonic: Callable[[], float]) -> None:
        self._sleep = sleep
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._until = 0.0

    def extend(self, seconds: float) -> None:
        """Send no request for so many seconds from now."""
        with self._lock:
            self._until = max(self._until, self._monotonic() + seconds)

    def wait(self) -> None:
        """Sleep until the pause is over, also when another thread prolongs it meanwhile."""
        slept_until = 0.0
        while (until := self._until) > slept_until:
            if (seconds := until - self._monotonic()) > 0:
                self._sleep(seconds)
            slept_until = until
