"""Checks of an AWS account before a deploy: they read, change nothing, and none keeps another from running."""
