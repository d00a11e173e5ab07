-- One row per person and week, gaps included: chronotype and social jetlag of the 8 weeks that end with it.
WITH weeks AS (
    SELECT person, CAST(DATE_TRUNC('week', day) AS date) AS week
    FROM sleep_clock
    GROUP BY person, CAST(DATE_TRUNC('week', day) AS date)
),
-- The night before counts for the change from night to night, only if it was the night before.
nights_beside AS (
    SELECT
        person, day, onset_h, mid_h, duration_h, is_free_day,
        mid_h - LAG(mid_h) OVER (PARTITION BY person ORDER BY day) AS change_h
    FROM sleep_clock
),
means AS (
    SELECT
        w.person, w.week,
        COUNT(IF(NOT n.is_free_day, n.mid_h)) AS n_work, COUNT(IF(n.is_free_day, n.mid_h)) AS n_free,
        AVG(IF(NOT n.is_free_day, n.mid_h)) AS msw, AVG(IF(n.is_free_day, n.mid_h)) AS msf,
        AVG(IF(NOT n.is_free_day, n.duration_h)) AS sdw, AVG(IF(n.is_free_day, n.duration_h)) AS sdf,
        AVG(IF(NOT n.is_free_day, n.onset_h)) AS sow, AVG(IF(n.is_free_day, n.onset_h)) AS sof
    FROM weeks AS w
    INNER JOIN nights_beside AS n
        ON w.person = n.person AND DATE_DIFF('day', n.day, w.week) BETWEEN -6 AND 49
    GROUP BY w.person, w.week
),
corrected AS (
    SELECT
        person, week, n_work, n_free, msw, msf, sdw, sdf, sow, sof, (5e0 * sdw + 2e0 * sdf) / 7e0 AS sd_week,
        IF(sdf > sdw, msf - (sdf - (5e0 * sdw + 2e0 * sdf) / 7e0) / 2e0, msf) AS msfsc,
        n_work >= 12 AND n_free >= 8 AS is_enough
    FROM means
),
deviations AS (
    SELECT
        c.person, c.week, COUNT(n.change_h) AS n_pairs, AVG(ABS(n.change_h)) AS irregularity,
        AVG(IF(n.change_h IS NOT NULL, ABS(n.mid_h - c.msfsc))) AS mistiming,
        AVG(SQRT(POWER(n.mid_h - c.msfsc, 2e0) + POWER(n.change_h, 2e0))) AS cpd
    FROM corrected AS c
    INNER JOIN nights_beside AS n
        ON c.person = n.person AND DATE_DIFF('day', n.day, c.week) BETWEEN -6 AND 49
    GROUP BY c.person, c.week
)
SELECT
    CAST(c.person AS varchar) AS person,
    CAST(c.week AS date) AS week,
    CAST(c.n_work AS integer) AS n_work,
    CAST(c.n_free AS integer) AS n_free,
    CAST((c.n_work + c.n_free) / 56e0 AS double) AS coverage,
    CAST(IF(c.is_enough, 'ok', 'cannot_tell') AS varchar) AS status,
    CAST(IF(c.is_enough, c.msw - 24e0 * FLOOR(c.msw / 24e0)) AS double) AS mid_work_h,
    CAST(IF(c.is_enough, c.msf - 24e0 * FLOOR(c.msf / 24e0)) AS double) AS mid_free_h,
    CAST(IF(c.is_enough, c.sdw) AS double) AS duration_work_h,
    CAST(IF(c.is_enough, c.sdf) AS double) AS duration_free_h,
    CAST(IF(c.is_enough, c.sd_week) AS double) AS duration_week_h,
    CAST(IF(c.is_enough, c.msfsc - 24e0 * FLOOR(c.msfsc / 24e0)) AS double) AS msfsc_h,
    -- The shorter way round the clock.
    CAST(IF(c.is_enough, c.msf - c.msw - 24e0 * FLOOR((c.msf - c.msw + 12e0) / 24e0)) AS double) AS social_jetlag_h,
    CAST(IF(c.is_enough, c.sof - c.sow - 24e0 * FLOOR((c.sof - c.sow + 12e0) / 24e0)) AS double) AS onset_difference_h,
    CAST(d.n_pairs AS integer) AS n_pairs,
    CAST(IF(c.is_enough AND d.n_pairs >= 10, d.cpd) AS double) AS cpd_h,
    CAST(IF(c.is_enough AND d.n_pairs >= 10, d.mistiming) AS double) AS mistiming_h,
    CAST(IF(c.is_enough AND d.n_pairs >= 10, d.irregularity) AS double) AS irregularity_h
FROM corrected AS c
INNER JOIN deviations AS d ON c.person = d.person AND c.week = d.week
