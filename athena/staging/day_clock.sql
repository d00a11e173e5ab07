-- One row per person and local day with a sleep or an activity day: the offset from UTC of the person's own clock.
WITH told AS (
    SELECT
        person, day, timestamp_utc_offset_min AS on_activity, CAST(NULL AS integer) AS on_waking,
        CAST(NULL AS integer) AS on_lying_down
    FROM daily_activity
    WHERE NOT COALESCE(is_deleted, FALSE)
    UNION ALL
    SELECT
        person, CAST(DATE_ADD('minute', bedtime_end_utc_offset_min, bedtime_end) AS date) AS day,
        CAST(NULL AS integer) AS on_activity, bedtime_end_utc_offset_min AS on_waking,
        bedtime_start_utc_offset_min AS on_lying_down
    FROM sleep
    WHERE NOT COALESCE(is_deleted, FALSE)
    UNION ALL
    SELECT
        person, CAST(DATE_ADD('minute', bedtime_start_utc_offset_min, bedtime_start) AS date) AS day,
        CAST(NULL AS integer) AS on_activity, CAST(NULL AS integer) AS on_waking,
        bedtime_start_utc_offset_min AS on_lying_down
    FROM sleep
    WHERE NOT COALESCE(is_deleted, FALSE)
),
gathered AS (
    SELECT
        person, day, COALESCE(MAX(on_waking), MAX(on_activity), MAX(on_lying_down)) AS utc_offset_min,
        ARRAY_SORT(FILTER(
            ARRAY_DISTINCT(ARRAY_AGG(on_waking) || ARRAY_AGG(on_activity) || ARRAY_AGG(on_lying_down)),
            v -> v IS NOT NULL
        )) AS offsets_min
    FROM told
    WHERE day IS NOT NULL
    GROUP BY person, day
)
SELECT
    person,
    day,
    utc_offset_min,
    offsets_min
FROM gathered
WHERE utc_offset_min IS NOT NULL
