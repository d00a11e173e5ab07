-- One row per person and calendar day, gaps included: when the main sleep began, was half over and ended.
WITH clocks AS (
    SELECT
        c.person, c.day, n.utc_offset_min, n.has_offset_change, DAY_OF_WEEK(c.day) AS weekday,
        (
            DATE_DIFF('second', CAST(c.day AS timestamp(3)), n.bedtime_start_at)
            + 60 * n.utc_offset_min + 60e0 * COALESCE(n.latency_min, 0e0)
        ) / 3600e0 AS onset_h,
        (DATE_DIFF('second', CAST(c.day AS timestamp(3)), n.bedtime_end_at) + 60 * n.utc_offset_min) / 3600e0 AS wake_h,
        LAST_VALUE(n.utc_offset_min) IGNORE NULLS OVER (
            PARTITION BY c.person ORDER BY c.day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS offset_before
    FROM calendar AS c
    LEFT JOIN nights AS n ON c.person = n.person AND c.day = n.day
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(onset_h AS double) AS onset_h,
    CAST((onset_h + wake_h) / 2e0 AS double) AS mid_h,
    CAST(wake_h AS double) AS wake_h,
    CAST(wake_h - onset_h AS double) AS duration_h,
    CAST(weekday >= 6 AS boolean) AS is_free_day,
    CAST(utc_offset_min AS integer) AS utc_offset_min,
    CAST(ABS(utc_offset_min - offset_before) >= 120 AS boolean) AS has_travelled,
    CAST(has_offset_change AS boolean) AS has_offset_change
FROM clocks
