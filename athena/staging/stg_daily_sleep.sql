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
    person,
    id AS daily_sleep_id,
    day,
    score AS sleep_score,
    contributors.deep_sleep AS deep_sleep_score,
    contributors.efficiency AS efficiency_score,
    contributors.latency AS latency_score,
    contributors.rem_sleep AS rem_sleep_score,
    contributors.restfulness AS restfulness_score,
    contributors.timing AS timing_score,
    contributors.total_sleep AS total_sleep_score,
    fetched_at
FROM recency
WHERE place = 1
