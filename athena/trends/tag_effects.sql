-- One row per person, tag and metric of the night: nights after the tag against like nights without it, over a year.
WITH tagged AS (
    SELECT tag_days.person, named.tag, CAST(DATE_ADD('day', 1, tag_days.day) AS date) AS day
    FROM tag_days
    CROSS JOIN UNNEST(tag_days.tags) AS named (tag)
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
        slept.person, tagged.tag, slept.metric, slept.day, slept.is_free, slept.value,
        MAX(IF(tagged.day = slept.day, 1, 0)) AS is_tagged,
        MAX(IF(DATE_DIFF('day', tagged.day, slept.day) = 1, 1, 0)) AS was_tagged
    FROM slept
    INNER JOIN tagged ON slept.person = tagged.person
    WHERE slept.value IS NOT NULL AND DATE_DIFF('day', slept.day, slept.last_day) < 365
    GROUP BY slept.person, tagged.tag, slept.metric, slept.day, slept.is_free, slept.value
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
    person,
    tag,
    metric,
    n_tag,
    n_control,
    n_weeks,
    control AS control_mean,
    (
        ELEMENT_AT(held, GREATEST(1, CAST(FLOOR((n_tag + 1) / 2e0) AS integer)))
        + ELEMENT_AT(held, CAST(FLOOR(n_tag / 2e0) AS integer) + 1)
    ) / 2e0 AS difference,
    -- The interval of a median from its ranks, 95 % as in the sign test.
    IF(n_tag >= 8 AND n_weeks >= 4 AND n_control >= 20, ELEMENT_AT(
        held, GREATEST(1, CAST(FLOOR((n_tag + 1) / 2e0 - 0.98e0 * SQRT(n_tag)) AS integer))
    )) AS difference_low,
    IF(n_tag >= 8 AND n_weeks >= 4 AND n_control >= 20, ELEMENT_AT(
        held, LEAST(n_tag, CAST(n_tag + 1 - FLOOR((n_tag + 1) / 2e0 - 0.98e0 * SQRT(n_tag)) AS integer))
    )) AS difference_high,
    n_lower / NULLIF(CAST(n_tag AS double), 0e0) AS share_lower,
    IF(n_tag >= 8 AND n_weeks >= 4 AND n_control >= 20, 'ok', 'cannot_tell') AS status,
    CASE
        WHEN n_tag < 8 THEN 'fewer than 8 nights'
        WHEN n_weeks < 4 THEN 'nights of fewer than 4 weeks'
        WHEN n_control < 20 THEN 'fewer than 20 nights to compare with'
    END AS cannot_tell_because
FROM counted
