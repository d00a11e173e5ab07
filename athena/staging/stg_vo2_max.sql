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
    person,
    id AS vo2_max_id,
    day,
    instant AS estimated_at,
    DATE_ADD('minute', timestamp_utc_offset_min, instant) AS estimated_local,
    timestamp_utc_offset_min AS utc_offset_min,
    vo2_max AS vo2_max_ml_kg_min,
    fetched_at
FROM recency
WHERE place = 1
