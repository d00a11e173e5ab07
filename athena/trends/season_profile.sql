-- One row per person, metric and month of the year that was measured: the month against the person's whole year.
WITH months AS (
    SELECT
        person, metric, MONTH(day) AS month_of_year, COUNT(value) AS n, COUNT(*) AS n_days, AVG(value) AS mean,
        COUNT(DISTINCT IF(value IS NOT NULL, YEAR(day))) AS n_years
    FROM metric_values
    GROUP BY person, metric, MONTH(day)
),
years AS (
    SELECT
        person, metric, month_of_year, n, n_days, mean, n_years,
        COUNT(mean) OVER (PARTITION BY person, metric) AS n_months,
        AVG(mean) OVER (PARTITION BY person, metric) AS mean_year
    FROM months
)
SELECT
    person,
    metric,
    month_of_year,
    n,
    n / NULLIF(CAST(n_days AS double), 0e0) AS coverage,
    n_years,
    mean,
    IF(n_months = 12, mean - mean_year) AS difference_year,
    CASE
        WHEN n_months < 12 OR n < 14 THEN 'cannot_tell'
        WHEN n_years < 2 THEN 'one_year'
        ELSE 'repeated'
    END AS status
FROM years
