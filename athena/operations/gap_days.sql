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
    days.person,
    days.day,
    collections.collection,
    CASE
        WHEN record_days.day IS NOT NULL THEN 'stored'
        WHEN stg_gaps.gap_state IS NOT NULL THEN stg_gaps.gap_state
        -- A round writes down each day without a daily record; of what comes now and then only what was not nothing.
        WHEN
            collections.collection IN ('vo2_max', 'workout', 'session', 'enhanced_tag', 'tag', 'rest_mode_period')
            AND days.day <= judged.last_day
            THEN 'nothing_recorded'
        ELSE 'not_judged_yet'
    END AS state,
    IF(record_days.day IS NULL, stg_gaps.evidence) AS evidence,
    IF(record_days.day IS NULL, stg_gaps.known_since) AS known_since
FROM days
INNER JOIN collections ON days.person = collections.person
LEFT JOIN record_days
    ON
        days.person = record_days.person
        AND days.day = record_days.day
        AND collections.collection = record_days.collection
LEFT JOIN stg_gaps
    ON days.person = stg_gaps.person AND days.day = stg_gaps.day AND collections.collection = stg_gaps.collection
LEFT JOIN judged ON days.person = judged.person
