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
        loads.person, loads.place + ages.age AS place,
        SUM(loads.load * IF(loads.place = 1, 1e0, 2e0 / 8e0) * POWER(6e0 / 8e0, ages.age)) AS acute,
        SUM(loads.load * IF(loads.place = 1, 1e0, 2e0 / 29e0) * POWER(27e0 / 29e0, ages.age)) AS chronic
    FROM loads
    CROSS JOIN UNNEST(SEQUENCE(0, 250)) AS ages (age)
    WHERE loads.load IS NOT NULL
    GROUP BY loads.person, loads.place + ages.age
)
SELECT
    loads.person,
    loads.day,
    loads.load AS load_met_min,
    loads.place AS n,
    loads.n_28,
    loads.n_28 / 28e0 AS coverage_28,
    IF(loads.place >= 28, weighted.acute) AS acute_met_min,
    IF(loads.place >= 28, weighted.chronic) AS chronic_met_min,
    IF(loads.place >= 28, weighted.acute / NULLIF(weighted.chronic, 0e0)) AS load_change
FROM loads
LEFT JOIN weighted ON loads.person = weighted.person AND loads.place = weighted.place
