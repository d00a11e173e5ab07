"""Checks of a deployed lake: one file per group; all_checks.py gives their order."""
