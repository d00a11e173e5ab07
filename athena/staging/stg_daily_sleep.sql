-- One row per person and day: the sleep score of the night.
WITH recency AS (
    SELECT
        person, id, day, score, contributors, fetched_at,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY CARDINALITY(FILTER(ARRAY[
                score, contributors.deep_sleep, contributors.efficiency, contributors.latency,
                contributors.rem_sleep, contributors.restfulness, contributors.timing, contributors.total_sleep
            ], v -> v IS NOT NULL)) DESC, fetched_at DESC, id ASC
        ) AS place
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
FROM recency AS d
WHERE d.place = 1
