"""Analyses: pure judgements of a person's days, and what they share."""
