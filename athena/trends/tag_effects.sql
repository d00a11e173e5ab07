-- One row per person, tag and metric of the night: nights after the tag against like nights without it, over a year.
WITH tagged AS (
    SELECT t.person, u.tag, CAST(DATE_ADD('day', 1, t.day) AS date) AS day
    FROM tag_days AS t
    CROSS JOIN UNNEST(t.tags) AS u (tag)
    UNION ALL
    SELECT person, 'workout' AS tag, CAST(DATE_ADD('day', 1, day) AS date) AS day
    FROM metric_values
    WHERE metric = 'workout_min' AND value > 0e0
),
slept AS (
    SELECT person, day, metric, value, DAY_OF_WEEK(day) >= 6 AS is_free, MAX(day) OVER (PARTITION BY person) AS last_day
    FROM metric_values
    WHERE metric IN ('sleep_h', 'efficiency_pct', 'deep_h', 'resting_heart_rate_bpm', 'hrv_rmssd_ms')
),
-- A night is like another if neither it nor the one before came after the tag; three weeks apart at most.
compared AS (
    SELECT
        s.person, t.tag, s.metric, s.day, s.is_free, s.value, MAX(IF(t.day = s.day, 1, 0)) AS is_tagged,
        MAX(IF(DATE_DIFF('day', t.day, s.day) = 1, 1, 0)) AS was_tagged
    FROM slept AS s
    INNER JOIN tagged AS t ON s.person = t.person
    WHERE s.value IS NOT NULL AND DATE_DIFF('day', s.day, s.last_day) < 365
    GROUP BY s.person, t.tag, s.metric, s.day, s.is_free, s.value
),
-- Beside each night the like ones around it: of a window, so that the nights are gathered once.
windowed AS (
    SELECT
        person, tag, metric, day, value, is_tagged,
        AVG(IF(is_tagged = 0 AND was_tagged = 0, value)) OVER alike AS control,
        COUNT(IF(is_tagged = 0 AND was_tagged = 0, 1)) OVER alike AS n_control,
        ARRAY_AGG(IF(is_tagged = 0 AND was_tagged = 0, day)) OVER alike AS control_days
    FROM compared
    WINDOW alike AS (
        PARTITION BY person, tag, metric, is_free
        ORDER BY day RANGE BETWEEN INTERVAL '21' DAY PRECEDING AND INTERVAL '21' DAY FOLLOWING
    )
),
counted AS (
    SELECT
        person, tag, metric, COUNT(*) AS n_tag, COUNT(DISTINCT CAST(DATE_TRUNC('week', day) AS date)) AS n_weeks,
        CARDINALITY(FILTER(ARRAY_DISTINCT(FLATTEN(ARRAY_AGG(control_days))), d -> d IS NOT NULL)) AS n_control,
        AVG(control) AS control, COUNT(IF(value < control, 1)) AS n_lower,
        ARRAY_SORT(ARRAY_AGG(value - control)) AS held
    FROM windowed
    WHERE is_tagged = 1 AND n_control >= 3
    GROUP BY person, tag, metric
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(tag AS varchar) AS tag,
    CAST(metric AS varchar) AS metric,
    CAST(n_tag AS integer) AS n_tag,
    CAST(n_control AS integer) AS n_control,
    CAST(n_weeks AS integer) AS n_weeks,
    CAST(control AS double) AS control_mean,
    CAST((
        ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((n_tag + 1) / 2e0) AS integer)))
        + ELEMENT_AT(held, CAST(FLOOR(n_tag / 2e0) AS integer) + 1)
    ) / 2e0 AS double) AS difference,
    -- The interval of a median from its ranks, 95 % as in the sign test.
    CAST(IF(n_tag >= 8 AND n_weeks >= 4 AND n_control >= 20, ELEMENT_AT(
        held, GREATEST(1, CAST(FLOOR((n_tag + 1) / 2e0 - 0.98e0 * SQRT(n_tag)) AS integer))
    )) AS double) AS difference_low,
    CAST(IF(n_tag >= 8 AND n_weeks >= 4 AND n_control >= 20, ELEMENT_AT(
        held, LEAST(n_tag, CAST(n_tag + 1 - FLOOR((n_tag + 1) / 2e0 - 0.98e0 * SQRT(n_tag)) AS integer))
    )) AS double) AS difference_high,
    CAST(n_lower / NULLIF(CAST(n_tag AS double), 0e0) AS double) AS share_lower,
    CAST(IF(n_tag >= 8 AND n_weeks >= 4 AND n_control >= 20, 'ok', 'cannot_tell') AS varchar) AS status,
    CAST(CASE
        WHEN n_tag < 8 THEN 'fewer than 8 nights'
        WHEN n_weeks < 4 THEN 'nights of fewer than 4 weeks'
        WHEN n_control < 20 THEN 'fewer than 20 nights to compare with'
    END AS varchar) AS cannot_tell_because
FROM counted
