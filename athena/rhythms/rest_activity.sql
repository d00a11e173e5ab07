-- One row per person and week, gaps included: the rhythm of rest and activity of the 2 weeks that end with it.
WITH hours AS (
    SELECT
        hourly.person, hourly.hour_local, hourly.met,
        CAST(DATE_ADD('day', later.days, CAST(DATE_TRUNC('week', hourly.hour_local) AS date)) AS date) AS week,
        IF(
            DATE_DIFF(
                'hour',
                LAG(hourly.hour_local) OVER (PARTITION BY hourly.person, later.days ORDER BY hourly.hour_local),
                hourly.hour_local
            )
            = 1,
            hourly.met - LAG(hourly.met) OVER (PARTITION BY hourly.person, later.days ORDER BY hourly.hour_local)
        ) AS change
    FROM activity_hours AS hourly
    CROSS JOIN UNNEST(ARRAY[0, 7]) AS later (days)
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
        profile.person, profile.week, profile.met, profile.hour_of_day, turns.turn,
        AVG(profile.met) OVER (
            PARTITION BY profile.person, profile.week
            ORDER BY turns.turn, profile.hour_of_day ROWS BETWEEN CURRENT ROW AND 4 FOLLOWING
        ) AS mean_5,
        AVG(profile.met) OVER (
            PARTITION BY profile.person, profile.week
            ORDER BY turns.turn, profile.hour_of_day ROWS BETWEEN CURRENT ROW AND 9 FOLLOWING
        ) AS mean_10
    FROM profile
    CROSS JOIN UNNEST(ARRAY[0, 1]) AS turns (turn)
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
    weeks.person,
    weeks.week,
    COALESCE(totals.n, 0) AS n,
    COALESCE(totals.n, 0) / 336e0 AS coverage,
    COALESCE(totals.n_days, 0) AS n_days,
    IF(extremes.n_hours = 24 AND totals.n_days >= 7, 'ok', 'cannot_tell') AS status,
    IF(
        extremes.n_hours = 24 AND totals.n_days >= 7,
        (extremes.variance + POWER(extremes.mean - totals.mean, 2e0)) / NULLIF(totals.variance, 0e0)
    )
        AS interdaily_stability,
    IF(extremes.n_hours = 24 AND totals.n_days >= 7, totals.change_2 / NULLIF(totals.variance, 0e0))
        AS intradaily_variability,
    IF(extremes.n_hours = 24 AND totals.n_days >= 7, extremes.l5) AS l5_met,
    IF(extremes.n_hours = 24 AND totals.n_days >= 7, extremes.l5_start) AS l5_start_h,
    IF(extremes.n_hours = 24 AND totals.n_days >= 7, extremes.m10) AS m10_met,
    IF(extremes.n_hours = 24 AND totals.n_days >= 7, extremes.m10_start) AS m10_start_h,
    IF(
        extremes.n_hours = 24 AND totals.n_days >= 7,
        (extremes.m10 - extremes.l5) / NULLIF(extremes.m10 + extremes.l5, 0e0)
    ) AS relative_amplitude
FROM (SELECT DISTINCT person, CAST(DATE_TRUNC('week', day) AS date) AS week FROM calendar) AS weeks
LEFT JOIN totals ON weeks.person = totals.person AND weeks.week = totals.week
LEFT JOIN extremes ON weeks.person = extremes.person AND weeks.week = extremes.week
