"""Conditions worth waking someone for: one pure file each."""
