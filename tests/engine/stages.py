"""Stages that a view may have: Trino refuses more than 150, Presto more than 100, and Athena names no number."""

MOST_STAGES = 60
ABOVE: frozenset[str] = frozenset()  # views that still have more
