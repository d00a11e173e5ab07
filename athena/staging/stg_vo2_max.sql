-- One row per person and day: the latest estimate of VO2 max.
WITH recency AS (
    SELECT
        person, id, day, "timestamp" AS instant, timestamp_utc_offset_min, vo2_max, fetched_at,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY IF(vo2_max IS NULL, 1, 0) ASC, fetched_at DESC, id ASC
        ) AS place
    FROM vo2_max
    WHERE NOT COALESCE(is_deleted, FALSE)
)
SELECT
    CAST(d.person AS varchar) AS person,
    CAST(d.id AS varchar) AS vo2_max_id,
    CAST(d.day AS date) AS day,
    CAST(d.instant AS timestamp(3)) AS estimated_at,
    CAST(DATE_ADD('minute', d.timestamp_utc_offset_min, d.instant) AS timestamp(3)) AS estimated_local,
    CAST(d.timestamp_utc_offset_min AS integer) AS utc_offset_min,
    CAST(d.vo2_max AS double) AS vo2_max_ml_kg_min,
    CAST(d.fetched_at AS timestamp(3)) AS fetched_at
FROM recency AS d
WHERE d.place = 1
