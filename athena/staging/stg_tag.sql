-- One row per note of the collection that came before enhanced_tag.
SELECT
    person,
    id AS tag_id,
    day,
    "timestamp" AS noted_at,
    DATE_ADD('minute', timestamp_utc_offset_min, "timestamp") AS noted_local,
    timestamp_utc_offset_min AS utc_offset_min,
    NULLIF(text, '') AS note,
    tags,
    fetched_at
FROM tag
WHERE NOT COALESCE(is_deleted, FALSE)
