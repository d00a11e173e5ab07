"""Alerts: episodes, decisions, labels and wording."""
