-- One row per person, dated collection and day: stored, or why not.
-- Records, gaps and the days that each collection should have are gathered, so that record_days is read once.
WITH days AS (
    SELECT person, day FROM person_day
    UNION SELECT person, day FROM stg_gaps
),
told AS (
    SELECT
        days.person, days.day, named.collection, 1 AS is_day, CAST(NULL AS integer) AS is_known,
        CAST(NULL AS integer) AS is_stored, CAST(NULL AS date) AS judged_day, CAST(NULL AS varchar) AS gap_state,
        CAST(NULL AS varchar) AS evidence, CAST(NULL AS timestamp(3)) AS known_since
    FROM days
    CROSS JOIN
        UNNEST(ARRAY[
            'daily_activity', 'daily_readiness', 'daily_sleep', 'daily_spo2', 'daily_stress', 'daily_resilience',
            'daily_cardiovascular_age', 'sleep', 'sleep_time', 'vo2_max', 'workout', 'session', 'enhanced_tag', 'tag',
            'rest_mode_period', 'heartrate', 'ring_battery_level'
        ]) AS named (collection)
    UNION ALL
    SELECT
        person, day, collection, NULL AS is_day, 1 AS is_known, 1 AS is_stored, NULL AS judged_day, NULL AS gap_state,
        NULL AS evidence, NULL AS known_since
    FROM record_days
    WHERE day IS NOT NULL
    UNION ALL
    -- A gap that was filled since was judged too.
    SELECT
        person, day, collection, NULL AS is_day, IF(NOT COALESCE(is_deleted, FALSE), 1) AS is_known, NULL AS is_stored,
        day AS judged_day, IF(NOT COALESCE(is_deleted, FALSE), state) AS gap_state,
        IF(NOT COALESCE(is_deleted, FALSE), evidence) AS evidence,
        IF(NOT COALESCE(is_deleted, FALSE), fetched_at) AS known_since
    FROM gaps
),
gathered AS (
    SELECT
        person, day, collection, MAX(is_day) AS is_day, MAX(is_stored) AS is_stored, MAX(gap_state) AS gap_state,
        MAX(evidence) AS evidence, MAX(known_since) AS known_since,
        -- The person has the collection, or was asked for it.
        MAX(MAX(is_known)) OVER (PARTITION BY person, collection) AS is_of_person,
        -- The last day that a round of upkeep found to lack something.
        MAX(MAX(judged_day)) OVER (PARTITION BY person) AS judged_until
    FROM told
    GROUP BY person, day, collection
)
SELECT
    person,
    day,
    collection,
    CASE
        WHEN is_stored = 1 THEN 'stored'
        WHEN gap_state IS NOT NULL THEN gap_state
        -- A round writes down each day without a daily record; of what comes now and then only what was not nothing.
        WHEN
            collection IN ('vo2_max', 'workout', 'session', 'enhanced_tag', 'tag', 'rest_mode_period')
            AND day <= judged_until
            THEN 'nothing_recorded'
        ELSE 'not_judged_yet'
    END AS state,
    IF(is_stored IS NULL, evidence) AS evidence,
    IF(is_stored IS NULL, known_since) AS known_since
FROM gathered
WHERE is_day = 1 AND is_of_person = 1
