-- One row per person and calendar day, gaps included: when in the main sleep the heart beat slowest.
WITH lows AS (
    SELECT
        n.person, n.day, n.bedtime_start_at, n.bedtime_end_at, n.utc_offset_min, s.heart_rate_interval_s,
        s.heart_rate_started_at, s.heart_rate_bpm, CARDINALITY(FILTER(s.heart_rate_bpm, v -> v IS NOT NULL)) AS n,
        CARDINALITY(s.heart_rate_bpm) AS n_expected, ARRAY_MIN(FILTER(s.heart_rate_bpm, v -> v IS NOT NULL)) AS lowest
    FROM nights AS n
    INNER JOIN stg_sleep AS s ON n.person = s.person AND n.sleep_id = s.sleep_id
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
        c.person, c.day, p.n, p.n_expected, p.lowest,
        CAST(DATE_ADD('minute', p.utc_offset_min, p.low_at) AS timestamp(3)) AS low_local,
        DATE_DIFF('second', p.bedtime_start_at, p.low_at)
        / NULLIF(CAST(DATE_DIFF('second', p.bedtime_start_at, p.bedtime_end_at) AS double), 0e0) AS share
    FROM calendar AS c
    LEFT JOIN placed AS p ON c.person = p.person AND c.day = p.day
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(lowest AS double) AS nadir_bpm,
    CAST(low_local AS timestamp(3)) AS nadir_local,
    CAST(DATE_DIFF('second', CAST(day AS timestamp(3)), low_local) / 3600e0 AS double) AS nadir_h,
    CAST(share AS double) AS nadir_share,
    CAST(COALESCE(n, 0) AS integer) AS n_samples,
    CAST(n / NULLIF(CAST(n_expected AS double), 0e0) AS double) AS coverage_night,
    CAST(COUNT(share) OVER month AS integer) AS n,
    CAST(COUNT(share) OVER month / 28e0 AS double) AS coverage,
    CAST(IF(COUNT(share) OVER month >= 7, AVG(share) OVER month) AS double) AS nadir_share_mean
FROM days
WINDOW month AS (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
