"""Days and collections of the benchmark of a year, read by both sides and the server."""

from datetime import date

FIRST, LAST = date(2025, 11, 22), date(2026, 11, 21)
DAILY = ("daily_activity", "daily_sleep", "daily_readiness", "daily_spo2", "daily_stress")
HEART_RATE = "heartrate"
HEART_ROWS = 449_315  # the real year that was measured with other tools
CHUNK_DAYS = 10  # of heart rate in one request
