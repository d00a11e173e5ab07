-- One row per person and calendar day, gaps included: load weighted by its age, over about 7 and about 28 days.
WITH loads AS (
    SELECT
        person, day, CAST(met_min AS double) AS load,
        COUNT(met_min) OVER (PARTITION BY person ORDER BY day ROWS UNBOUNDED PRECEDING) AS place,
        COUNT(met_min) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS n_28
    FROM person_day
),
-- Each load is given on to the next 250: what is older weighs less than 2 in 100 million.
weighted AS (
    SELECT
        l.person, l.place + u.age AS place,
        SUM(l.load * IF(l.place = 1, 1e0, 2e0 / 8e0) * POWER(6e0 / 8e0, u.age)) AS acute,
        SUM(l.load * IF(l.place = 1, 1e0, 2e0 / 29e0) * POWER(27e0 / 29e0, u.age)) AS chronic
    FROM loads AS l
    CROSS JOIN UNNEST(SEQUENCE(0, 250)) AS u (age)
    WHERE l.load IS NOT NULL
    GROUP BY l.person, l.place + u.age
)
SELECT
    CAST(l.person AS varchar) AS person,
    CAST(l.day AS date) AS day,
    CAST(l.load AS double) AS load_met_min,
    CAST(l.place AS integer) AS n,
    CAST(l.n_28 AS integer) AS n_28,
    CAST(l.n_28 / 28e0 AS double) AS coverage_28,
    CAST(IF(l.place >= 28, w.acute) AS double) AS acute_met_min,
    CAST(IF(l.place >= 28, w.chronic) AS double) AS chronic_met_min,
    CAST(IF(l.place >= 28, w.acute / NULLIF(w.chronic, 0e0)) AS double) AS load_change
FROM loads AS l
LEFT JOIN weighted AS w ON l.person = w.person AND l.place = w.place
