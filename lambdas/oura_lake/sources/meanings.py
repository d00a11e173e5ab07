"""Meanings of the columns that no view passes on as they are."""

from collections.abc import Mapping

Meaning = tuple[str, str]  # unit and description

EVERY_TABLE: Mapping[str, Meaning] = {
    "person": ("", "Whose ring it is, by the name that the lake gives them"),
    "year": ("", "Year of the record's own day, by which the table is cut"),
    "month": ("", "Month of the moment in UTC, yyyy-MM, by which the table is cut"),
    "content_hash": ("", "Fingerprint of the whole document; it changes when any field of it does"),
    "fetched_at": ("UTC", "When the lake fetched this revision of the document"),
    "is_deleted": (
        "",
        "True for a tombstone: its document was deleted, so key and day alone are left; leave such rows out",
    ),
}
SCORES = "each 1 to 100"
SERIES = "values, seconds between them (interval) and moment of the first (timestamp, UTC)"
BY_TABLE: Mapping[str, Mapping[str, Meaning]] = {
    "daily_activity": {
        "contributors": ("", f"What the activity score is made of, {SCORES}"),
        "met": ("MET", f"Metabolic equivalents over the day: {SERIES}"),
    },
    "daily_readiness": {
        "timestamp": ("UTC", "Moment that Oura gives the score, the begin of its day"),
        "contributors": ("", f"What the readiness score is made of, {SCORES}"),
    },
    "daily_sleep": {
        "timestamp": ("UTC", "Moment that Oura gives the score, the begin of its day"),
        "contributors": ("", f"What the sleep score is made of, {SCORES}"),
    },
    "daily_spo2": {"spo2_percentage": ("%", "Oxygen saturation of the blood during sleep: its average")},
    "daily_resilience": {"contributors": ("", "What the resilience level is made of, each 0 to 100")},
    "vo2_max": {"timestamp": ("UTC", "When the estimate was made")},
    "sleep": {
        "heart_rate": ("bpm", f"Heart rate during the period: {SERIES}"),
        "hrv": ("ms", f"Heart rate variability (rMSSD) during the period: {SERIES}"),
        "readiness": (
            "",
            f"Readiness by this period: score, contributors ({SCORES}) and deviations of the skin temperature (°C)",
        ),
    },
    "sleep_time": {
        "optimal_bedtime": (
            "s",
            "When to go to bed: begin and end from midnight (negative: before it), and the zone's offset from UTC",
        ),
    },
    "session": {
        "heart_rate": ("bpm", f"Heart rate during the session: {SERIES}"),
        "heart_rate_variability": ("ms", f"Heart rate variability (rMSSD) during the session: {SERIES}"),
        "motion_count": ("", f"Movements during the session: {SERIES}"),
    },
    "workout": {"source": ("", "How Oura knows of it, such as confirmed or manual")},
    "enhanced_tag": {"end_day": ("", "Last day of what was tagged, NULL where it has no duration")},
    "rest_mode_period": {"episodes": ("", "Episodes of the period, each with its tags and its moment")},
    "alerts": {"untold": ("", "Why nobody was told, empty where somebody was")},
    "consents": {"state": ("", "given or revoked")},
    "raw_lines": {
        "fetched_at": ("UTC", "When the answer came"),
        "request": ("", "Path and query of the request, or the file that was imported"),
        "hash": ("", "Fingerprint of the document"),
        "deleted": ("", "True where the line says that the provider deleted the document"),
        "document": ("", "The document as it came, as JSON"),
        "rows": ("", "The rows of a page of a time series as they came, as JSON"),
        "source": ("", "Who sent it: oura, or the lake itself"),
        "collection": ("", "The table that it fills"),
        "fetched": ("", "Year and month of fetching, by which raw is cut"),
    },
}
OFFSET = "_utc_offset_min"


def own_meaning(table: str, column: str) -> Meaning | None:
    """Look up the unit and meaning of a column in this module; None where it has neither."""
    if column in BY_TABLE.get(table, {}):
        return BY_TABLE[table][column]
    if column.endswith(OFFSET):
        moment = column.removesuffix(OFFSET)
        return "min", f"Offset from UTC that {moment} came with, NULL where it came with none"
    return EVERY_TABLE.get(column)
