-- One row per audience, week, metric and person who shows it: the week against the person's own past.
WITH weeks AS (
    SELECT
        person, metric, CAST(DATE_TRUNC('week', day) AS date) AS week, COUNT(value) AS n, AVG(value) AS mean,
        COUNT(z) AS n_z, AVG(z) AS z
    FROM trend_baselines
    GROUP BY person, metric, CAST(DATE_TRUNC('week', day) AS date)
)
SELECT
    consents.audience,
    weeks.week,
    weeks.metric,
    weeks.person,
    weeks.n,
    weeks.n / 7e0 AS coverage,
    weeks.mean,
    weeks.n_z,
    IF(weeks.n_z >= 4, weeks.z) AS z_mean
FROM weeks
INNER JOIN stg_consents AS consents
    ON
        weeks.person = consents.person
        AND weeks.metric = consents.metric
        AND consents.mode = 'named'
        AND consents.is_given
