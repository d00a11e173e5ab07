-- One row per person, calendar day and measure of the heart, gaps included: its last 28 days against a year before.
WITH measures AS (
    SELECT
        person, day, regime, metric, value,
        ARRAY_SORT(FILTER(ARRAY_AGG(value) OVER (
            PARTITION BY person, metric, regime ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW
        ), v -> v IS NOT NULL)) AS held
    FROM metric_values
    WHERE metric IN (
        'resting_heart_rate_bpm', 'average_heart_rate_bpm', 'hrv_rmssd_ms', 'vascular_age_y', 'vo2_max_ml_kg_min'
    )
),
medians AS (
    SELECT
        person, day, regime, metric, value, COALESCE(CARDINALITY(held), 0) AS n,
        (
            ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((CARDINALITY(held) + 1) / 2e0) AS integer)))
            + ELEMENT_AT(held, CAST(FLOOR(CARDINALITY(held) / 2e0) AS integer) + 1)
        ) / 2e0 AS median
    FROM measures
),
-- The days have no gaps, so the 365th row before is the day 365 days before.
compared AS (
    SELECT
        person, day, regime, metric, value, n, median,
        LAG(n, 365) OVER (PARTITION BY person, metric ORDER BY day) AS before_n,
        LAG(median, 365) OVER (PARTITION BY person, metric ORDER BY day) AS before,
        LAG(regime, 365) OVER (PARTITION BY person, metric ORDER BY day) AS before_regime
    FROM medians
)
SELECT
    person,
    day,
    metric,
    value,
    n,
    n / 28e0 AS coverage,
    median,
    COALESCE(before_n, 0) AS before_n,
    before AS before_median,
    median - before AS difference,
    regime <> before_regime AS has_break_between
FROM compared
