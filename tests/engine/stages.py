"""Stages that a view may have: Trino refuses more than 150, Presto more than 100, and Athena names no number."""

MOST_STAGES = 100
ABOVE = {  # still; each reads `person_day` or what it stands on twice
    "chronotype", "correlations", "operations", "stress_recovery", "tag_effects", "training_load_ewma",
}  # fmt: skip
