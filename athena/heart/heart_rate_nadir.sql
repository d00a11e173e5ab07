-- One row per person and calendar day, gaps included: when in the main sleep the heart beat slowest.
WITH lows AS (
    SELECT
        nights.person, nights.day, nights.bedtime_start_at, nights.bedtime_end_at, nights.utc_offset_min,
        sleep.heart_rate_interval_s, sleep.heart_rate_started_at, sleep.heart_rate_bpm,
        CARDINALITY(FILTER(sleep.heart_rate_bpm, v -> v IS NOT NULL)) AS n,
        CARDINALITY(sleep.heart_rate_bpm) AS n_expected,
        ARRAY_MIN(FILTER(sleep.heart_rate_bpm, v -> v IS NOT NULL)) AS lowest
    FROM nights
    INNER JOIN stg_sleep AS sleep ON nights.person = sleep.person AND nights.sleep_id = sleep.sleep_id
),
-- The first of several lows, at the beginning of its interval.
placed AS (
    SELECT
        person, day, bedtime_start_at, bedtime_end_at, utc_offset_min, n, n_expected, lowest,
        IF(lowest IS NOT NULL, CAST(DATE_ADD(
            'second', CAST(heart_rate_interval_s * (ARRAY_POSITION(heart_rate_bpm, lowest) - 1) AS bigint),
            heart_rate_started_at
        ) AS timestamp(3))) AS low_at
    FROM lows
),
days AS (
    SELECT
        calendar.person, calendar.day, placed.n, placed.n_expected, placed.lowest,
        CAST(DATE_ADD('minute', placed.utc_offset_min, placed.low_at) AS timestamp(3)) AS low_local,
        DATE_DIFF('second', placed.bedtime_start_at, placed.low_at)
        / NULLIF(CAST(DATE_DIFF('second', placed.bedtime_start_at, placed.bedtime_end_at) AS double), 0e0) AS share
    FROM calendar
    LEFT JOIN placed ON calendar.person = placed.person AND calendar.day = placed.day
)
SELECT
    person,
    day,
    lowest AS nadir_bpm,
    low_local AS nadir_local,
    DATE_DIFF('second', CAST(day AS timestamp(3)), low_local) / 3600e0 AS nadir_h,
    share AS nadir_share,
    COALESCE(n, 0) AS n_samples,
    n / NULLIF(CAST(n_expected AS double), 0e0) AS coverage_night,
    COUNT(share) OVER month AS n,
    COUNT(share) OVER month / 28e0 AS coverage,
    IF(COUNT(share) OVER month >= 7, AVG(share) OVER month) AS nadir_share_mean
FROM days
WINDOW month AS (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
