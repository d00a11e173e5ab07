-- One row per person and day with any tag: the codes of the day.
WITH spans AS (
    -- A tag that lasts covers each of its days, 14 at most like an open rest mode: a longer one was left open.
    SELECT
        person,
        day AS first_day,
        LEAST(GREATEST(end_day, day), CAST(DATE_ADD('day', 13, day) AS date)) AS last_day,
        COALESCE(IF(tag_type_code = 'custom', custom_name), tag_type_code, 'text') AS code
    FROM stg_enhanced_tag
),
tagged AS (
    SELECT spans.person, CAST(days.day AS date) AS day, spans.code
    FROM spans
    CROSS JOIN UNNEST(SEQUENCE(spans.first_day, spans.last_day, INTERVAL '1' DAY)) AS days (day)
    UNION ALL
    SELECT stg_tag.person, stg_tag.day, listed.code
    FROM stg_tag
    CROSS JOIN UNNEST(IF(CARDINALITY(stg_tag.tags) > 0, stg_tag.tags, ARRAY['text'])) AS listed (code)
),
codes AS (
    -- A comma would split the code for clients that get a list as text.
    SELECT person, day, LOWER(REPLACE(code, ',', ' ')) AS code
    FROM tagged
    WHERE code IS NOT NULL
)
SELECT
    person,
    day,
    COUNT(DISTINCT code) AS n_tags,
    ARRAY_SORT(ARRAY_AGG(DISTINCT code)) AS tags,
    BOOL_OR(code LIKE '%alcohol%' AND NOT code LIKE '%no%alcohol%' AND NOT code LIKE '%alcohol%free%')
        AS has_alcohol_tag,
    BOOL_OR(
        REGEXP_LIKE(code, '(^|[^a-z])(sick|sickness|ill|illness|unwell|flu|influenza|fever|covid|infection)([^a-z]|$)')
        AND NOT REGEXP_LIKE(
            code, '(^|[^a-z])(no|not|never|hay|sea|car|motion|shot|jab|vaccin[a-z]*|booster|test|negative)([^a-z]|$)'
        )
        -- A cold shower is none.
        OR REGEXP_LIKE(code, '^(tag_[a-z]+_)?(a |common |head |chest |bad )*cold$')
    ) AS has_sickness_tag
FROM codes
GROUP BY person, day
