"""Measurement breaks: signals whose baseline starts again because their measurement has changed.

Another version of Oura's sleep algorithm changes what counts as the night, so it breaks the signals of the sleep.
Another ring breaks every signal. A long gap breaks the signal that it is in (`baseline.py`).
"""

from collections.abc import Sequence

from oura_lake.analyses.model import PersonDay
from oura_lake.analyses.signal_description import SignalDescription


class Breaks:
    """Memory of the ring and the sleep algorithm from day to day."""

    def __init__(self) -> None:
        self._version: str | None = None
        self._has_measured = False

    def broken_by(self, row: PersonDay, signals: Sequence[SignalDescription]) -> list[SignalDescription]:
        """Signals that start again on this day; the first ring and the first version break none."""
        version, before = row.sleep_algorithm_version or self._version, self._version
        is_new_ring, self._has_measured = self._has_measured and bool(row.is_new_ring), True
        self._version = version
        is_new_version = before is not None and version != before
        return [s for s in signals if is_new_ring or (is_new_version and s.is_of_sleep)]
