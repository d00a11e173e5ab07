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
        c.audience, w.person, w.metric, w.week, w.n, w.n_met, w.streak, w.n >= 4 AS is_ranked,
        w.n_met / NULLIF(CAST(w.n AS double), 0e0) AS attained
    FROM weeks AS w
    INNER JOIN stg_consents AS c ON w.person = c.person AND c.metric = 'goals' AND c.mode = 'named' AND c.is_given
),
ranked AS (
    SELECT
        audience, person, metric, week, n, n_met, streak, is_ranked, attained,
        RANK() OVER (PARTITION BY audience, metric, week, is_ranked ORDER BY attained DESC) AS place,
        COUNT(*) OVER (PARTITION BY audience, metric, week, is_ranked) AS n_ranked
    FROM shares
)
SELECT
    CAST(audience AS varchar) AS audience,
    CAST(week AS date) AS week,
    CAST(metric AS varchar) AS metric,
    CAST(person AS varchar) AS person,
    CAST(n AS integer) AS n,
    CAST(n / 7e0 AS double) AS coverage,
    CAST(n_met AS integer) AS n_met,
    CAST(attained AS double) AS attained,
    CAST(streak AS integer) AS best_streak_days,
    CAST(IF(is_ranked AND n_ranked >= 2, place) AS integer) AS place,
    CAST(IF(is_ranked, n_ranked, 0) AS integer) AS n_ranked
FROM ranked
