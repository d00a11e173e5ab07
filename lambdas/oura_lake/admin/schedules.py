"""Change of one part of a schedule that keeps all its other parts."""

from collections.abc import Mapping
from typing import Any

KEPT = (  # what UpdateSchedule takes of what GetSchedule says: what is left out would be forgotten
    "ActionAfterCompletion", "Description", "EndDate", "FlexibleTimeWindow", "GroupName", "KmsKeyArn", "Name",
    "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "State", "Target",
)  # fmt: skip


def change(scheduler: Any, known: Mapping[str, Any], **parts: object) -> None:
    """Set parts of a schedule of which GetSchedule told; raises what the client raises."""
    scheduler.update_schedule(**{part: known[part] for part in KEPT if part in known} | parts)
