-- One row per person and day: blood oxygen during the night.
WITH recency AS (
    SELECT
        person, id, day, spo2_percentage, breathing_disturbance_index, fetched_at,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY CARDINALITY(FILTER(ARRAY[
                NULLIF(spo2_percentage.average, 0e0), CAST(breathing_disturbance_index AS double)
            ], v -> v IS NOT NULL)) DESC, fetched_at DESC, id ASC
        ) AS place
    FROM daily_spo2
    WHERE NOT COALESCE(is_deleted, FALSE)
)
SELECT
    person,
    id AS daily_spo2_id,
    day,
    NULLIF(spo2_percentage.average, 0e0) AS spo2_pct,
    breathing_disturbance_index,
    fetched_at
FROM recency
WHERE place = 1
