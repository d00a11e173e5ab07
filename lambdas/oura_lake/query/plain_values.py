"""Plain Python values of cells: what both engines make of what their drivers give."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def plain_value(value: Any) -> Any:
    """The cell as `Result` promises it."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return _number(float(value))
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
    """The list, record or value that a cell of the type JSON holds as text."""
    return None if text is None else plain_value(json.loads(text))


def _number(value: float) -> float | None:
    return None if value != value else value  # NaN alone differs from itself


def _moment(value: datetime) -> datetime | None:
    """A datetime without a zone: what has one is in UTC then. NaT of pandas is nothing."""
    if value != value:
        return None
    whole = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    return whole.astimezone(UTC).replace(tzinfo=None) if whole.tzinfo else whole
