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
        o.person,
        o.metric,
        o.last_day,
        o.n,
        o.value,
        p.age_y,
        v.source_id,
        v.sex,
        v.statistic,
        v.percentiles,
        v.figures,
        v.method, v.population, v.citation, CARDINALITY(v.figures) AS n_figures,
        CARDINALITY(FILTER(v.figures, f -> f <= o.value)) AS place
    FROM own AS o
    INNER JOIN people AS p ON o.person = p.person
    INNER JOIN published_values AS v
        ON
            o.metric = v.metric AND p.age_y BETWEEN v.age_from_y AND v.age_to_y
            AND (v.sex = 'any' OR v.sex = LOWER(p.sex) OR COALESCE(LOWER(p.sex), '') NOT IN ('male', 'female'))
    WHERE o.n >= CASE o.metric WHEN 'vo2_max_ml_kg_min' THEN 1 ELSE 14 END
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(metric AS varchar) AS metric,
    CAST(source_id AS varchar) AS source_id,
    CAST(sex AS varchar) AS sex,
    CAST(age_y AS integer) AS age_y,
    CAST(last_day AS date) AS last_day,
    CAST(n AS integer) AS n,
    CAST(IF(metric = 'vo2_max_ml_kg_min', n / 90e0, n / 28e0) AS double) AS coverage,
    CAST(value AS double) AS value,
    CAST(statistic AS varchar) AS statistic,
    CAST(figures AS array(double)) AS figures,
    CAST(IF(
        statistic = 'percentile' AND n_figures > 2 AND place BETWEEN 1 AND n_figures - 1,
        ELEMENT_AT(percentiles, GREATEST(1, place))
        + (ELEMENT_AT(percentiles, place + 1) - ELEMENT_AT(percentiles, GREATEST(1, place)))
        * (value - ELEMENT_AT(figures, GREATEST(1, place)))
        / NULLIF(ELEMENT_AT(figures, place + 1) - ELEMENT_AT(figures, GREATEST(1, place)), 0e0)
    ) AS double) AS percentile,
    CAST(CASE
        WHEN statistic = 'mean' AND value = ELEMENT_AT(figures, 1) THEN 'equal'
        WHEN statistic = 'mean' THEN IF(place = 0, 'below', 'above')
        WHEN place = 0 THEN 'below_all'
        WHEN place = n_figures AND value > ELEMENT_AT(figures, n_figures) THEN 'above_all'
        ELSE 'between'
    END AS varchar) AS position,
    CAST(method AS varchar) AS method,
    CAST(population AS varchar) AS population,
    CAST(citation AS varchar) AS citation
FROM placed
