"""Wording of data readiness: a kind watches since a day, or is silent until one."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from oura_lake.alerts.names import kind_name, signal_name
from oura_lake.alerts.wording.dates import listed
from oura_lake.analyses.data_readiness import ALGORITHM, GAP, RING, Break, Readiness, Wait

FRESH = timedelta(days=2)  # last night's verdict may not be in yet
CHANGED = {
    RING: "the ring changed on",
    ALGORITHM: "Oura's sleep algorithm changed on",
    GAP: "a long gap ended on",
}


def sentence(standing: Readiness, today: date) -> str:
    """Sentence on the data readiness of a kind, days as dates."""
    if standing.last_day is None:
        return f"{kind_name(standing.kind)}: silent, nothing to judge yet"
    if standing.watches_since is None:
        wait = standing.waits[0]
        if wait.n_nights >= wait.n_needed:
            return f"{kind_name(standing.kind)}: silent, too few nights in the last week"
        ends = f"from about {wait.until}" if wait.until else f"no night since {standing.last_day}"
        return f"{kind_name(standing.kind)}: silent, {_nights(wait)}; {ends}"
    old = f", the last night is of {standing.last_day}" if today - standing.last_day > FRESH else ""
    return "; ".join((f"{kind_name(standing.kind)}: watches since {standing.watches_since}{old}", *_waiting(standing)))


def _waiting(standing: Readiness) -> Iterator[str]:
    """Parts on signals that still wait; signals with the same nights and end share one."""
    for (nights, until), waits in groupby(standing.waits, key=lambda w: (_nights(w), w.until)):
        names = listed([signal_name(w.signal).lower() for w in waits])
        yield f"still without {names}: {nights}, from about {until}"


def _nights(wait: Wait) -> str:
    return f"{wait.n_nights} of {wait.n_needed} nights{_since(wait.broken)}"


def _since(broken: Break | None) -> str:
    return f" since {CHANGED[broken.reason]} {broken.day}" if broken else ""
