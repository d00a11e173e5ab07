-- One row per person, calendar day and headline metric: its value beside the 28 days before, across no break.
-- The days under metric_values have no gaps, so 28 rows are 28 days.
WITH trailing AS (
    SELECT
        person, day, regime, metric, value,
        ARRAY_AGG(value) OVER (
            PARTITION BY person, metric, regime ORDER BY day ROWS BETWEEN 28 PRECEDING AND 1 PRECEDING
        ) AS items
    FROM metric_values
    WHERE metric IN (
        'sleep_h', 'sleep_score', 'readiness_score', 'activity_score', 'resting_heart_rate_bpm', 'hrv_rmssd_ms',
        'temperature_deviation_c', 'steps'
    )
),
sorted AS (
    SELECT
        person, day, regime, metric, value,
        ARRAY_SORT(FILTER(items, v -> v IS NOT NULL)) AS held,
        COALESCE(CARDINALITY(FILTER(items, v -> v IS NOT NULL)), 0) AS n
    FROM trailing
),
-- Athena has no exact median: it is the mean of the two values in the middle, or of the one with itself.
middles AS (
    SELECT
        person, day, regime, metric, value, n,
        (
            ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((n + 1) / 2e0) AS integer)))
            + ELEMENT_AT(held, CAST(FLOOR(n / 2e0) AS integer) + 1)
        ) / 2e0 AS median
    FROM sorted
)
SELECT
    person,
    day,
    regime,
    metric,
    value,
    median,
    IF(n >= 7, value - median) AS difference,
    n,
    n / 28e0 AS coverage
FROM middles
