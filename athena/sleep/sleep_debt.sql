-- One row per person and calendar day, gaps included: sleep of the last weeks against what the person needs.
WITH people AS (
    SELECT person, MAX_BY(age_y, fetched_at) AS age_y FROM stg_personal_info GROUP BY person
),
trailing AS (
    SELECT
        d.person, d.day, d.sleep_h, COALESCE(p.age_y, 40) AS age_y,
        ARRAY_SORT(FILTER(ARRAY_AGG(
            IF(DAY_OF_WEEK(d.day) >= 6 AND NOT COALESCE(d.is_rest_mode OR d.has_sickness_tag, FALSE), d.sleep_h)
        ) OVER (
            PARTITION BY d.person ORDER BY d.day ROWS BETWEEN 90 PRECEDING AND 1 PRECEDING
        ), v -> v IS NOT NULL)) AS free_nights,
        SUM(d.sleep_h) OVER (PARTITION BY d.person ORDER BY d.day ROWS BETWEEN 13 PRECEDING AND CURRENT ROW) AS sum_14,
        COUNT(d.sleep_h) OVER (PARTITION BY d.person ORDER BY d.day ROWS BETWEEN 13 PRECEDING AND CURRENT ROW) AS n_14,
        AVG(d.sleep_h) OVER (PARTITION BY d.person ORDER BY d.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS mean_28,
        COUNT(d.sleep_h) OVER (PARTITION BY d.person ORDER BY d.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS n_28
    FROM person_day AS d
    LEFT JOIN people AS p ON d.person = p.person
),
-- Nobody knows what a person needs: long free nights make up for short ones. The least that is recommended is taken.
needs AS (
    SELECT
        t.person, t.day, t.sleep_h, t.sum_14, t.n_14, t.mean_28, t.n_28, v.citation,
        COALESCE(CARDINALITY(t.free_nights), 0) AS n_free,
        ELEMENT_AT(v.figures, 1) AS recommended_from, ELEMENT_AT(v.figures, 2) AS recommended_to,
        (
            ELEMENT_AT(t.free_nights, GREATEST(1, CAST(FLOOR((CARDINALITY(t.free_nights) + 1) / 2e0) AS integer)))
            + ELEMENT_AT(t.free_nights, CAST(FLOOR(CARDINALITY(t.free_nights) / 2e0) AS integer) + 1)
        ) / 2e0 AS free_night
    FROM trailing AS t
    LEFT JOIN published_values AS v
        ON v.source_id = 'hirshkowitz_2015' AND t.age_y BETWEEN v.age_from_y AND v.age_to_y
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(sleep_h AS double) AS sleep_h,
    CAST(recommended_from AS double) AS need_h,
    CAST(IF(recommended_from IS NOT NULL, 'recommended_least') AS varchar) AS need_basis,
    CAST(n_free AS integer) AS n_free,
    CAST(IF(n_free >= 12, free_night) AS double) AS free_night_h,
    CAST(n_14 AS integer) AS n_14,
    CAST(n_14 / 14e0 AS double) AS coverage_14,
    CAST(IF(n_14 >= 10, recommended_from * n_14 - sum_14) AS double) AS debt_h,
    CAST(n_28 AS integer) AS n_28,
    CAST(n_28 / 28e0 AS double) AS coverage_28,
    CAST(IF(n_28 >= 14, mean_28) AS double) AS mean_h,
    CAST(recommended_from AS double) AS recommended_from_h,
    CAST(recommended_to AS double) AS recommended_to_h,
    CAST(CASE
        WHEN n_28 < 14 OR recommended_from IS NULL THEN 'cannot_tell'
        WHEN mean_28 < recommended_from THEN 'below'
        WHEN mean_28 > recommended_to THEN 'above'
        ELSE 'within'
    END AS varchar) AS verdict,
    CAST(citation AS varchar) AS citation
FROM needs
