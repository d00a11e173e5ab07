"""Ingestion jobs: the sync of a span of days, one document by id, deletions, backfill."""
