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
        weeks.person, weeks.week,
        COUNT(IF(NOT beside.is_free_day, beside.mid_h)) AS n_work,
        COUNT(IF(beside.is_free_day, beside.mid_h)) AS n_free,
        AVG(IF(NOT beside.is_free_day, beside.mid_h)) AS msw, AVG(IF(beside.is_free_day, beside.mid_h)) AS msf,
        AVG(IF(NOT beside.is_free_day, beside.duration_h)) AS sdw,
        AVG(IF(beside.is_free_day, beside.duration_h)) AS sdf,
        AVG(IF(NOT beside.is_free_day, beside.onset_h)) AS sow, AVG(IF(beside.is_free_day, beside.onset_h)) AS sof
    FROM weeks
    INNER JOIN nights_beside AS beside
        ON weeks.person = beside.person AND DATE_DIFF('day', beside.day, weeks.week) BETWEEN -6 AND 49
    GROUP BY weeks.person, weeks.week
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
        corrected.person, corrected.week, COUNT(beside.change_h) AS n_pairs, AVG(ABS(beside.change_h)) AS irregularity,
        AVG(IF(beside.change_h IS NOT NULL, ABS(beside.mid_h - corrected.msfsc))) AS mistiming,
        AVG(SQRT(POWER(beside.mid_h - corrected.msfsc, 2e0) + POWER(beside.change_h, 2e0))) AS cpd
    FROM corrected
    INNER JOIN nights_beside AS beside
        ON corrected.person = beside.person AND DATE_DIFF('day', beside.day, corrected.week) BETWEEN -6 AND 49
    GROUP BY corrected.person, corrected.week
)
SELECT
    corrected.person,
    corrected.week,
    corrected.n_work,
    corrected.n_free,
    (corrected.n_work + corrected.n_free) / 56e0 AS coverage,
    IF(corrected.is_enough, 'ok', 'cannot_tell') AS status,
    IF(corrected.is_enough, corrected.msw - 24e0 * FLOOR(corrected.msw / 24e0)) AS mid_work_h,
    IF(corrected.is_enough, corrected.msf - 24e0 * FLOOR(corrected.msf / 24e0)) AS mid_free_h,
    IF(corrected.is_enough, corrected.sdw) AS duration_work_h,
    IF(corrected.is_enough, corrected.sdf) AS duration_free_h,
    IF(corrected.is_enough, corrected.sd_week) AS duration_week_h,
    IF(corrected.is_enough, corrected.msfsc - 24e0 * FLOOR(corrected.msfsc / 24e0)) AS msfsc_h,
    -- The shorter way round the clock.
    IF(
        corrected.is_enough, corrected.msf - corrected.msw - 24e0 * FLOOR((corrected.msf - corrected.msw + 12e0) / 24e0)
    ) AS social_jetlag_h,
    IF(
        corrected.is_enough, corrected.sof - corrected.sow - 24e0 * FLOOR((corrected.sof - corrected.sow + 12e0) / 24e0)
    ) AS onset_difference_h,
    deviations.n_pairs,
    IF(corrected.is_enough AND deviations.n_pairs >= 10, deviations.cpd) AS cpd_h,
    IF(corrected.is_enough AND deviations.n_pairs >= 10, deviations.mistiming) AS mistiming_h,
    IF(corrected.is_enough AND deviations.n_pairs >= 10, deviations.irregularity) AS irregularity_h
FROM corrected
INNER JOIN deviations ON corrected.person = deviations.person AND corrected.week = deviations.week
