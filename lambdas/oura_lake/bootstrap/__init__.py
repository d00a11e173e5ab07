"""Composition root: the objects that a function or a command needs, made from its settings."""
