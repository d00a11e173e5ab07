-- One row per person, calendar day and metric: its value against the person's own 60 days before, across no break.
WITH metrics AS (
    SELECT
        metric_values.person, metric_values.day, metric_values.regime, metric_values.metric, metric_values.value,
        least_spreads.least
    FROM metric_values
    -- The least spread that is believed; of HRV as a share of the median.
    INNER JOIN (
        VALUES
        ('sleep_h', 0.25e0), ('efficiency_pct', 1e0), ('sleep_score', 2e0), ('readiness_score', 2e0),
        ('activity_score', 2e0), ('resting_heart_rate_bpm', 1e0), ('hrv_rmssd_ms', 0.03e0),
        ('respiratory_rate_bpm', 0.2e0), ('temperature_deviation_c', 0.1e0), ('steps', 500e0), ('met_min', 20e0),
        ('stress_high_min', 15e0)
    ) AS least_spreads (metric, least) ON metric_values.metric = least_spreads.metric
),
trailing AS (
    SELECT
        person, day, regime, metric, least, value,
        ARRAY_SORT(FILTER(ARRAY_AGG(value) OVER (
            PARTITION BY person, metric, regime ORDER BY day ROWS BETWEEN 60 PRECEDING AND 1 PRECEDING
        ), v -> v IS NOT NULL)) AS held
    FROM metrics
),
-- Athena has no exact median: it is the mean of the two values in the middle, or of the one with itself.
medians AS (
    SELECT
        person, day, regime, metric, least, value, held, COALESCE(CARDINALITY(held), 0) AS n,
        (
            ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((CARDINALITY(held) + 1) / 2e0) AS integer)))
            + ELEMENT_AT(held, CAST(FLOOR(CARDINALITY(held) / 2e0) AS integer) + 1)
        ) / 2e0 AS median
    FROM trailing
),
spreads AS (
    SELECT
        person, day, regime, metric, value, held, n, median,
        least * IF(metric = 'hrv_rmssd_ms', median, 1e0) AS least,
        ARRAY_SORT(TRANSFORM(held, v -> ABS(v - median))) AS away
    FROM medians
),
scored AS (
    SELECT
        person, day, regime, metric, value, held, n, median,
        GREATEST(least, 1.4826e0 * (
            ELEMENT_AT(away, GREATEST(1, CAST(FLOOR((n + 1) / 2e0) AS integer)))
            + ELEMENT_AT(away, CAST(FLOOR(n / 2e0) AS integer) + 1)
        ) / 2e0) AS spread
    FROM spreads
)
SELECT
    person,
    day,
    metric,
    regime,
    value,
    n,
    n / 60e0 AS coverage,
    IF(n >= 14, median) AS median,
    IF(n >= 14, spread) AS spread,
    IF(n >= 14, (value - median) / NULLIF(spread, 0e0)) AS z,
    IF(n >= 14, 1e0 * CARDINALITY(FILTER(held, v -> v < value)) / NULLIF(n, 0)) AS share_below,
    CASE
        WHEN value IS NULL THEN NULL
        WHEN n < 14 THEN 'cannot_tell'
        WHEN ABS(value - median) > 3e0 * spread THEN 'far_outside'
        WHEN ABS(value - median) > 2e0 * spread THEN 'outside'
        ELSE 'usual'
    END AS verdict
FROM scored
