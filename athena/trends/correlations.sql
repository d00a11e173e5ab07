-- One row per person and pair of metrics with a day of both: do they go together, over the last 180 days?
-- The rows of a day are paired by gathering them, y moved back by the lag: metric_values is read once.
WITH pairs AS (
    SELECT
        person, x_metric, y_metric, lag_days, day,
        MAX(IF(metric = x_metric, value)) AS x, MAX(IF(metric = y_metric, value)) AS y,
        MAX(MAX(IF(value IS NOT NULL, day))) OVER (PARTITION BY person) AS last_day
    FROM (
        SELECT
            daily.person, pairing.x_metric, pairing.y_metric, pairing.lag_days, daily.metric, daily.value,
            CAST(DATE_ADD('day', IF(daily.metric = pairing.y_metric, -pairing.lag_days, 0), daily.day) AS date) AS day
        FROM metric_values AS daily
        INNER JOIN (
            VALUES
            ('met_min', 'hrv_rmssd_ms', 1), ('met_min', 'resting_heart_rate_bpm', 1), ('steps', 'sleep_h', 1),
            ('stress_high_min', 'hrv_rmssd_ms', 1), ('stress_high_min', 'sleep_h', 1), ('bedtime_h', 'hrv_rmssd_ms', 0),
            ('bedtime_h', 'resting_heart_rate_bpm', 0), ('bedtime_h', 'deep_h', 0), ('sleep_h', 'steps', 0),
            ('sleep_h', 'stress_high_min', 0)
        ) AS pairing (x_metric, y_metric, lag_days) ON daily.metric IN (pairing.x_metric, pairing.y_metric)
    ) AS moved
    GROUP BY person, x_metric, y_metric, lag_days, day
),
-- Ranks, of equal values their mean, less the middle of all ranks.
ranked AS (
    SELECT
        person, x_metric, y_metric, lag_days, day, last_day, COUNT(*) OVER pair AS n,
        RANK() OVER (PARTITION BY person, x_metric, y_metric ORDER BY x) - COUNT(*) OVER pair / 2e0 - 0.5e0
        + (COUNT(*) OVER (PARTITION BY person, x_metric, y_metric, x) - 1) / 2e0 AS rx,
        RANK() OVER (PARTITION BY person, x_metric, y_metric ORDER BY y) - COUNT(*) OVER pair / 2e0 - 0.5e0
        + (COUNT(*) OVER (PARTITION BY person, x_metric, y_metric, y) - 1) / 2e0 AS ry
    FROM pairs
    WHERE x IS NOT NULL AND y IS NOT NULL AND DATE_DIFF('day', day, last_day) < 180
    WINDOW pair AS (PARTITION BY person, x_metric, y_metric)
),
lagged AS (
    SELECT
        later.person, later.x_metric, later.y_metric, later.lag_days, later.last_day, later.n,
        DATE_DIFF('day', earlier.day, later.day) AS k,
        SUM(later.rx * earlier.rx) AS xx, SUM(later.ry * earlier.ry) AS yy, SUM(later.rx * earlier.ry) AS xy
    FROM ranked AS later
    INNER JOIN ranked AS earlier
        ON later.person = earlier.person AND later.x_metric = earlier.x_metric AND later.y_metric = earlier.y_metric
    WHERE DATE_DIFF('day', earlier.day, later.day) BETWEEN 0 AND FLOOR(later.n / 5e0)
    GROUP BY
        later.person, later.x_metric, later.y_metric, later.lag_days, later.last_day, later.n,
        DATE_DIFF('day', earlier.day, later.day)
),
-- How many independent days the pairs are worth (Bartlett 1946, Pyper and Peterman 1998).
sized AS (
    SELECT
        person, x_metric, y_metric, lag_days, last_day, n,
        MAX(IF(k = 0, xy)) / NULLIF(SQRT(MAX(IF(k = 0, xx)) * MAX(IF(k = 0, yy))), 0e0) AS rho,
        1e0 + 2e0 * COALESCE(SUM(IF(k > 0, (1e0 - k / NULLIF(CAST(n AS double), 0e0)) * xx * yy)), 0e0)
        / NULLIF(MAX(IF(k = 0, xx)) * MAX(IF(k = 0, yy)), 0e0) AS inflation
    FROM lagged
    GROUP BY person, x_metric, y_metric, lag_days, last_day, n
),
-- The quantile of t for ten pairs tested together, from that of the normal distribution.
limits AS (
    SELECT
        person, x_metric, y_metric, lag_days, last_day, n, rho, n_eff,
        2.807033768e0 + 6.231221e0 / NULLIF(n_eff - 2e0, 0e0) + 12.850916e0 / NULLIF(POWER(n_eff - 2e0, 2e0), 0e0) AS t
    FROM (
        SELECT
            person, x_metric, y_metric, lag_days, last_day, n, rho,
            IF(inflation > 0e0, LEAST(n, GREATEST(4e0, n / NULLIF(inflation, 0e0))), n) AS n_eff
        FROM sized
    ) AS sizes
)
SELECT
    person, x_metric, y_metric, lag_days, last_day, n,
    n / 180e0 AS coverage,
    rho, n_eff,
    t / NULLIF(SQRT(n_eff - 2e0 + t * t), 0e0) AS rho_needed,
    CASE
        WHEN n < 40 OR n_eff < 20e0 OR rho IS NULL THEN 'cannot_tell'
        WHEN ABS(rho) >= 0.2e0 AND rho * rho * (n_eff - 2e0) > t * t * (1e0 - rho * rho) THEN 'outside_noise'
        ELSE 'within_noise'
    END AS verdict
FROM limits
