-- One row per person and week, gaps included: chronotype and social jetlag of the 8 weeks that end with it.
-- Each night is laid into the 8 weeks that it counts in, so that sleep_clock is read once.
WITH nights_beside AS (
    SELECT
        person, onset_h, mid_h, duration_h, is_free_day, CAST(DATE_TRUNC('week', day) AS date) AS own_week,
        -- The night before counts for the change from night to night, only if it was the night before.
        mid_h - LAG(mid_h) OVER (PARTITION BY person ORDER BY day) AS change_h,
        MAX(CAST(DATE_TRUNC('week', day) AS date)) OVER (PARTITION BY person) AS last_week
    FROM sleep_clock
),
laid AS (
    SELECT
        nights_beside.person, nights_beside.onset_h, nights_beside.mid_h, nights_beside.duration_h,
        nights_beside.is_free_day, nights_beside.change_h,
        CAST(DATE_ADD('day', later.days, nights_beside.own_week) AS date) AS week
    FROM nights_beside
    CROSS JOIN UNNEST(ARRAY[0, 7, 14, 21, 28, 35, 42, 49]) AS later (days)
    WHERE DATE_DIFF('day', nights_beside.own_week, nights_beside.last_week) >= later.days
),
means AS (
    SELECT
        person, week, mid_h, change_h, COUNT(IF(NOT is_free_day, mid_h)) OVER weeks AS n_work,
        COUNT(IF(is_free_day, mid_h)) OVER weeks AS n_free,
        AVG(IF(NOT is_free_day, mid_h)) OVER weeks AS msw, AVG(IF(is_free_day, mid_h)) OVER weeks AS msf,
        AVG(IF(NOT is_free_day, duration_h)) OVER weeks AS sdw, AVG(IF(is_free_day, duration_h)) OVER weeks AS sdf,
        AVG(IF(NOT is_free_day, onset_h)) OVER weeks AS sow, AVG(IF(is_free_day, onset_h)) OVER weeks AS sof
    FROM laid
    WINDOW weeks AS (PARTITION BY person, week)
),
corrected AS (
    SELECT
        person, week, mid_h, change_h, n_work, n_free, msw, msf, sdw, sdf, sow, sof,
        (5e0 * sdw + 2e0 * sdf) / 7e0 AS sd_week,
        IF(sdf > sdw, msf - (sdf - (5e0 * sdw + 2e0 * sdf) / 7e0) / 2e0, msf) AS msfsc,
        n_work >= 12 AND n_free >= 8 AS is_enough
    FROM means
),
deviations AS (
    SELECT
        person, week, n_work, n_free, msw, msf, sdw, sdf, sow, sof, sd_week, msfsc, is_enough,
        COUNT(change_h) AS n_pairs, AVG(ABS(change_h)) AS irregularity,
        AVG(IF(change_h IS NOT NULL, ABS(mid_h - msfsc))) AS mistiming,
        AVG(SQRT(POWER(mid_h - msfsc, 2e0) + POWER(change_h, 2e0))) AS cpd
    FROM corrected
    GROUP BY person, week, n_work, n_free, msw, msf, sdw, sdf, sow, sof, sd_week, msfsc, is_enough
)
SELECT
    person,
    week,
    n_work,
    n_free,
    (n_work + n_free) / 56e0 AS coverage,
    IF(is_enough, 'ok', 'cannot_tell') AS status,
    IF(is_enough, msw - 24e0 * FLOOR(msw / 24e0)) AS mid_work_h,
    IF(is_enough, msf - 24e0 * FLOOR(msf / 24e0)) AS mid_free_h,
    IF(is_enough, sdw) AS duration_work_h,
    IF(is_enough, sdf) AS duration_free_h,
    IF(is_enough, sd_week) AS duration_week_h,
    IF(is_enough, msfsc - 24e0 * FLOOR(msfsc / 24e0)) AS msfsc_h,
    -- The shorter way round the clock.
    IF(
        is_enough, msf - msw - 24e0 * FLOOR((msf - msw + 12e0) / 24e0)
    ) AS social_jetlag_h,
    IF(
        is_enough, sof - sow - 24e0 * FLOOR((sof - sow + 12e0) / 24e0)
    ) AS onset_difference_h,
    n_pairs,
    IF(is_enough AND n_pairs >= 10, cpd) AS cpd_h,
    IF(is_enough AND n_pairs >= 10, mistiming) AS mistiming_h,
    IF(is_enough AND n_pairs >= 10, irregularity) AS irregularity_h
FROM deviations
