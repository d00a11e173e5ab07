"""Monitoring of a person: findings, delivery of alerts, feedback, status."""
