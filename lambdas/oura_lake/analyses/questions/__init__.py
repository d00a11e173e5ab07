"""Analyses of the alert kinds: one pure file each."""
