-- One row per person and calendar day, from the first to the last day of any document, gaps included.
WITH documents AS (
    SELECT person, day FROM stg_daily_activity
    UNION ALL SELECT person, day FROM stg_daily_readiness
    UNION ALL SELECT person, day FROM stg_daily_sleep
    UNION ALL SELECT person, day FROM stg_daily_spo2
    UNION ALL SELECT person, day FROM stg_daily_stress
    UNION ALL SELECT person, day FROM stg_daily_resilience
    UNION ALL SELECT person, day FROM stg_daily_cardiovascular_age
    UNION ALL SELECT person, day FROM stg_vo2_max
    UNION ALL SELECT person, day FROM stg_sleep
    UNION ALL SELECT person, day FROM stg_sleep_time
    UNION ALL SELECT person, day FROM stg_workout
    UNION ALL SELECT person, day FROM stg_session
    UNION ALL SELECT person, day FROM stg_enhanced_tag
    UNION ALL SELECT person, day FROM stg_tag
    UNION ALL SELECT person, day FROM stg_rest_mode_period
),
-- Oura was founded in 2013: an earlier day is a mistake. SEQUENCE takes 10,000 items at most.
spans AS (
    SELECT person, MIN(day) AS first_day, MAX(day) AS last_day
    FROM documents
    WHERE day BETWEEN DATE '2013-01-01' AND DATE '2040-01-01'
    GROUP BY person
)
SELECT
    CAST(s.person AS varchar) AS person,
    CAST(d.day AS date) AS day
FROM spans AS s
CROSS JOIN UNNEST(SEQUENCE(s.first_day, s.last_day, INTERVAL '1' DAY)) AS d (day)
