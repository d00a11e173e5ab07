-- One row per person and calendar day, gaps included: sleep of the last weeks against what the person needs.
WITH people AS (
    SELECT person, MAX_BY(age_y, fetched_at) AS age_y FROM stg_personal_info GROUP BY person
),
trailing AS (
    SELECT
        days.person, days.day, days.sleep_h, COALESCE(people.age_y, 40) AS age_y,
        ARRAY_SORT(FILTER(ARRAY_AGG(
            IF(
                DAY_OF_WEEK(days.day) >= 6 AND NOT COALESCE(days.is_rest_mode OR days.has_sickness_tag, FALSE),
                days.sleep_h
            )
        ) OVER (
            PARTITION BY days.person ORDER BY days.day ROWS BETWEEN 90 PRECEDING AND 1 PRECEDING
        ), v -> v IS NOT NULL)) AS free_nights,
        SUM(days.sleep_h) OVER fortnight AS sum_14,
        COUNT(days.sleep_h) OVER fortnight AS n_14,
        AVG(days.sleep_h) OVER month AS mean_28,
        COUNT(days.sleep_h) OVER month AS n_28
    FROM person_day AS days
    LEFT JOIN people ON days.person = people.person
    WINDOW
        fortnight AS (PARTITION BY days.person ORDER BY days.day ROWS BETWEEN 13 PRECEDING AND CURRENT ROW),
        month AS (PARTITION BY days.person ORDER BY days.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
),
-- Nobody knows what a person needs: long free nights make up for short ones. The least that is recommended is taken.
needs AS (
    SELECT
        trailing.person, trailing.day, trailing.sleep_h, trailing.sum_14, trailing.n_14, trailing.mean_28,
        trailing.n_28, published.citation,
        COALESCE(CARDINALITY(trailing.free_nights), 0) AS n_free,
        ELEMENT_AT(published.figures, 1) AS recommended_from, ELEMENT_AT(published.figures, 2) AS recommended_to,
        (
            ELEMENT_AT(
                trailing.free_nights, GREATEST(1, CAST(FLOOR((CARDINALITY(trailing.free_nights) + 1) / 2e0) AS integer))
            )
            + ELEMENT_AT(trailing.free_nights, CAST(FLOOR(CARDINALITY(trailing.free_nights) / 2e0) AS integer) + 1)
        ) / 2e0 AS free_night
    FROM trailing
    LEFT JOIN published_values AS published
        ON
            published.source_id = 'hirshkowitz_2015'
            AND trailing.age_y BETWEEN published.age_from_y AND published.age_to_y
)
SELECT
    person,
    day,
    sleep_h,
    recommended_from AS need_h,
    IF(recommended_from IS NOT NULL, 'recommended_least') AS need_basis,
    n_free,
    IF(n_free >= 12, free_night) AS free_night_h,
    n_14,
    n_14 / 14e0 AS coverage_14,
    IF(n_14 >= 10, recommended_from * n_14 - sum_14) AS debt_h,
    n_28,
    n_28 / 28e0 AS coverage_28,
    IF(n_28 >= 14, mean_28) AS mean_h,
    recommended_from AS recommended_from_h,
    recommended_to AS recommended_to_h,
    CASE
        WHEN n_28 < 14 OR recommended_from IS NULL THEN 'cannot_tell'
        WHEN mean_28 < recommended_from THEN 'below'
        WHEN mean_28 > recommended_to THEN 'above'
        ELSE 'within'
    END AS verdict,
    citation
FROM needs
