-- One row per person and calendar day, gaps included: when the main sleep began, was half over and ended.
WITH clocks AS (
    SELECT
        calendar.person, calendar.day, nights.utc_offset_min, nights.has_offset_change,
        DAY_OF_WEEK(calendar.day) AS weekday,
        (
            DATE_DIFF('second', CAST(calendar.day AS timestamp(3)), nights.bedtime_start_at)
            + 60 * nights.utc_offset_min + 60e0 * COALESCE(nights.latency_min, 0e0)
        ) / 3600e0 AS onset_h,
        (DATE_DIFF('second', CAST(calendar.day AS timestamp(3)), nights.bedtime_end_at) + 60 * nights.utc_offset_min)
        / 3600e0 AS wake_h,
        LAST_VALUE(nights.utc_offset_min) IGNORE NULLS OVER (
            PARTITION BY calendar.person ORDER BY calendar.day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS offset_before
    FROM calendar
    LEFT JOIN nights ON calendar.person = nights.person AND calendar.day = nights.day
)
SELECT
    person,
    day,
    onset_h,
    (onset_h + wake_h) / 2e0 AS mid_h,
    wake_h,
    wake_h - onset_h AS duration_h,
    weekday >= 6 AS is_free_day,
    utc_offset_min,
    ABS(utc_offset_min - offset_before) >= 120 AS has_travelled,
    has_offset_change
FROM clocks
