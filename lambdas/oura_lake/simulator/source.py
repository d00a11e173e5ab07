"""The protocol of a source of documents: a generated person, recorded pages, a scenario."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of one UTC day of a time series as JSON text, oldest first.

    `instants` are milliseconds since 1970; row i is `text[starts[i]:ends[i]]`, and a comma lies between
    two rows, so that a page is one slice.
    """

    instants: list[int]
    starts: list[int]
    ends: list[int]
    text: bytes

    def __len__(self) -> int:
        return len(self.instants)

    def slice(self, first: int, last: int) -> bytes:
        """JSON of rows first..last-1, comma separated."""
        return self.text[self.starts[first] : self.ends[last - 1]] if first < last else b""


NO_ROWS = Rows(instants=[], starts=[], ends=[], text=b"")


class Source(Protocol):
    """One person's data. Collections are named as in the path (`vO2_max`)."""

    @property
    def first(self) -> date:
        """Oldest day with data."""
        ...

    @property
    def last(self) -> date:
        """Newest day with data."""
        ...

    def undated(self, collection: str) -> list[Document]:
        """Documents of a collection without days: rings, the person."""
        ...

    def on(self, collection: str, day: date) -> list[Document]:
        """Documents filed under a day."""
        ...

    def rows(self, collection: str, day: date) -> Rows:
        """Rows of a time series on a UTC day."""
        ...

    def day_of(self, collection: str, document_id: str) -> date | None:
        """Day under which a document of that id would be filed."""
        ...


def rows_of(texts: list[str], instants: list[int]) -> Rows:
    """Pack rows written as JSON."""
    starts, ends, position = [], [], 0
    for text in texts:
        starts.append(position)
        ends.append(position + len(text))
        position += len(text) + 1
    return Rows(instants=instants, starts=starts, ends=ends, text=",".join(texts).encode("ascii"))
