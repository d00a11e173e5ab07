"""Plain Python values of cells, which both engines make of the values of their drivers."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from math import inf
from typing import Any

CONSTANTS: Mapping[str, float] = {"Infinity": inf, "-Infinity": -inf}  # of JSON; NaN becomes None


def plain_value(value: Any) -> Any:
    """Value of a cell as `Result` promises it."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return number(float(value))
        case datetime():
            return _moment(value)
        case date():
            return value
        case Mapping():
            return {str(name): plain_value(part) for name, part in value.items()}
        case list() | tuple():
            return [plain_value(part) for part in value]
        case _ if hasattr(value, "item"):  # a number or truth value of numpy
            return plain_value(value.item())
        case _:
            return str(value)


def json_value(text: str | None) -> Any:
    """List, record or value from the text of a cell of the type JSON."""
    return None if text is None else json.loads(text, parse_constant=CONSTANTS.get)


def number(value: float | None) -> float | None:
    """Return the number of a cell; None for NaN, which alone differs from itself."""
    return None if value != value else value


def _moment(value: datetime) -> datetime | None:
    """Datetime without a zone; one that has a zone is converted to UTC first. NaT of pandas becomes None."""
    if value != value:
        return None
    moment = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
