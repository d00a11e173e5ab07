"""Consents to share: one document per audience, mode and metric; the last decision counts."""

from collections.abc import Iterable, Iterator

from oura_lake.errors import SettingsWrong
from oura_lake.lake.documents import Document

GIVEN, REVOKED = "given", "revoked"
NAMED, ANONYMOUS = "named", "anonymous"
GOALS = "goals"
METRICS = (
    "sleep_h", "efficiency_pct", "sleep_score", "readiness_score", "activity_score", "resting_heart_rate_bpm",
    "hrv_rmssd_ms", "respiratory_rate_bpm", "temperature_deviation_c", "steps", "met_min", "stress_high_min", GOALS,
)  # fmt: skip


def decisions(audience: str, metrics: Iterable[str], *, mode: str, state: str) -> Iterator[Document]:
    """Make the documents of a person's decision; raises SettingsWrong for a metric that cannot be shared."""
    if not audience.strip() or "/" in audience:
        raise SettingsWrong(f"'{audience}' is no name of an audience", "write letters, for example family")
    for metric in metrics:
        if metric not in METRICS:
            raise SettingsWrong(f"'{metric}' is nothing that can be shown", f"name one of {', '.join(METRICS)}")
        name = f"{mode}/{audience}/{metric}"
        yield {"id": name, "audience": audience, "mode": mode, "metric": metric, "state": state}
