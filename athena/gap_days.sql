-- One row per person, dated collection and day: stored, or why not.
WITH days AS (
    SELECT person, day FROM calendar
    UNION SELECT person, day FROM stg_gaps
),
collections AS (
    SELECT DISTINCT person, collection FROM record_days WHERE day IS NOT NULL AND collection <> 'ring_configuration'
    UNION SELECT person, collection FROM stg_gaps
)
SELECT
    CAST(d.person AS varchar) AS person,
    CAST(d.day AS date) AS day,
    CAST(c.collection AS varchar) AS collection,
    CAST(IF(r.day IS NOT NULL, 'stored', COALESCE(g.gap_state, 'nothing_recorded')) AS varchar) AS state,
    CAST(IF(r.day IS NULL, g.evidence) AS varchar) AS evidence,
    CAST(IF(r.day IS NULL, g.known_since) AS timestamp(3)) AS known_since
FROM days AS d
INNER JOIN collections AS c ON d.person = c.person
LEFT JOIN record_days AS r ON d.person = r.person AND d.day = r.day AND c.collection = r.collection
LEFT JOIN stg_gaps AS g ON d.person = g.person AND d.day = g.day AND c.collection = g.collection
