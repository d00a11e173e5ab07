-- One row per note of the collection that came before enhanced_tag.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS tag_id,
    CAST(day AS date) AS day,
    CAST("timestamp" AS timestamp(3)) AS noted_at,
    CAST(DATE_ADD('minute', timestamp_utc_offset_min, "timestamp") AS timestamp(3)) AS noted_local,
    CAST(timestamp_utc_offset_min AS integer) AS utc_offset_min,
    CAST(NULLIF(text, '') AS varchar) AS note,
    CAST(tags AS array(varchar)) AS tags,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM tag
WHERE NOT COALESCE(is_deleted, FALSE)
