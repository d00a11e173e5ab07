-- One row per person, week and signal, gaps included: the 24-hour cosine of the 2 weeks that end with it.
WITH hours AS (
    SELECT person, hour_local, 'met' AS signal, met AS y FROM activity_hours
    UNION ALL
    SELECT person, hour_local, 'heart_rate_bpm' AS signal, heart_rate_bpm AS y FROM heart_rate_hours
),
-- An hour stands for its middle, and counts in its own week and in the next.
terms AS (
    SELECT
        h.person, h.signal, h.y, CAST(h.hour_local AS date) AS day,
        CAST(DATE_ADD('day', u.days, CAST(DATE_TRUNC('week', h.hour_local) AS date)) AS date) AS week,
        COS((HOUR(h.hour_local) + 0.5e0) * PI() / 12e0) AS c, SIN((HOUR(h.hour_local) + 0.5e0) * PI() / 12e0) AS s
    FROM hours AS h
    CROSS JOIN UNNEST(ARRAY[0, 7]) AS u (days)
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
    CAST(w.person AS varchar) AS person,
    CAST(w.week AS date) AS week,
    CAST(u.signal AS varchar) AS signal,
    CAST(COALESCE(f.n, 0) AS integer) AS n,
    CAST(COALESCE(f.n, 0) / 336e0 AS double) AS coverage,
    CAST(COALESCE(f.n_days, 0) AS integer) AS n_days,
    CAST(IF(f.is_enough, 'ok', 'cannot_tell') AS varchar) AS status,
    CAST(IF(f.is_enough, f.mesor) AS double) AS mesor,
    CAST(IF(f.is_enough, f.amplitude) AS double) AS amplitude,
    CAST(IF(f.is_enough, ATAN2(f.g, f.b) * 12e0 / NULLIF(PI(), 0e0) + IF(f.g < 0e0, 24e0, 0e0)) AS double)
        AS acrophase_h,
    CAST(IF(f.is_enough, 1e0 - f.rest / NULLIF(f.yy, 0e0)) AS double) AS r2,
    CAST(IF(f.is_enough, (f.yy - f.rest) * (f.n - 3e0) / NULLIF(2e0 * f.rest, 0e0)) AS double) AS f_statistic,
    CAST(IF(f.is_enough, SQRT(f.unit * (
        f.det + f.c * f.c * f.ss + f.s * f.s * f.cc - 2e0 * f.c * f.s * f.cs
    ))) AS double) AS mesor_se,
    CAST(IF(f.is_enough, SQRT(f.unit * (
        f.b * f.b * f.ss + f.g * f.g * f.cc - 2e0 * f.b * f.g * f.cs
    )) / NULLIF(f.amplitude, 0e0)) AS double) AS amplitude_se,
    CAST(IF(f.is_enough, SQRT(f.unit * (
        f.g * f.g * f.ss + f.b * f.b * f.cc + 2e0 * f.b * f.g * f.cs
    )) * 12e0 / NULLIF(PI() * f.amplitude * f.amplitude, 0e0)) AS double) AS acrophase_se_h
FROM (SELECT DISTINCT person, CAST(DATE_TRUNC('week', day) AS date) AS week FROM calendar) AS w
CROSS JOIN UNNEST(ARRAY['met', 'heart_rate_bpm']) AS u (signal)
LEFT JOIN fitted AS f ON w.person = f.person AND w.week = f.week AND u.signal = f.signal
