-- One row per person and calendar day, gaps included: HRV of the last 7 nights against a band of the 60 before them.
WITH nightly AS (
    SELECT person, day, regime, value, LN(NULLIF(value, 0e0)) AS x
    FROM metric_values
    WHERE metric = 'hrv_rmssd_ms'
),
trailing AS (
    SELECT
        person, day, regime, value,
        COUNT(x) OVER week AS n_7, AVG(x) OVER week AS mean_7, STDDEV_SAMP(x) OVER week AS sd_7,
        COUNT(x) OVER before AS n_60, AVG(x) OVER before AS mean_60, STDDEV_SAMP(x) OVER before AS sd_60
    FROM nightly
    WINDOW
        week AS (PARTITION BY person, regime ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW),
        before AS (PARTITION BY person, regime ORDER BY day ROWS BETWEEN 66 PRECEDING AND 7 PRECEDING)
),
placed AS (
    SELECT
        person, day, regime, value, n_7, n_60,
        IF(n_7 >= 3, EXP(mean_7)) AS week_ms, IF(n_7 >= 3, 100e0 * sd_7 / NULLIF(mean_7, 0e0)) AS cv_pct,
        IF(n_60 >= 30, EXP(mean_60 - 0.5e0 * sd_60)) AS low_ms, IF(n_60 >= 30, EXP(mean_60 + 0.5e0 * sd_60)) AS high_ms
    FROM trailing
),
-- A single day below happens by chance on 11 to 20 days of 100: two in a row are asked for.
judged AS (
    SELECT
        person, day, value, n_7, n_60, week_ms, cv_pct, low_ms, high_ms,
        week_ms < low_ms AS is_below, week_ms > high_ms AS is_above,
        LAG(week_ms < low_ms) OVER (PARTITION BY person, regime ORDER BY day) AS was_below,
        LAG(week_ms > high_ms) OVER (PARTITION BY person, regime ORDER BY day) AS was_above
    FROM placed
)
SELECT
    person,
    day,
    value AS hrv_rmssd_ms,
    n_7,
    n_7 / 7e0 AS coverage_7,
    week_ms,
    cv_pct,
    n_60,
    n_60 / 60e0 AS coverage_60,
    low_ms AS band_low_ms,
    high_ms AS band_high_ms,
    CASE
        WHEN is_below IS NULL THEN 'cannot_tell'
        WHEN is_below AND was_below THEN 'below'
        WHEN is_above AND was_above THEN 'above'
        ELSE 'within'
    END AS verdict
FROM judged
