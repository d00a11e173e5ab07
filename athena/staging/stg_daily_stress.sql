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
    CAST(d.person AS varchar) AS person,
    CAST(d.id AS varchar) AS daily_stress_id,
    CAST(d.day AS date) AS day,
    CAST(d.day_summary AS varchar) AS day_summary,
    CAST(d.stress_high AS integer) AS stress_high_s,
    CAST(d.recovery_high AS integer) AS recovery_high_s,
    CAST(d.fetched_at AS timestamp(3)) AS fetched_at
FROM recency AS d
WHERE d.place = 1
