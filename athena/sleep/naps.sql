-- One row per person and calendar day, gaps included: the naps of the day and of its last 28.
WITH firsts AS (
    SELECT p.person, p.day, MIN(s.bedtime_start_local) AS first_local, MAX(s.asleep_s) AS longest_s
    FROM sleep_periods AS p
    INNER JOIN stg_sleep AS s ON p.person = s.person AND p.sleep_id = s.sleep_id
    WHERE NOT p.is_of_night
    GROUP BY p.person, p.day
),
days AS (
    SELECT
        c.person, c.day, n.n_naps, f.first_local, f.longest_s, IF(n.n_naps = 0, 0e0, n.nap_h) AS nap_h
    FROM calendar AS c
    LEFT JOIN nights AS n ON c.person = n.person AND c.day = n.day
    LEFT JOIN firsts AS f ON c.person = f.person AND c.day = f.day
),
trailing AS (
    SELECT
        person, day, n_naps, nap_h, first_local, longest_s,
        COUNT(n_naps) OVER month AS n,
        COUNT(IF(n_naps > 0, 1)) OVER month AS n_nap_days,
        AVG(nap_h) OVER month AS mean_h
    FROM days
    WINDOW month AS (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(n_naps AS integer) AS n_naps,
    CAST(nap_h AS double) AS nap_h,
    CAST(longest_s / 60e0 AS double) AS longest_nap_min,
    CAST(first_local AS timestamp(3)) AS first_nap_local,
    CAST(n AS integer) AS n,
    CAST(n / 28e0 AS double) AS coverage,
    CAST(n_nap_days AS integer) AS n_nap_days,
    CAST(IF(n >= 7, mean_h) AS double) AS mean_nap_h
FROM trailing
