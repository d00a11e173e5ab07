-- One row per person, metric and weekday: what the weekday adds, over the last 365 days.
WITH recent AS (
    SELECT
        person, day, metric, value, MAX(IF(value IS NOT NULL, day)) OVER (PARTITION BY person) AS last_day,
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
weekdays AS (
    SELECT
        person, metric, last_day, weekday, COUNT(residual) AS n,
        ARRAY_SORT(FILTER(ARRAY_AGG(residual), v -> v IS NOT NULL)) AS held
    FROM residuals
    GROUP BY person, metric, last_day, weekday
),
-- Beside each weekday, the days of all seven.
alike AS (
    SELECT
        person, metric, last_day, weekday, n, held, SUM(n) OVER metric_days AS n_all,
        ARRAY_SORT(FLATTEN(ARRAY_AGG(held) OVER metric_days)) AS held_all
    FROM weekdays
    WINDOW metric_days AS (PARTITION BY person, metric)
),
-- The interval of a median from its ranks, 95 % for the seven weekdays together.
centred AS (
    SELECT
        person, metric, last_day, weekday, n,
        (
            ELEMENT_AT(held_all, GREATEST(1, CAST(FLOOR((n_all + 1) / 2e0) AS integer)))
            + ELEMENT_AT(held_all, CAST(FLOOR(n_all / 2e0) AS integer) + 1)
        ) / 2e0 AS median_all,
        (
            ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((n + 1) / 2e0) AS integer)))
            + ELEMENT_AT(held, CAST(FLOOR(n / 2e0) AS integer) + 1)
        ) / 2e0 AS median,
        IF(n >= 12, ELEMENT_AT(held, CAST(FLOOR(n / 2e0 - 1.345e0 * SQRT(n)) AS integer))) AS low,
        IF(n >= 12, ELEMENT_AT(held, CAST(n + 1 - FLOOR(n / 2e0 - 1.345e0 * SQRT(n)) AS integer))) AS high
    FROM alike
)
SELECT
    person,
    metric,
    weekday,
    DATE_ADD('day', -364, last_day) AS first_day,
    last_day,
    n,
    IF(weekday = DAY_OF_WEEK(last_day), n / 53e0, n / 52e0) AS coverage,
    IF(n >= 12, median - median_all) AS effect,
    low - median_all AS effect_low,
    high - median_all AS effect_high,
    CASE
        WHEN n < 12 THEN 'cannot_tell'
        WHEN low > median_all OR high < median_all THEN 'outside_noise'
        ELSE 'within_noise'
    END AS verdict
FROM centred
