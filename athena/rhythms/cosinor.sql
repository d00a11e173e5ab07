-- One row per person, week and signal, gaps included: the 24-hour cosine of the 2 weeks that end with it.
WITH hours AS (
    SELECT person, hour_local, 'met' AS signal, met AS y FROM activity_hours
    UNION ALL
    SELECT person, hour_local, 'heart_rate_bpm' AS signal, heart_rate_bpm AS y FROM heart_rate_hours
),
-- An hour stands for its middle, and counts in its own week and in the next.
terms AS (
    SELECT
        hours.person, hours.signal, hours.y, CAST(hours.hour_local AS date) AS day,
        CAST(DATE_ADD('day', later.days, CAST(DATE_TRUNC('week', hours.hour_local) AS date)) AS date) AS week,
        COS((HOUR(hours.hour_local) + 0.5e0) * PI() / 12e0) AS c,
        SIN((HOUR(hours.hour_local) + 0.5e0) * PI() / 12e0) AS s
    FROM hours
    CROSS JOIN UNNEST(ARRAY[0, 7]) AS later (days)
),
sums AS (
    SELECT
        person, signal, week, COUNT(*) AS n, COUNT(DISTINCT day) AS n_days, AVG(y) AS y, AVG(c) AS c, AVG(s) AS s,
        VAR_POP(y) AS yy, VAR_POP(c) AS cc, VAR_POP(s) AS ss, COVAR_POP(c, s) AS cs, COVAR_POP(c, y) AS cy,
        COVAR_POP(s, y) AS sy, VAR_POP(c) * VAR_POP(s) - COVAR_POP(c, s) * COVAR_POP(c, s) AS det
    FROM terms
    GROUP BY person, signal, week
),
-- Least squares of y on the cosine and the sine; fewer than 7 days or a day half unseen say nothing.
solved AS (
    SELECT
        person, signal, week, n, n_days, y, c, s, yy, cc, ss, cs,
        n_days >= 7 AND n >= 126 AND det > 0.01e0 AS is_enough, NULLIF(det, 0e0) AS det,
        (cy * ss - sy * cs) / NULLIF(det, 0e0) AS b, (sy * cc - cy * cs) / NULLIF(det, 0e0) AS g,
        yy - (cy * (cy * ss - sy * cs) + sy * (sy * cc - cy * cs)) / NULLIF(det, 0e0) AS rest
    FROM sums
),
fitted AS (
    SELECT
        person, signal, week, n, n_days, b, g, yy, rest, cc, ss,
        cs,
        c,
        s,
        det,
        is_enough,
        y - b * c - g * s AS mesor,
        SQRT(b * b + g * g) AS amplitude,
        GREATEST(0e0, rest) / NULLIF((n - 3e0) * det, 0e0) AS unit
    FROM solved
)
SELECT
    weeks.person,
    weeks.week,
    signals.signal,
    COALESCE(fit.n, 0) AS n,
    COALESCE(fit.n, 0) / 336e0 AS coverage,
    COALESCE(fit.n_days, 0) AS n_days,
    IF(fit.is_enough, 'ok', 'cannot_tell') AS status,
    IF(fit.is_enough, fit.mesor) AS mesor,
    IF(fit.is_enough, fit.amplitude) AS amplitude,
    IF(fit.is_enough, ATAN2(fit.g, fit.b) * 12e0 / NULLIF(PI(), 0e0) + IF(fit.g < 0e0, 24e0, 0e0)) AS acrophase_h,
    IF(fit.is_enough, 1e0 - fit.rest / NULLIF(fit.yy, 0e0)) AS r2,
    IF(fit.is_enough, (fit.yy - fit.rest) * (fit.n - 3e0) / NULLIF(2e0 * fit.rest, 0e0)) AS f_statistic,
    IF(fit.is_enough, SQRT(fit.unit * (
        fit.det + fit.c * fit.c * fit.ss + fit.s * fit.s * fit.cc - 2e0 * fit.c * fit.s * fit.cs
    ))) AS mesor_se,
    IF(fit.is_enough, SQRT(fit.unit * (
        fit.b * fit.b * fit.ss + fit.g * fit.g * fit.cc - 2e0 * fit.b * fit.g * fit.cs
    )) / NULLIF(fit.amplitude, 0e0)) AS amplitude_se,
    IF(fit.is_enough, SQRT(fit.unit * (
        fit.g * fit.g * fit.ss + fit.b * fit.b * fit.cc + 2e0 * fit.b * fit.g * fit.cs
    )) * 12e0 / NULLIF(PI() * fit.amplitude * fit.amplitude, 0e0)) AS acrophase_se_h
FROM (SELECT DISTINCT person, CAST(DATE_TRUNC('week', day) AS date) AS week FROM calendar) AS weeks
CROSS JOIN UNNEST(ARRAY['met', 'heart_rate_bpm']) AS signals (signal)
LEFT JOIN fitted AS fit ON weeks.person = fit.person AND weeks.week = fit.week AND signals.signal = fit.signal
