-- One row per person and week, gaps included: minutes of moderate and vigorous activity against the guideline.
WITH days AS (
    SELECT
        calendar.person, calendar.day, CAST(DATE_TRUNC('week', calendar.day) AS date) AS week,
        IF(activity.is_whole, activity.medium_s) AS medium_s,
        IF(activity.is_whole, activity.high_s) AS high_s
    FROM calendar
    LEFT JOIN stg_daily_activity AS activity ON calendar.person = activity.person AND calendar.day = activity.day
),
weeks AS (
    SELECT
        person, week, COUNT(medium_s + high_s) AS n, SUM(medium_s) / 60e0 AS moderate, SUM(high_s) / 60e0 AS vigorous
    FROM days
    GROUP BY person, week
),
compared AS (
    SELECT
        person, week, n, moderate, vigorous, moderate + 2e0 * vigorous AS equivalent,
        SUM(moderate + 2e0 * vigorous) OVER (
            PARTITION BY person ORDER BY week ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING
        ) AS before,
        SUM(n) OVER (PARTITION BY person ORDER BY week ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING) AS before_n
    FROM weeks
)
SELECT
    person,
    week,
    n,
    n / 7e0 AS coverage,
    moderate AS moderate_min,
    vigorous AS vigorous_min,
    equivalent AS equivalent_min,
    150 AS guideline_from_min,
    300 AS guideline_to_min,
    CASE
        WHEN equivalent >= 300e0 THEN 'above'
        WHEN equivalent >= 150e0 THEN 'met'
        WHEN n < 7 THEN 'cannot_tell'
        ELSE 'not_met'
    END AS verdict,
    IF(before_n >= 7, 7e0 * before / NULLIF(before_n, 0)) AS before_equivalent_min,
    COALESCE(before_n, 0) AS before_n,
    'WHO guidelines on physical activity and sedentary behaviour, 2020' AS citation
FROM compared
