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
        c.person, c.day, COALESCE(p.n, 0) AS n, COALESCE(p.n_moved, 0) AS n_moved,
        IF(p.n >= 0.66e0 * 288, p.n) AS n_valid, IF(p.n >= 0.66e0 * 288, p.n_same) AS n_same
    FROM calendar AS c
    LEFT JOIN pairs AS p ON c.person = p.person AND c.day = p.day
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
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(n / 288e0 AS double) AS coverage_day,
    CAST(200e0 * n_same / NULLIF(n_valid, 0) - 100e0 AS double) AS sri_day,
    CAST(n_days AS integer) AS n_days,
    CAST(n_days / 28e0 AS double) AS coverage,
    CAST(IF(n_days >= 5, 200e0 * all_same / NULLIF(all_valid, 0) - 100e0) AS double) AS sri,
    CAST(all_moved / 12e0 AS double) AS offset_change_h
FROM trailing
