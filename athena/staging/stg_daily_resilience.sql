-- One row per person and day: the long-term resilience as of that day.
WITH recency AS (
    SELECT
        person, id, day, level, contributors, fetched_at,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY CARDINALITY(FILTER(ARRAY[
                contributors.sleep_recovery, contributors.daytime_recovery, contributors.stress, LENGTH(level) * 1e0
            ], v -> v IS NOT NULL)) DESC, fetched_at DESC, id ASC
        ) AS place
    FROM daily_resilience
    WHERE NOT COALESCE(is_deleted, FALSE)
)
SELECT
    person,
    id AS daily_resilience_id,
    day,
    level AS resilience_level,
    contributors.sleep_recovery AS sleep_recovery_score,
    contributors.daytime_recovery AS daytime_recovery_score,
    contributors.stress AS stress_score,
    fetched_at
FROM recency
WHERE place = 1
