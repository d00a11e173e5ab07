-- One row per person, week and hour of the day, gaps included: MET and heart rate of the 2 weeks that end with it.
WITH hours AS (
    SELECT person, hour_local, met, CAST(NULL AS double) AS heart_rate_bpm FROM activity_hours
    UNION ALL
    SELECT person, hour_local, CAST(NULL AS double) AS met, heart_rate_bpm FROM heart_rate_hours
),
-- An hour counts in its own week and in the next.
counted AS (
    SELECT
        h.person,
        h.met,
        h.heart_rate_bpm,
        CAST(DATE_ADD('day', u.days, CAST(DATE_TRUNC('week', h.hour_local) AS date)) AS date) AS week,
        HOUR(h.hour_local) AS hour_of_day
    FROM hours AS h
    CROSS JOIN UNNEST(ARRAY[0, 7]) AS u (days)
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
    CAST(w.person AS varchar) AS person,
    CAST(w.week AS date) AS week,
    CAST(u.hour_of_day AS integer) AS hour_of_day,
    CAST(COALESCE(m.n_met, 0) AS integer) AS n_met,
    CAST(COALESCE(m.n_met, 0) / 14e0 AS double) AS coverage_met,
    CAST(m.met AS double) AS met,
    CAST(COALESCE(m.n_heart_rate, 0) AS integer) AS n_heart_rate,
    CAST(COALESCE(m.n_heart_rate, 0) / 14e0 AS double) AS coverage_heart_rate,
    CAST(m.heart_rate_bpm AS double) AS heart_rate_bpm
FROM weeks AS w
CROSS JOIN UNNEST(SEQUENCE(0, 23)) AS u (hour_of_day)
LEFT JOIN means AS m ON w.person = m.person AND w.week = m.week AND u.hour_of_day = m.hour_of_day
