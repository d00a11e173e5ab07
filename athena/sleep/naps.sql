-- One row per person and calendar day, gaps included: the naps of the day and of its last 28.
WITH firsts AS (
    SELECT periods.person, periods.day, MIN(sleep.bedtime_start_local) AS first_local, MAX(sleep.asleep_s) AS longest_s
    FROM sleep_periods AS periods
    INNER JOIN stg_sleep AS sleep ON periods.person = sleep.person AND periods.sleep_id = sleep.sleep_id
    WHERE NOT periods.is_of_night
    GROUP BY periods.person, periods.day
),
days AS (
    SELECT
        calendar.person, calendar.day, nights.n_naps, firsts.first_local, firsts.longest_s,
        IF(nights.n_naps = 0, 0e0, nights.nap_h) AS nap_h
    FROM calendar
    LEFT JOIN nights ON calendar.person = nights.person AND calendar.day = nights.day
    LEFT JOIN firsts ON calendar.person = firsts.person AND calendar.day = firsts.day
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
    person,
    day,
    n_naps,
    nap_h,
    longest_s / 60e0 AS longest_nap_min,
    first_local AS first_nap_local,
    n,
    n / 28e0 AS coverage,
    n_nap_days,
    IF(n >= 7, mean_h) AS mean_nap_h
FROM trailing
