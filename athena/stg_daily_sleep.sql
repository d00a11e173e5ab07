-- One row per person and day: the sleep score of the night.
WITH recency AS (
    SELECT person, id, ROW_NUMBER() OVER (PARTITION BY person, day ORDER BY fetched_at DESC, id ASC) AS place
    FROM daily_sleep
    WHERE NOT COALESCE(is_deleted, FALSE)
)
SELECT
    CAST(d.person AS varchar) AS person,
    CAST(d.id AS varchar) AS daily_sleep_id,
    CAST(d.day AS date) AS day,
    CAST(d.score AS integer) AS sleep_score,
    CAST(d.contributors.deep_sleep AS integer) AS deep_sleep_score,
    CAST(d.contributors.efficiency AS integer) AS efficiency_score,
    CAST(d.contributors.latency AS integer) AS latency_score,
    CAST(d.contributors.rem_sleep AS integer) AS rem_sleep_score,
    CAST(d.contributors.restfulness AS integer) AS restfulness_score,
    CAST(d.contributors.timing AS integer) AS timing_score,
    CAST(d.contributors.total_sleep AS integer) AS total_sleep_score,
    CAST(d.fetched_at AS timestamp(3)) AS fetched_at
FROM daily_sleep AS d
INNER JOIN recency AS r ON d.person = r.person AND d.id = r.id AND r.place = 1
WHERE NOT COALESCE(d.is_deleted, FALSE)
