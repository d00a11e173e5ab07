-- One row per person, month and metric: the month against the same month a year before.
WITH months AS (
    SELECT
        person, metric, CAST(DATE_TRUNC('month', day) AS date) AS first_day, COUNT(value) AS n, AVG(value) AS mean,
        MIN(regime) AS first_regime, MAX(regime) AS regime
    FROM metric_values
    GROUP BY person, metric, CAST(DATE_TRUNC('month', day) AS date)
),
-- The days under metric_values have no gaps, so the twelfth row before is the same month of the year before.
compared AS (
    SELECT
        person, metric, first_day, n, mean, regime,
        DATE_DIFF('day', first_day, CAST(DATE_ADD('month', 1, first_day) AS date)) AS n_days,
        LAG(n, 12) OVER (PARTITION BY person, metric ORDER BY first_day) AS before_n,
        LAG(mean, 12) OVER (PARTITION BY person, metric ORDER BY first_day) AS before,
        LAG(first_regime, 12) OVER (PARTITION BY person, metric ORDER BY first_day) AS before_regime
    FROM months
)
SELECT
    person,
    first_day AS month,
    metric,
    n,
    n / NULLIF(CAST(n_days AS double), 0e0) AS coverage,
    mean,
    COALESCE(before_n, 0) AS before_n,
    before AS before_mean,
    mean - before AS difference,
    100e0 * (mean - before) / NULLIF(before, 0e0) AS difference_pct,
    regime <> before_regime AS has_break_between
FROM compared
