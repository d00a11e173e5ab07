-- One row per person and calendar day, gaps included: the Sleep Regularity Index of the day and of its last 28.
WITH beside AS (
    SELECT
        person, utc_offset_min, is_asleep, epoch,
        CAST(DATE_ADD('minute', utc_offset_min, started_at) AS date) AS day,
        LAG(epoch) OVER (PARTITION BY person, epoch % 288 ORDER BY epoch) AS epoch_before,
        LAG(is_asleep) OVER (PARTITION BY person, epoch % 288 ORDER BY epoch) AS was_asleep,
        LAG(utc_offset_min) OVER (PARTITION BY person, epoch % 288 ORDER BY epoch) AS offset_before
    FROM sleep_epochs
),
pairs AS (
    SELECT
        person, day, COUNT(IF(utc_offset_min = offset_before, 1)) AS n,
        COUNT(IF(utc_offset_min = offset_before AND is_asleep = was_asleep, 1)) AS n_same,
        COUNT(IF(utc_offset_min <> offset_before, 1)) AS n_moved
    FROM beside
    WHERE epoch - epoch_before = 288
    GROUP BY person, day
),
-- Two thirds of the day must be comparable, as GGIR wants it.
days AS (
    SELECT
        calendar.person, calendar.day, COALESCE(pairs.n, 0) AS n, COALESCE(pairs.n_moved, 0) AS n_moved,
        IF(pairs.n >= 0.66e0 * 288, pairs.n) AS n_valid, IF(pairs.n >= 0.66e0 * 288, pairs.n_same) AS n_same
    FROM calendar
    LEFT JOIN pairs ON calendar.person = pairs.person AND calendar.day = pairs.day
),
trailing AS (
    SELECT
        person, day, n, n_valid, n_same,
        COUNT(n_valid) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS n_days,
        SUM(n_valid) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS all_valid,
        SUM(n_same) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS all_same,
        SUM(n_moved) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS all_moved
    FROM days
)
SELECT
    person,
    day,
    n / 288e0 AS coverage_day,
    200e0 * n_same / NULLIF(n_valid, 0) - 100e0 AS sri_day,
    n_days,
    n_days / 28e0 AS coverage,
    IF(n_days >= 5, 200e0 * all_same / NULLIF(all_valid, 0) - 100e0) AS sri,
    all_moved / 12e0 AS offset_change_h
FROM trailing
