-- One row per person and day: daytime stress, from midnight to midnight local.
WITH recency AS (
    SELECT
        person, id, day, day_summary, stress_high, recovery_high, fetched_at,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY CARDINALITY(FILTER(ARRAY[
                stress_high, recovery_high, LENGTH(day_summary)
            ], v -> v IS NOT NULL)) DESC, fetched_at DESC, id ASC
        ) AS place
    FROM daily_stress
    WHERE NOT COALESCE(is_deleted, FALSE)
)
SELECT
    person,
    id AS daily_stress_id,
    day,
    day_summary,
    stress_high AS stress_high_s,
    recovery_high AS recovery_high_s,
    fetched_at
FROM recency
WHERE place = 1
