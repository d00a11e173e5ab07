-- One row per person and calendar day, gaps included: the usual clock times of sleep over the last 28 days.
WITH angles AS (
    SELECT
        person, day, onset_h, mid_h, wake_h, has_travelled,
        onset_h * PI() / 12e0 AS onset, mid_h * PI() / 12e0 AS mid, wake_h * PI() / 12e0 AS wake
    FROM sleep_clock
),
trailing AS (
    SELECT
        person, day, onset_h, mid_h, wake_h,
        COUNT(mid) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS n,
        COUNT(IF(has_travelled, 1)) OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW
        ) AS n_travels,
        AVG(COS(onset)) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS onset_c,
        AVG(SIN(onset)) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS onset_s,
        AVG(COS(mid)) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS mid_c,
        AVG(SIN(mid)) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS mid_s,
        AVG(COS(wake)) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS wake_c,
        AVG(SIN(wake)) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS wake_s
    FROM angles
),
means AS (
    SELECT
        person, day, onset_h, mid_h, wake_h, n, n_travels,
        ATAN2(onset_s, onset_c) * 12e0 / NULLIF(PI(), 0e0) AS onset_mean,
        ATAN2(mid_s, mid_c) * 12e0 / NULLIF(PI(), 0e0) AS mid_mean,
        ATAN2(wake_s, wake_c) * 12e0 / NULLIF(PI(), 0e0) AS wake_mean,
        LEAST(1e0, NULLIF(SQRT(onset_c * onset_c + onset_s * onset_s), 0e0)) AS onset_r,
        LEAST(1e0, NULLIF(SQRT(mid_c * mid_c + mid_s * mid_s), 0e0)) AS mid_r,
        LEAST(1e0, NULLIF(SQRT(wake_c * wake_c + wake_s * wake_s), 0e0)) AS wake_r
    FROM trailing
)
SELECT
    person,
    day,
    n,
    n / 28e0 AS coverage,
    n_travels,
    onset_h,
    IF(n >= 7, onset_mean - 24e0 * FLOOR(onset_mean / 24e0)) AS onset_mean_h,
    IF(n >= 7, SQRT(-2e0 * LN(onset_r)) * 12e0 / NULLIF(PI(), 0e0)) AS onset_sd_h,
    mid_h,
    IF(n >= 7, mid_mean - 24e0 * FLOOR(mid_mean / 24e0)) AS mid_mean_h,
    IF(n >= 7, SQRT(-2e0 * LN(mid_r)) * 12e0 / NULLIF(PI(), 0e0)) AS mid_sd_h,
    wake_h,
    IF(n >= 7, wake_mean - 24e0 * FLOOR(wake_mean / 24e0)) AS wake_mean_h,
    IF(n >= 7, SQRT(-2e0 * LN(wake_r)) * 12e0 / NULLIF(PI(), 0e0)) AS wake_sd_h
FROM means
