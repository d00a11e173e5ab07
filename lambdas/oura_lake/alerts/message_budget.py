"""Message budget: how many messages a month may have, and how many remain for a kind.

The illness warning has its own budget, in how it is calibrated (docs/explanation/detection.md), and is never kept
back; it and every all-clear count all the same. What finds no room is left to the weekly mail.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from oura_lake.alerts.decision import n_messages_since
from oura_lake.alerts.model import Entry

MESSAGES_A_MONTH = 4  # of all kinds together, where the person says nothing else
MONTH = timedelta(days=30)


def room(ledgers: Iterable[Entry], today: date, most: int, has_all_clear: bool) -> int:
    """How many more episodes of a kind may be told now; one whose end is told too takes two messages."""
    left = most - n_messages_since(ledgers, today - MONTH)
    return left // 2 if has_all_clear else left
