-- One row per person and day: blood oxygen during the night.
WITH recency AS (
    SELECT person, id, ROW_NUMBER() OVER (PARTITION BY person, day ORDER BY fetched_at DESC, id ASC) AS place
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
FROM daily_spo2 AS d
INNER JOIN recency AS r ON d.person = r.person AND d.id = r.id AND r.place = 1
WHERE NOT COALESCE(d.is_deleted, FALSE)
