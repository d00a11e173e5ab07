-- One row per person and published table that fits age and sex: the person's own value beside that of others.
WITH people AS (
    SELECT person, MAX_BY(age_y, fetched_at) AS age_y, MAX_BY(biological_sex, fetched_at) AS sex
    FROM stg_personal_info
    GROUP BY person
),
recent AS (
    SELECT
        person, day, metric, value, 0 AS n_days, MAX(IF(value IS NOT NULL, day)) OVER (PARTITION BY person) AS last_day
    FROM metric_values
    UNION ALL
    SELECT
        person, day, 'sri' AS metric, sri AS value, n_days,
        MAX(IF(sri_day IS NOT NULL, day)) OVER (PARTITION BY person) AS last_day
    FROM sleep_regularity
),
-- Up to the last day that was measured, since a document may be dated ahead: of VO2 max, which is seldom estimated,
-- 90 days; of regularity, which looks back by itself, the last; else 28.
own AS (
    SELECT person, metric, last_day, IF(metric = 'sri', MAX(n_days), COUNT(value)) AS n, AVG(value) AS value
    FROM recent
    WHERE
        day <= last_day
        AND DATE_DIFF('day', day, last_day) < CASE metric WHEN 'vo2_max_ml_kg_min' THEN 90 WHEN 'sri' THEN 1 ELSE 28 END
    GROUP BY person, metric, last_day
),
placed AS (
    SELECT
        own.person, own.metric, own.last_day, own.n, own.value, people.age_y, published.source_id, published.sex,
        published.statistic, published.percentiles, published.figures,
        published.method, published.population, published.citation, CARDINALITY(published.figures) AS n_figures,
        CARDINALITY(FILTER(published.figures, f -> f <= own.value)) AS place
    FROM own
    INNER JOIN people ON own.person = people.person
    INNER JOIN published_values AS published
        ON
            own.metric = published.metric AND people.age_y BETWEEN published.age_from_y AND published.age_to_y
            AND (
                published.sex = 'any'
                OR published.sex = LOWER(people.sex)
                OR COALESCE(LOWER(people.sex), '') NOT IN ('male', 'female')
            )
    WHERE own.n >= CASE own.metric WHEN 'vo2_max_ml_kg_min' THEN 1 ELSE 14 END
)
SELECT
    person,
    metric,
    source_id,
    sex,
    age_y,
    last_day,
    n,
    IF(metric = 'vo2_max_ml_kg_min', n / 90e0, n / 28e0) AS coverage,
    value,
    statistic,
    figures,
    IF(
        statistic = 'percentile' AND n_figures > 2 AND place BETWEEN 1 AND n_figures - 1,
        ELEMENT_AT(percentiles, GREATEST(1, place))
        + (ELEMENT_AT(percentiles, place + 1) - ELEMENT_AT(percentiles, GREATEST(1, place)))
        * (value - ELEMENT_AT(figures, GREATEST(1, place)))
        / NULLIF(ELEMENT_AT(figures, place + 1) - ELEMENT_AT(figures, GREATEST(1, place)), 0e0)
    ) AS percentile,
    CASE
        WHEN statistic = 'mean' AND value = ELEMENT_AT(figures, 1) THEN 'equal'
        WHEN statistic = 'mean' THEN IF(place = 0, 'below', 'above')
        WHEN place = 0 THEN 'below_all'
        WHEN place = n_figures AND value > ELEMENT_AT(figures, n_figures) THEN 'above_all'
        ELSE 'between'
    END AS position,
    method,
    population,
    citation
FROM placed
