-- One row per person, metric and weekday: what the weekday adds, over the last 365 days.
WITH recent AS (
    SELECT
        person, day, metric, value, MAX(day) OVER (PARTITION BY person) AS last_day,
        ARRAY_SORT(FILTER(ARRAY_AGG(value) OVER (
            PARTITION BY person, metric ORDER BY day ROWS BETWEEN 14 PRECEDING AND 14 FOLLOWING
        ), v -> v IS NOT NULL)) AS held
    FROM metric_values
),
-- What is left of each day when the median of the 29 days around it is taken away.
residuals AS (
    SELECT
        person, metric, last_day, DAY_OF_WEEK(day) AS weekday,
        value - (
            ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((CARDINALITY(held) + 1) / 2e0) AS integer)))
            + ELEMENT_AT(held, CAST(FLOOR(CARDINALITY(held) / 2e0) AS integer) + 1)
        ) / 2e0 AS residual
    FROM recent
    WHERE DATE_DIFF('day', day, last_day) < 365
),
alike AS (
    SELECT
        person, metric, last_day, COUNT(residual) AS n,
        ARRAY_SORT(FILTER(ARRAY_AGG(residual), v -> v IS NOT NULL)) AS held
    FROM residuals
    GROUP BY person, metric, last_day
),
weekdays AS (
    SELECT
        person, metric, weekday, COUNT(residual) AS n,
        ARRAY_SORT(FILTER(ARRAY_AGG(residual), v -> v IS NOT NULL)) AS held
    FROM residuals
    GROUP BY person, metric, weekday
),
-- The interval of a median from its ranks, 95 % for the seven weekdays together.
centred AS (
    SELECT
        a.person, a.metric, a.last_day, w.weekday, w.n, a.n AS n_all,
        (
            ELEMENT_AT(a.held, GREATEST(1, CAST(FLOOR((a.n + 1) / 2e0) AS integer)))
            + ELEMENT_AT(a.held, CAST(FLOOR(a.n / 2e0) AS integer) + 1)
        ) / 2e0 AS median_all,
        (
            ELEMENT_AT(w.held, GREATEST(1, CAST(FLOOR((w.n + 1) / 2e0) AS integer)))
            + ELEMENT_AT(w.held, CAST(FLOOR(w.n / 2e0) AS integer) + 1)
        ) / 2e0 AS median,
        IF(w.n >= 12, ELEMENT_AT(w.held, CAST(FLOOR(w.n / 2e0 - 1.345e0 * SQRT(w.n)) AS integer))) AS low,
        IF(w.n >= 12, ELEMENT_AT(w.held, CAST(w.n + 1 - FLOOR(w.n / 2e0 - 1.345e0 * SQRT(w.n)) AS integer))) AS high
    FROM alike AS a
    INNER JOIN weekdays AS w ON a.person = w.person AND a.metric = w.metric
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(metric AS varchar) AS metric,
    CAST(weekday AS integer) AS weekday,
    CAST(DATE_ADD('day', -364, last_day) AS date) AS first_day,
    CAST(last_day AS date) AS last_day,
    CAST(n AS integer) AS n,
    CAST(n * 7e0 / 365e0 AS double) AS coverage,
    CAST(IF(n >= 12, median - median_all) AS double) AS effect,
    CAST(low - median_all AS double) AS effect_low,
    CAST(high - median_all AS double) AS effect_high,
    CAST(CASE
        WHEN n < 12 THEN 'cannot_tell'
        WHEN low > median_all OR high < median_all THEN 'outside_noise'
        ELSE 'within_noise'
    END AS varchar) AS verdict
FROM centred
