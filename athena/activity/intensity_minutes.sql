-- One row per person and week, gaps included: minutes of moderate and vigorous activity against the guideline.
WITH days AS (
    SELECT
        c.person, c.day, CAST(DATE_TRUNC('week', c.day) AS date) AS week,
        IF(a.is_whole, a.medium_s) AS medium_s,
        IF(a.is_whole, a.high_s) AS high_s
    FROM calendar AS c
    LEFT JOIN stg_daily_activity AS a ON c.person = a.person AND c.day = a.day
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
    CAST(person AS varchar) AS person,
    CAST(week AS date) AS week,
    CAST(n AS integer) AS n,
    CAST(n / 7e0 AS double) AS coverage,
    CAST(moderate AS double) AS moderate_min,
    CAST(vigorous AS double) AS vigorous_min,
    CAST(equivalent AS double) AS equivalent_min,
    CAST(150 AS integer) AS guideline_from_min,
    CAST(300 AS integer) AS guideline_to_min,
    CAST(CASE
        WHEN equivalent >= 300e0 THEN 'above'
        WHEN equivalent >= 150e0 THEN 'met'
        WHEN n < 7 THEN 'cannot_tell'
        ELSE 'not_met'
    END AS varchar) AS verdict,
    CAST(IF(before_n >= 7, 7e0 * before / NULLIF(before_n, 0)) AS double) AS before_equivalent_min,
    CAST(COALESCE(before_n, 0) AS integer) AS before_n,
    CAST('WHO guidelines on physical activity and sedentary behaviour, 2020' AS varchar) AS citation
FROM compared
