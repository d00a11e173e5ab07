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
    CAST(d.person AS varchar) AS person,
    CAST(d.id AS varchar) AS daily_spo2_id,
    CAST(d.day AS date) AS day,
    CAST(NULLIF(d.spo2_percentage.average, 0e0) AS double) AS spo2_pct,
    CAST(d.breathing_disturbance_index AS integer) AS breathing_disturbance_index,
    CAST(d.fetched_at AS timestamp(3)) AS fetched_at
FROM recency AS d
WHERE d.place = 1
