"""Message budget: the number of messages a month may have, and the number that remains for a kind.

The illness warning has its own budget in its calibration (docs/explanation/detection.md), and is never withheld; it
and every all-clear count all the same. An episode beyond the budget waits for the weekly mail.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from oura_lake.alerts.decision import n_messages_since
from oura_lake.alerts.model import Entry

MESSAGES_A_MONTH = 4  # of all kinds together, by default
MONTH = timedelta(days=30)


def remaining_messages(ledgers: Iterable[Entry], today: date, most: int, has_all_clear: bool) -> int:
    """Return the number of episodes that a kind may still deliver; one with an all-clear takes two messages."""
    remaining = most - n_messages_since(ledgers, today - MONTH)
    return remaining // 2 if has_all_clear else remaining
