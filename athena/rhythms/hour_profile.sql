-- One row per person, week and hour of the day, gaps included: MET and heart rate of the 2 weeks that end with it.
WITH hours AS (
    SELECT person, hour_local, met, CAST(NULL AS double) AS heart_rate_bpm FROM activity_hours
    UNION ALL
    SELECT person, hour_local, CAST(NULL AS double) AS met, heart_rate_bpm FROM heart_rate_hours
),
-- An hour counts in its own week and in the next.
counted AS (
    SELECT
        hours.person, hours.met, hours.heart_rate_bpm,
        CAST(DATE_ADD('day', later.days, CAST(DATE_TRUNC('week', hours.hour_local) AS date)) AS date) AS week,
        HOUR(hours.hour_local) AS hour_of_day
    FROM hours
    CROSS JOIN UNNEST(ARRAY[0, 7]) AS later (days)
),
means AS (
    SELECT
        person, week, hour_of_day, COUNT(met) AS n_met, AVG(met) AS met, COUNT(heart_rate_bpm) AS n_heart_rate,
        AVG(heart_rate_bpm) AS heart_rate_bpm
    FROM counted
    GROUP BY person, week, hour_of_day
),
weeks AS (
    SELECT person, CAST(DATE_TRUNC('week', day) AS date) AS week
    FROM calendar
    GROUP BY person, CAST(DATE_TRUNC('week', day) AS date)
)
SELECT
    weeks.person,
    weeks.week,
    clock.hour_of_day,
    COALESCE(means.n_met, 0) AS n_met,
    COALESCE(means.n_met, 0) / 14e0 AS coverage_met,
    means.met,
    COALESCE(means.n_heart_rate, 0) AS n_heart_rate,
    COALESCE(means.n_heart_rate, 0) / 14e0 AS coverage_heart_rate,
    means.heart_rate_bpm
FROM weeks
CROSS JOIN UNNEST(SEQUENCE(0, 23)) AS clock (hour_of_day)
LEFT JOIN means ON weeks.person = means.person AND weeks.week = means.week AND clock.hour_of_day = means.hour_of_day
