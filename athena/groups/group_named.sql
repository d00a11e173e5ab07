-- One row per audience, week, metric and person who shows it: the week against the person's own past.
WITH weeks AS (
    SELECT
        person, metric, CAST(DATE_TRUNC('week', day) AS date) AS week, COUNT(value) AS n, AVG(value) AS mean,
        COUNT(z) AS n_z, AVG(z) AS z
    FROM trend_baselines
    GROUP BY person, metric, CAST(DATE_TRUNC('week', day) AS date)
)
SELECT
    CAST(c.audience AS varchar) AS audience,
    CAST(w.week AS date) AS week,
    CAST(w.metric AS varchar) AS metric,
    CAST(w.person AS varchar) AS person,
    CAST(w.n AS integer) AS n,
    CAST(w.n / 7e0 AS double) AS coverage,
    CAST(w.mean AS double) AS mean,
    CAST(w.n_z AS integer) AS n_z,
    CAST(IF(w.n_z >= 4, w.z) AS double) AS z_mean
FROM weeks AS w
INNER JOIN stg_consents AS c ON w.person = c.person AND w.metric = c.metric AND c.mode = 'named' AND c.is_given
