-- One row per person and metric: the wave of a year that fits all days best, and whether it stands out of noise.
WITH days AS (
    SELECT
        person, metric, day, value AS y, DATE_DIFF('day', DATE '2013-01-01', day) AS t,
        COS(DATE_DIFF('day', DATE '2013-01-01', day) * 2e0 * PI() / 365.25e0) AS c,
        SIN(DATE_DIFF('day', DATE '2013-01-01', day) * 2e0 * PI() / 365.25e0) AS s,
        IF(DATE_DIFF('day', MIN(day) OVER measured, MAX(day) OVER measured) >= 539, 1e0, 0e0) AS has_line
    FROM metric_values WHERE value IS NOT NULL WINDOW measured AS (PARTITION BY person, metric)
),
-- Mean and, from 540 days on, a straight line are taken out of each term: what changed for good is no season.
straight AS (
    SELECT
        person, metric, day, has_line, t - AVG(t) OVER measured AS t, AVG(y) OVER measured AS mean,
        y - AVG(y) OVER measured - has_line * (t - AVG(t) OVER measured) * COVAR_POP(t, y) OVER measured
        / NULLIF(VAR_POP(t) OVER measured, 0e0) AS y,
        c - AVG(c) OVER measured - has_line * (t - AVG(t) OVER measured) * COVAR_POP(t, c) OVER measured
        / NULLIF(VAR_POP(t) OVER measured, 0e0) AS c,
        s - AVG(s) OVER measured - has_line * (t - AVG(t) OVER measured) * COVAR_POP(t, s) OVER measured
        / NULLIF(VAR_POP(t) OVER measured, 0e0) AS s
    FROM days WINDOW measured AS (PARTITION BY person, metric)
),
-- Least squares of what is left on the cosine and the sine.
fitted AS (
    SELECT
        person, metric, day, has_line, t, mean, y, c, s, SUM(c * c) OVER measured AS cc, SUM(s * s) OVER measured AS ss,
        SUM(c * s) OVER measured AS cs, SUM(c * y) OVER measured AS cy, SUM(s * y) OVER measured AS sy,
        (SUM(c * y) OVER measured * SUM(s * s) OVER measured - SUM(s * y) OVER measured * SUM(c * s) OVER measured)
        / NULLIF(SUM(c * c) OVER measured * SUM(s * s) OVER measured - POWER(SUM(c * s) OVER measured, 2), 0e0) AS a,
        (SUM(s * y) OVER measured * SUM(c * c) OVER measured - SUM(c * y) OVER measured * SUM(c * s) OVER measured)
        / NULLIF(SUM(c * c) OVER measured * SUM(s * s) OVER measured - POWER(SUM(c * s) OVER measured, 2), 0e0) AS b
    FROM straight WINDOW measured AS (PARTITION BY person, metric)
),
-- What each day pulls at either term, alone (u, v) and with the 14 days before it, which weigh less the longer ago.
scores AS (
    SELECT
        person, metric, day, has_line, mean, a, b, cc, ss, cs, cy, sy, c * (y - a * c - b * s) AS u,
        s * (y - a * c - b * s) AS v,
        (15e0 - t) * SUM(c * (y - a * c - b * s)) OVER recent + SUM(t * c * (y - a * c - b * s)) OVER recent AS wu,
        (15e0 - t) * SUM(s * (y - a * c - b * s)) OVER recent + SUM(t * s * (y - a * c - b * s)) OVER recent AS wv
    FROM fitted
    WINDOW recent AS (PARTITION BY person, metric ORDER BY day RANGE INTERVAL '14' DAY PRECEDING)
),
waves AS (
    SELECT
        person, metric, has_line, mean, a, b, cc, ss, cs, cy, sy, COUNT(*) AS n,
        MIN(day) AS first_day, MAX(day) AS last_day, COUNT(DISTINCT MONTH(day)) AS n_months,
        SUM(u * (wu / 7.5e0 - u)) AS uu, SUM(v * (wv / 7.5e0 - v)) AS vv, SUM((u * wv + v * wu) / 15e0 - u * v) AS uv
    FROM scores
    GROUP BY person, metric, has_line, mean, a, b, cc, ss, cs, cy, sy
)
SELECT
    person, metric,
    first_day, last_day, n,
    coverage, mean,
    IF(is_enough, SQRT(a * a + b * b)) AS amplitude,
    IF(is_enough, SQRT(GREATEST(0e0, variance))) AS amplitude_se,
    IF(is_enough, 1e0 + ATAN2(b, a) * 365.25e0 / NULLIF(2e0 * PI(), 0e0) + IF(b < 0e0, 365.25e0, 0e0))
        AS peak_day_of_year,
    IF(is_enough AND has_line = 1e0, EXP(-0.5e0 * wald)) AS p_value,
    CASE
        WHEN NOT is_enough THEN 'cannot_tell'
        WHEN has_line = 0e0 THEN 'one_year'
        WHEN EXP(-0.5e0 * wald) < 0.01e0 THEN 'outside_noise'
        ELSE 'within_noise'
    END AS verdict
FROM (
    SELECT
        person, metric, first_day, last_day, n, mean, a, b, has_line,
        n / NULLIF(DATE_DIFF('day', first_day, last_day) + 1e0, 0e0) AS coverage,
        n_months = 12 AND DATE_DIFF('day', first_day, last_day) >= 364
        AND n >= 0.5e0 * DATE_DIFF('day', first_day, last_day) AS is_enough,
        (
            POWER(ss * a - cs * b, 2) * uu + POWER(cc * b - cs * a, 2) * vv
            + 2e0 * (ss * a - cs * b) * (cc * b - cs * a) * uv
        ) / NULLIF((1e0 - (3e0 + has_line) / NULLIF(n, 0)) * POWER(cc * ss - cs * cs, 2) * (a * a + b * b), 0e0)
            AS variance,
        (cy * cy * vv - 2e0 * cy * sy * uv + sy * sy * uu) * (1e0 - (3e0 + has_line) / NULLIF(n, 0))
        / NULLIF(uu * vv - uv * uv, 0e0) AS wald
    FROM waves
) AS judged
