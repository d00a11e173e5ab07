-- One row per person, calendar day and goal, gaps included: a target from the person's own past, and how it goes.
-- Days without a value are parted from those with one, so that nine rows before are nine days worn.
WITH worn AS (
    SELECT
        person, day, metric, value,
        ARRAY_SORT(ARRAY_AGG(value) OVER (
            PARTITION BY person, metric, value IS NULL ORDER BY day ROWS BETWEEN 9 PRECEDING AND 1 PRECEDING
        )) AS held
    FROM metric_values
    WHERE metric IN ('steps', 'met_min', 'time_in_bed_h')
),
-- The sixth smallest of nine is the 60th percentile; what is absurd as a goal is cut off.
targets AS (
    SELECT
        person, day, metric, value,
        CASE
            WHEN value IS NULL OR COALESCE(CARDINALITY(held), 0) < 9 THEN NULL
            WHEN metric = 'steps' THEN LEAST(15000e0, GREATEST(2000e0, ELEMENT_AT(held, 6)))
            WHEN metric = 'time_in_bed_h' THEN LEAST(9.5e0, GREATEST(7e0, ELEMENT_AT(held, 6)))
            ELSE LEAST(600e0, GREATEST(20e0, ELEMENT_AT(held, 6)))
        END AS goal
    FROM worn
),
judged AS (
    SELECT
        person, day, metric, value, goal,
        CASE WHEN value >= goal THEN 1 WHEN value < goal THEN 0 END AS met,
        COUNT(IF(value < goal, 1)) OVER (
            PARTITION BY person, metric ORDER BY day ROWS UNBOUNDED PRECEDING
        ) AS n_missed
    FROM targets
),
-- A day without a value neither ends a streak nor adds to it.
streaks AS (
    SELECT
        person, day, metric, value, goal, met,
        SUM(COALESCE(met, 0)) OVER (
            PARTITION BY person, metric, n_missed ORDER BY day ROWS UNBOUNDED PRECEDING
        ) AS streak,
        COUNT(met) OVER month AS n,
        AVG(CAST(met AS double)) OVER month AS p
    FROM judged
    WINDOW month AS (PARTITION BY person, metric ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
),
-- Wilson's interval of the share, 95 %.
shares AS (
    SELECT
        person, day, metric, value, goal, met, streak, n, p,
        (p + 1.920729410347062e0 / NULLIF(n, 0)) / NULLIF(1e0 + 3.841458820694124e0 / NULLIF(n, 0), 0e0) AS middle,
        1.959963984540054e0 * SQRT(p * (1e0 - p) / NULLIF(n, 0) + 0.960364705173531e0 / NULLIF(n * n, 0))
        / NULLIF(1e0 + 3.841458820694124e0 / NULLIF(n, 0), 0e0) AS half
    FROM streaks
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(metric AS varchar) AS metric,
    CAST(value AS double) AS value,
    CAST(goal AS double) AS goal,
    CAST(met = 1 AS boolean) AS is_met,
    CAST(streak AS integer) AS streak_days,
    CAST(MAX(streak) OVER (PARTITION BY person, metric ORDER BY day ROWS UNBOUNDED PRECEDING) AS integer)
        AS best_streak_days,
    CAST(n AS integer) AS n,
    CAST(n / 28e0 AS double) AS coverage,
    CAST(p AS double) AS attained,
    CAST(middle - half AS double) AS attained_low,
    CAST(middle + half AS double) AS attained_high,
    CAST(CASE
        WHEN n < 14 THEN 'cannot_tell_yet'
        WHEN middle - half > 0.4e0 THEN 'on_track'
        WHEN middle + half < 0.4e0 THEN 'off_track'
        ELSE 'cannot_tell_yet'
    END AS varchar) AS verdict
FROM shares
