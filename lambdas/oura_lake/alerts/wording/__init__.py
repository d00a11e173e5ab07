"""Sentences of alerts: evidence, dates, the illness warning."""
