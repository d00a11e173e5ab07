-- One row per person and calendar day, from the first to the last day of any document, gaps included.
-- The tables themselves: nothing that the staging views add decides on a day, and it would be worked out for each use.
WITH documents AS (
    SELECT person, day, is_deleted FROM daily_activity
    UNION ALL SELECT person, day, is_deleted FROM daily_readiness
    UNION ALL SELECT person, day, is_deleted FROM daily_sleep
    UNION ALL SELECT person, day, is_deleted FROM daily_spo2
    UNION ALL SELECT person, day, is_deleted FROM daily_stress
    UNION ALL SELECT person, day, is_deleted FROM daily_resilience
    UNION ALL SELECT person, day, is_deleted FROM daily_cardiovascular_age
    UNION ALL SELECT person, day, is_deleted FROM vo2_max
    UNION ALL SELECT person, day, is_deleted FROM sleep
    UNION ALL SELECT person, day, is_deleted FROM sleep_time
    UNION ALL SELECT person, day, is_deleted FROM workout
    UNION ALL SELECT person, day, is_deleted FROM session
    UNION ALL SELECT person, start_day AS day, is_deleted FROM enhanced_tag
    UNION ALL SELECT person, day, is_deleted FROM tag
    UNION ALL SELECT person, start_day AS day, is_deleted FROM rest_mode_period
),
-- Oura was founded in 2013: an earlier day is a mistake. SEQUENCE takes 10,000 items at most.
spans AS (
    SELECT person, MIN(day) AS first_day, MAX(day) AS last_day
    FROM documents
    WHERE NOT COALESCE(is_deleted, FALSE) AND day BETWEEN DATE '2013-01-01' AND DATE '2040-01-01'
    GROUP BY person
)
SELECT
    spans.person,
    days.day
FROM spans
CROSS JOIN UNNEST(SEQUENCE(spans.first_day, spans.last_day, INTERVAL '1' DAY)) AS days (day)
