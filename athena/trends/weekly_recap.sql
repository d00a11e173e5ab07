-- One row per person, week and headline metric: the week against the one before and the year before.
WITH grouped AS (
    SELECT
        person, metric, CAST(DATE_TRUNC('week', day) AS date) AS first_day,
        COUNT(value) AS n, SUM(value) AS total, MIN(value) AS lowest, MAX(value) AS highest,
        MIN(regime) AS first_regime, MAX(regime) AS regime,
        ARRAY_SORT(FILTER(ARRAY_AGG(value), v -> v IS NOT NULL)) AS held
    FROM metric_baseline
    GROUP BY person, metric, CAST(DATE_TRUNC('week', day) AS date)
),
-- The days under metric_baseline have no gaps, so the row before is the week before.
compared AS (
    SELECT
        person, metric, first_day, n, lowest, highest, held, regime, 7 AS n_days,
        total / NULLIF(CAST(n AS double), 0e0) AS mean,
        LAG(total / NULLIF(CAST(n AS double), 0e0)) OVER (PARTITION BY person, metric ORDER BY first_day) AS before,
        LAG(n) OVER (PARTITION BY person, metric ORDER BY first_day) AS before_n,
        SUM(total) OVER (
            PARTITION BY person, metric ORDER BY first_day ROWS BETWEEN 52 PRECEDING AND 1 PRECEDING
        ) AS year_total,
        SUM(n) OVER (
            PARTITION BY person, metric ORDER BY first_day ROWS BETWEEN 52 PRECEDING AND 1 PRECEDING
        ) AS year_n,
        LAG(first_regime) OVER (PARTITION BY person, metric ORDER BY first_day) AS before_regime,
        MIN(first_regime) OVER (
            PARTITION BY person, metric ORDER BY first_day ROWS BETWEEN 52 PRECEDING AND 1 PRECEDING
        ) AS year_regime
    FROM grouped
)
SELECT
    person,
    first_day AS week,
    metric,
    n,
    n / NULLIF(CAST(n_days AS double), 0e0) AS coverage,
    mean,
    (
        ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((n + 1) / 2e0) AS integer)))
        + ELEMENT_AT(held, CAST(FLOOR(n / 2e0) AS integer) + 1)
    ) / 2e0 AS median,
    lowest,
    highest,
    mean - before AS difference_before,
    COALESCE(before_n, 0) AS before_n,
    regime <> before_regime AS has_break_before,
    mean - year_total / NULLIF(CAST(year_n AS double), 0e0) AS difference_year,
    COALESCE(year_n, 0) AS year_n,
    regime <> year_regime AS has_break_year
FROM compared
