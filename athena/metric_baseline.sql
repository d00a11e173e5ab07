-- One row per person, calendar day and headline metric: its value beside the person's own 28 days before.
WITH metrics AS (
    SELECT
        p.person, p.day, m.metric,
        CASE m.metric
            WHEN 'sleep_h' THEN p.sleep_h
            WHEN 'sleep_score' THEN CAST(p.sleep_score AS double)
            WHEN 'readiness_score' THEN CAST(p.readiness_score AS double)
            WHEN 'activity_score' THEN CAST(p.activity_score AS double)
            WHEN 'resting_heart_rate_bpm' THEN CAST(p.resting_heart_rate_bpm AS double)
            WHEN 'hrv_rmssd_ms' THEN CAST(p.hrv_rmssd_ms AS double)
            WHEN 'temperature_deviation_c' THEN p.temperature_deviation_c
            WHEN 'steps' THEN CAST(p.steps AS double)
        END AS value
    FROM person_day AS p
    CROSS JOIN UNNEST(ARRAY[
        'sleep_h', 'sleep_score', 'readiness_score', 'activity_score',
        'resting_heart_rate_bpm', 'hrv_rmssd_ms', 'temperature_deviation_c', 'steps'
    ]) AS m (metric)
),
-- person_day has no gaps, so 28 rows are 28 days.
trailing AS (
    SELECT
        person, day, metric, value,
        ARRAY_AGG(value) OVER (
            PARTITION BY person, metric ORDER BY day ROWS BETWEEN 28 PRECEDING AND 1 PRECEDING
        ) AS items
    FROM metrics
),
sorted AS (
    SELECT
        person, day, metric, value,
        ARRAY_SORT(FILTER(items, v -> v IS NOT NULL)) AS held,
        COALESCE(CARDINALITY(FILTER(items, v -> v IS NOT NULL)), 0) AS n
    FROM trailing
),
-- Athena has no exact median: it is the mean of the two values in the middle, or of the one with itself.
middles AS (
    SELECT
        person, day, metric, value, n,
        (
            ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((n + 1) / 2e0) AS integer)))
            + ELEMENT_AT(held, CAST(FLOOR(n / 2e0) AS integer) + 1)
        ) / 2e0 AS median
    FROM sorted
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(metric AS varchar) AS metric,
    CAST(value AS double) AS value,
    CAST(median AS double) AS median,
    CAST(IF(n >= 7, value - median) AS double) AS difference,
    CAST(n AS integer) AS n,
    CAST(n / 28e0 AS double) AS coverage
FROM middles
