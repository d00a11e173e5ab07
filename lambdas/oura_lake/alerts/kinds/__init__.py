"""Kinds of alert: one file each."""
