"""Trino's REST protocol: a statement is posted, and each answer contains the address of the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine.server import CATALOG, Running
from oura_lake.query.model import Result

CPU = ("planningCpuTime", "totalCpuTime")
Reader = Callable[[Any], Any]


class TrinoRefused(Exception):
    """Trino's own reason why a statement cannot run."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """Bytes of files and partitions of tables that Trino read for a query, each as often as it is read.

    `seconds` are those on the wall, or of the processors where others kept them busy. Of a file below 3 MB Trino
    reads all, whichever columns the query names.
    """

    seconds: float
    n_bytes: int
    n_partitions: int
    n_stages: int


class TrinoEngine:
    """Engine that answers in one schema; `types` are those of the last answer's columns, in Trino's words."""

    def __init__(self, running: Running, schema: str, catalog: str = CATALOG) -> None:
        self._http = running.http
        self._who = {"X-Trino-User": "tests", "X-Trino-Catalog": catalog, "X-Trino-Schema": schema}
        self.types: tuple[str, ...] = ()
        self._last, self._root = "", None

    def query(self, sql: str) -> Result:
        """Run one statement to its end; raises TrinoRefused."""
        answer = self._http.post("/v1/statement", content=sql, headers=self._who).raise_for_status().json()
        columns, rows = answer.get("columns"), list(answer.get("data", []))
        while following := answer.get("nextUri"):
            answer = self._http.get(following, headers=self._who).raise_for_status().json()
            columns = columns or answer.get("columns")
            rows += answer.get("data", [])
        if error := answer.get("error"):
            raise TrinoRefused(f"{error['errorName']}: {error['message']}")
        self._last, self._root, columns = answer["id"], answer["stats"].get("rootStage"), columns or []
        self.types = tuple(c["type"] for c in columns)
        readers = [_reader(c["typeSignature"]) for c in columns]
        return Result(
            columns=tuple(c["name"] for c in columns),
            rows=[tuple(_read(r, v) for r, v in zip(readers, row, strict=True)) for row in rows],
            bytes_scanned=answer["stats"]["physicalInputBytes"],
        )

    def taken(self) -> Read:
        """Cost of the last statement."""
        report = self._http.get(f"/v1/query/{self._last}", headers=self._who).raise_for_status().json()
        inputs = [i.get("connectorInfo") or {} for i in report["inputs"]]
        begun, ended = (datetime.fromisoformat(report["queryStats"][n]) for n in ("createTime", "endTime"))
        return Read(
            seconds=min((ended - begun).total_seconds(), sum(_seconds(report["queryStats"][name]) for name in CPU)),
            n_bytes=_bytes(report["queryStats"]["physicalInputDataSize"]),
            n_partitions=sum(len(i.get("partitionIds", [])) for i in inputs),
            n_stages=_stages(self._root),
        )


def _stages(root: Mapping[str, Any] | None) -> int:
    return 1 + sum(map(_stages, root["subStages"])) if root else 0


def _bytes(text: str) -> int:
    units = {"TB": 40, "GB": 30, "MB": 20, "kB": 10, "B": 0}
    unit = next(u for u in units if text.endswith(u))
    found: int = round(float(text.removesuffix(unit)) * 2 ** units[unit])
    return found


def _seconds(text: str) -> float:
    units = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
    unit = next(u for u in units if text.endswith(u))
    return float(text.removesuffix(unit)) * units[unit]


def _reader(signature: Mapping[str, Any]) -> Reader:
    """Reader from JSON to the Python value that DuckDB's driver gives for the same type."""
    parts = [a["value"] for a in signature["arguments"]]
    match signature["rawType"]:
        case "array":
            item = _reader(parts[0])
            return lambda values: [_read(item, v) for v in values]
        case "row":
            fields = [(p["fieldName"]["name"], _reader(p["typeSignature"])) for p in parts]
            return lambda values: {n: _read(r, v) for (n, r), v in zip(fields, values, strict=True)}
        case "map":
            key, value = map(_reader, parts)
            return lambda pairs: {key(k): _read(value, v) for k, v in pairs.items()}
        case kind:
            return READERS.get(kind, _as_is)


def _read(reader: Reader, value: Any) -> Any:
    return None if value is None else reader(value)


def _as_is(value: Any) -> Any:
    return value


def _moment(text: str) -> datetime:
    """Instant of a zone as naive UTC, as DuckDBEngine gives it."""
    local, _, zone = text.rpartition(" ")
    if zone != "UTC":
        raise TrinoRefused(f"NOT_READ: {text} is in a zone of its own; views give instants in UTC.")
    return datetime.fromisoformat(local).replace(tzinfo=UTC).replace(tzinfo=None)


READERS: Mapping[str, Reader] = {
    "double": float,
    "real": float,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "timestamp with time zone": _moment,
}
