-- One row per person, dated collection and day: stored, or why not.
WITH days AS (
    SELECT person, day FROM calendar
    UNION SELECT person, day FROM stg_gaps
),
collections AS (
    SELECT DISTINCT person, collection FROM record_days WHERE day IS NOT NULL AND collection <> 'ring_configuration'
    UNION SELECT person, collection FROM stg_gaps
),
-- The last day that a round of upkeep found to lack something; one that was filled since was judged too.
judged AS (
    SELECT person, MAX(day) AS last_day
    FROM gaps
    GROUP BY person
)
SELECT
    CAST(d.person AS varchar) AS person,
    CAST(d.day AS date) AS day,
    CAST(c.collection AS varchar) AS collection,
    CAST(CASE
        WHEN r.day IS NOT NULL THEN 'stored'
        WHEN g.gap_state IS NOT NULL THEN g.gap_state
        -- A round writes down each day without a daily record; of what comes now and then only what was not nothing.
        WHEN
            c.collection IN ('vo2_max', 'workout', 'session', 'enhanced_tag', 'tag', 'rest_mode_period')
            AND d.day <= j.last_day
            THEN 'nothing_recorded'
        ELSE 'not_judged_yet'
    END AS varchar) AS state,
    CAST(IF(r.day IS NULL, g.evidence) AS varchar) AS evidence,
    CAST(IF(r.day IS NULL, g.known_since) AS timestamp(3)) AS known_since
FROM days AS d
INNER JOIN collections AS c ON d.person = c.person
LEFT JOIN record_days AS r ON d.person = r.person AND d.day = r.day AND c.collection = r.collection
LEFT JOIN stg_gaps AS g ON d.person = g.person AND d.day = g.day AND c.collection = g.collection
LEFT JOIN judged AS j ON d.person = j.person
