-- One row per audience, month and metric that anybody gave to it: the middle of five persons or more, or nothing.
WITH months AS (
    SELECT
        consents.audience, metric_values.metric, metric_values.person,
        CAST(DATE_TRUNC('month', metric_values.day) AS date) AS first_day,
        COUNT(metric_values.value) AS n,
        AVG(metric_values.value) AS mean
    FROM metric_values
    INNER JOIN stg_consents AS consents
        ON
            metric_values.person = consents.person
            AND metric_values.metric = consents.metric
            AND consents.mode = 'anonymous'
            AND consents.is_given
    GROUP BY
        consents.audience, metric_values.metric, metric_values.person,
        CAST(DATE_TRUNC('month', metric_values.day) AS date)
),
-- A person counts with fourteen days of the month.
cells AS (
    SELECT
        audience, metric, first_day, COUNT(IF(n >= 14, 1)) AS n_persons,
        SUM(IF(n >= 14, n)) AS n_days, ARRAY_SORT(FILTER(ARRAY_AGG(IF(n >= 14, mean)), v -> v IS NOT NULL)) AS held
    FROM months
    GROUP BY audience, metric, first_day
),
middles AS (
    SELECT
        audience, metric, first_day, n_persons, n_days,
        (
            ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((n_persons + 1) / 2e0) AS integer)))
            + ELEMENT_AT(held, CAST(FLOOR(n_persons / 2e0) AS integer) + 1)
        ) / 2e0 AS median,
        CASE
            WHEN metric = 'steps' THEN 500e0
            WHEN metric IN ('met_min', 'active_kcal', 'stress_high_min', 'recovery_high_min', 'hrv_rmssd_ms') THEN 5e0
            WHEN SUBSTR(metric, LENGTH(metric) - 1) = '_h' THEN 0.25e0
            WHEN metric = 'temperature_deviation_c' THEN 0.1e0
            ELSE 1e0
        END AS step
    FROM cells
)
SELECT
    audience,
    first_day AS month,
    metric,
    IF(n_persons >= 5, n_persons) AS n_persons,
    IF(n_persons >= 5, n_days / NULLIF(
        CAST(n_persons * DATE_DIFF('day', first_day, CAST(DATE_ADD('month', 1, first_day) AS date)) AS double), 0e0
    )) AS coverage,
    IF(n_persons >= 5, ROUND(median / NULLIF(step, 0e0)) * step) AS median,
    n_persons < 5 AS is_suppressed,
    IF(n_persons < 5, 'fewer than five persons with fourteen days') AS suppressed_because
FROM middles
