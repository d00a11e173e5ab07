"""Composition root: what a function or a command needs, made from its settings."""
