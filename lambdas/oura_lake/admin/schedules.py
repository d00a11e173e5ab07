"""Change of one part of a schedule, in which all other parts stay."""

from collections.abc import Mapping
from typing import Any

UPDATABLE = (  # parts of GetSchedule that UpdateSchedule takes; it would drop one that is not repeated
    "ActionAfterCompletion", "Description", "EndDate", "FlexibleTimeWindow", "GroupName", "KmsKeyArn", "Name",
    "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "State", "Target",
)  # fmt: skip


def change(scheduler: Any, known: Mapping[str, Any], **parts: object) -> None:
    """Set parts of a schedule, given as GetSchedule's answer; raises the client's errors."""
    scheduler.update_schedule(**{part: known[part] for part in UPDATABLE if part in known} | parts)
