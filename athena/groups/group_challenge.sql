-- One row per audience, week, goal and person who takes part: who met the own goal on the most of the worn days?
WITH weeks AS (
    SELECT
        person, metric, CAST(DATE_TRUNC('week', day) AS date) AS week, COUNT(is_met) AS n,
        COUNT(IF(is_met, 1)) AS n_met, MAX(streak_days) AS streak
    FROM goals
    GROUP BY person, metric, CAST(DATE_TRUNC('week', day) AS date)
),
shares AS (
    SELECT
        consents.audience, weeks.person, weeks.metric, weeks.week, weeks.n, weeks.n_met, weeks.streak,
        weeks.n >= 4 AS is_ranked,
        weeks.n_met / NULLIF(CAST(weeks.n AS double), 0e0) AS attained
    FROM weeks
    INNER JOIN stg_consents AS consents
        ON
            weeks.person = consents.person
            AND consents.metric = 'goals'
            AND consents.mode = 'named'
            AND consents.is_given
),
ranked AS (
    SELECT
        audience, person, metric, week, n, n_met, streak, is_ranked, attained,
        RANK() OVER (PARTITION BY audience, metric, week, is_ranked ORDER BY attained DESC) AS place,
        COUNT(*) OVER (PARTITION BY audience, metric, week, is_ranked) AS n_ranked
    FROM shares
)
SELECT
    audience,
    week,
    metric,
    person,
    n,
    n / 7e0 AS coverage,
    n_met,
    attained,
    streak AS best_streak_days,
    IF(is_ranked AND n_ranked >= 2, place) AS place,
    IF(is_ranked, n_ranked, 0) AS n_ranked
FROM ranked
