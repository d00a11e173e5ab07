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
    CAST(d.person AS varchar) AS person,
    CAST(d.id AS varchar) AS daily_resilience_id,
    CAST(d.day AS date) AS day,
    CAST(d.level AS varchar) AS resilience_level,
    CAST(d.contributors.sleep_recovery AS double) AS sleep_recovery_score,
    CAST(d.contributors.daytime_recovery AS double) AS daytime_recovery_score,
    CAST(d.contributors.stress AS double) AS stress_score,
    CAST(d.fetched_at AS timestamp(3)) AS fetched_at
FROM recency AS d
WHERE d.place = 1
