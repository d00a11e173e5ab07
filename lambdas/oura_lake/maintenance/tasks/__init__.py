"""Maintenance tasks: one file each."""
