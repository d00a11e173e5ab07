-- One row per person and week, gaps included: the rhythm of rest and activity of the 2 weeks that end with it.
WITH hours AS (
    SELECT
        a.person, a.hour_local, a.met,
        CAST(DATE_ADD('day', u.days, CAST(DATE_TRUNC('week', a.hour_local) AS date)) AS date) AS week,
        IF(
            DATE_DIFF(
                'hour', LAG(a.hour_local) OVER (PARTITION BY a.person, u.days ORDER BY a.hour_local), a.hour_local
            )
            = 1,
            a.met - LAG(a.met) OVER (PARTITION BY a.person, u.days ORDER BY a.hour_local)
        ) AS change
    FROM activity_hours AS a
    CROSS JOIN UNNEST(ARRAY[0, 7]) AS u (days)
),
-- The first hour of the two weeks has no hour before it within them.
totals AS (
    SELECT
        person, week, COUNT(*) AS n, COUNT(DISTINCT CAST(hour_local AS date)) AS n_days, AVG(met) AS mean,
        VAR_POP(met) AS variance,
        AVG(IF(DATE_DIFF('hour', CAST(week AS timestamp(3)), hour_local) > -168, change * change)) AS change_2
    FROM hours
    GROUP BY person, week
),
profile AS (
    SELECT person, week, HOUR(hour_local) AS hour_of_day, AVG(met) AS met
    FROM hours
    GROUP BY person, week, HOUR(hour_local)
),
rolled AS (
    SELECT
        p.person, p.week, p.met, p.hour_of_day, u.turn,
        AVG(p.met) OVER (
            PARTITION BY p.person, p.week ORDER BY u.turn, p.hour_of_day ROWS BETWEEN CURRENT ROW AND 4 FOLLOWING
        ) AS mean_5,
        AVG(p.met) OVER (
            PARTITION BY p.person, p.week ORDER BY u.turn, p.hour_of_day ROWS BETWEEN CURRENT ROW AND 9 FOLLOWING
        ) AS mean_10
    FROM profile AS p
    CROSS JOIN UNNEST(ARRAY[0, 1]) AS u (turn)
),
extremes AS (
    SELECT
        person, week, COUNT(*) AS n_hours, VAR_POP(met) AS variance, AVG(met) AS mean,
        MIN(mean_5) AS l5, MAX(mean_10) AS m10,
        ELEMENT_AT(ARRAY_AGG(hour_of_day ORDER BY ROUND(mean_5, 9) ASC, hour_of_day ASC), 1) AS l5_start,
        ELEMENT_AT(ARRAY_AGG(hour_of_day ORDER BY ROUND(mean_10, 9) DESC, hour_of_day ASC), 1) AS m10_start
    FROM rolled
    WHERE turn = 0
    GROUP BY person, week
)
SELECT
    CAST(w.person AS varchar) AS person,
    CAST(w.week AS date) AS week,
    CAST(COALESCE(t.n, 0) AS integer) AS n,
    CAST(COALESCE(t.n, 0) / 336e0 AS double) AS coverage,
    CAST(COALESCE(t.n_days, 0) AS integer) AS n_days,
    CAST(IF(e.n_hours = 24 AND t.n_days >= 7, 'ok', 'cannot_tell') AS varchar) AS status,
    CAST(
        IF(e.n_hours = 24 AND t.n_days >= 7, (e.variance + POWER(e.mean - t.mean, 2e0)) / NULLIF(t.variance, 0e0))
        AS double
    ) AS interdaily_stability,
    CAST(IF(e.n_hours = 24 AND t.n_days >= 7, t.change_2 / NULLIF(t.variance, 0e0)) AS double)
        AS intradaily_variability,
    CAST(IF(e.n_hours = 24 AND t.n_days >= 7, e.l5) AS double) AS l5_met,
    CAST(IF(e.n_hours = 24 AND t.n_days >= 7, e.l5_start) AS integer) AS l5_start_h,
    CAST(IF(e.n_hours = 24 AND t.n_days >= 7, e.m10) AS double) AS m10_met,
    CAST(IF(e.n_hours = 24 AND t.n_days >= 7, e.m10_start) AS integer) AS m10_start_h,
    CAST(IF(e.n_hours = 24 AND t.n_days >= 7, (e.m10 - e.l5) / NULLIF(e.m10 + e.l5, 0e0)) AS double)
        AS relative_amplitude
FROM (SELECT DISTINCT person, CAST(DATE_TRUNC('week', day) AS date) AS week FROM calendar) AS w
LEFT JOIN totals AS t ON w.person = t.person AND w.week = t.week
LEFT JOIN extremes AS e ON w.person = e.person AND w.week = e.week
