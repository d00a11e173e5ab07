-- One row per person, calendar day and goal, gaps included: a target from the person's own past, and how it goes.
-- Days without a value are parted from those with one, so that 28 rows are 28 days worn.
WITH worn AS (
    SELECT
        person, day, metric, value, CAST(DATE_TRUNC('week', day) AS date) AS week,
        ARRAY_SORT(ARRAY_AGG(value) OVER (
            PARTITION BY person, metric, value IS NULL ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW
        )) AS held
    FROM metric_values
    WHERE metric IN ('steps', 'met_min')
),
-- Each Monday the goal goes to the 60th percentile of the 28 worn days before (9 are enough), by a twentieth at most,
-- and what is absurd as a goal is cut off. A week that was not worn leaves it where it is.
weeks AS (
    SELECT
        person, metric, ARRAY_AGG(day ORDER BY day) AS days, ARRAY_AGG(value ORDER BY day) AS items,
        REDUCE(
            ARRAY_AGG(MAX_BY(
                LEAST(IF(metric = 'steps', 15000e0, 600e0), GREATEST(
                    IF(metric = 'steps', 2000e0, 20e0),
                    ELEMENT_AT(held, CAST(CEIL(0.6e0 * CARDINALITY(held)) AS integer))
                )),
                IF(value IS NOT NULL AND CARDINALITY(held) >= 9, day)
            )) OVER (PARTITION BY person, metric ORDER BY week ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            CAST(NULL AS double),
            (goal, own) -> CASE
                WHEN goal IS NULL OR own IS NULL THEN COALESCE(own, goal)
                ELSE LEAST(1.05e0 * goal, GREATEST(0.95e0 * goal, own))
            END,
            goal -> goal
        ) AS goal
    FROM worn
    GROUP BY person, metric, week
),
judged AS (
    SELECT
        weeks.person, days.day, weeks.metric, weeks.goal, ELEMENT_AT(weeks.items, days.i) AS value,
        CASE
            WHEN ELEMENT_AT(weeks.items, days.i) >= weeks.goal THEN 1
            WHEN ELEMENT_AT(weeks.items, days.i) < weeks.goal THEN 0
        END AS met,
        COUNT(IF(ELEMENT_AT(weeks.items, days.i) < weeks.goal, 1)) OVER (
            PARTITION BY weeks.person, weeks.metric ORDER BY days.day ROWS UNBOUNDED PRECEDING
        ) AS n_missed
    FROM weeks
    CROSS JOIN UNNEST(weeks.days) WITH ORDINALITY AS days (day, i)
),
-- A day without a value neither ends a streak nor adds to it.
streaks AS (
    SELECT
        person, day, metric, value, goal, met, COUNT(met) OVER month AS n, AVG(CAST(met AS double)) OVER month AS p,
        SUM(COALESCE(met, 0)) OVER (PARTITION BY person, metric, n_missed ORDER BY day ROWS UNBOUNDED PRECEDING)
            AS streak
    FROM judged
    WINDOW month AS (PARTITION BY person, metric ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
),
-- Wilson's interval of the share, 95 %.
shares AS (
    SELECT
        person, day, metric, value, goal, met, streak, n, p,
        (n * p + 1.920729410347062e0) / NULLIF(n + 3.841458820694124e0, 0e0) AS middle,
        1.959963984540054e0 * SQRT(n * p * (1e0 - p) + 0.960364705173531e0) / NULLIF(n + 3.841458820694124e0, 0e0)
            AS half
    FROM streaks
)
SELECT
    person, day, metric, value, goal,
    met = 1 AS is_met,
    streak AS streak_days,
    MAX(streak) OVER (PARTITION BY person, metric ORDER BY day) AS best_streak_days,
    n, n / 28e0 AS coverage,
    p AS attained,
    middle - half AS attained_low, middle + half AS attained_high,
    CASE
        WHEN n < 14 THEN 'cannot_tell_yet'
        WHEN middle - half > 0.4e0 THEN 'on_track'
        WHEN middle + half < 0.4e0 THEN 'off_track'
        ELSE 'cannot_tell_yet'
    END AS verdict
FROM shares
