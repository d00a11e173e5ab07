-- One row per person and day with any tag: the codes of the day.
WITH tagged AS (
    SELECT
        e.person,
        CAST(d.day AS date) AS day,
        COALESCE(IF(e.tag_type_code = 'custom', e.custom_name), e.tag_type_code, 'text') AS code
    FROM stg_enhanced_tag AS e
    -- A tag that lasts covers each of its days, a year at most: longer ones were left open.
    CROSS JOIN UNNEST(SEQUENCE(
        e.day,
        LEAST(GREATEST(e.end_day, e.day), CAST(DATE_ADD('day', 365, e.day) AS date)),
        INTERVAL '1' DAY
    )) AS d (day)
    UNION ALL
    SELECT o.person, o.day, c.code
    FROM stg_tag AS o
    CROSS JOIN UNNEST(o.tags) AS c (code)
),
codes AS (
    -- A comma would split the code for clients that get a list as text.
    SELECT person, day, LOWER(REPLACE(code, ',', ' ')) AS code
    FROM tagged
    WHERE code IS NOT NULL
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(COUNT(DISTINCT code) AS integer) AS n_tags,
    CAST(ARRAY_SORT(ARRAY_AGG(DISTINCT code)) AS array(varchar)) AS tags,
    CAST(
        BOOL_OR(code LIKE '%alcohol%' AND NOT code LIKE '%no%alcohol%' AND NOT code LIKE '%alcohol%free%') AS boolean
    ) AS has_alcohol_tag
FROM codes
GROUP BY person, day
