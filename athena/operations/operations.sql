-- One row per person and collection that holds anything: how much, how fresh, what is missing and why.
WITH fetched AS (
    SELECT person, 'daily_activity' AS collection, fetched_at, day FROM stg_daily_activity
    UNION ALL SELECT person, 'daily_readiness' AS collection, fetched_at, day FROM stg_daily_readiness
    UNION ALL SELECT person, 'daily_sleep' AS collection, fetched_at, day FROM stg_daily_sleep
    UNION ALL SELECT person, 'daily_spo2' AS collection, fetched_at, day FROM stg_daily_spo2
    UNION ALL SELECT person, 'daily_stress' AS collection, fetched_at, day FROM stg_daily_stress
    UNION ALL SELECT person, 'daily_resilience' AS collection, fetched_at, day FROM stg_daily_resilience
    UNION ALL
    SELECT person, 'daily_cardiovascular_age' AS collection, fetched_at, day FROM stg_daily_cardiovascular_age
    UNION ALL SELECT person, 'vo2_max' AS collection, fetched_at, day FROM stg_vo2_max
    UNION ALL SELECT person, 'sleep' AS collection, fetched_at, day FROM stg_sleep
    UNION ALL SELECT person, 'sleep_time' AS collection, fetched_at, day FROM stg_sleep_time
    UNION ALL SELECT person, 'workout' AS collection, fetched_at, day FROM workout WHERE NOT COALESCE(is_deleted, FALSE)
    UNION ALL SELECT person, 'session' AS collection, fetched_at, day FROM session WHERE NOT COALESCE(is_deleted, FALSE)
    UNION ALL SELECT person, 'enhanced_tag' AS collection, fetched_at, day FROM stg_enhanced_tag
    UNION ALL SELECT person, 'tag' AS collection, fetched_at, day FROM stg_tag
    UNION ALL SELECT person, 'rest_mode_period' AS collection, fetched_at, day FROM stg_rest_mode_period
),
-- What was there within two days of its day and is dated later was revised, or fetched late.
freshness AS (
    SELECT
        person, collection, MAX(fetched_at) AS last_change_at,
        COUNT(IF(DATE_DIFF('day', day, CAST(fetched_at AS date)) > 2, 1)) AS n_late
    FROM fetched
    GROUP BY person, collection
),
holes AS (
    SELECT
        person, collection, COUNT(IF(state <> 'stored', 1)) AS n_missing, COUNT(*) AS n_days,
        COUNT(IF(state IN ('api_error', 'scope_not_granted', 'membership_lapsed'), 1)) AS n_refused,
        COUNT(IF(state IN ('nothing_recorded', 'not_judged_yet'), 1)) AS n_unexplained, MAX(day) AS last_day
    FROM gap_days
    GROUP BY person, collection
)
SELECT
    coverage.person,
    coverage.collection,
    coverage.n_records,
    coverage.first_day,
    coverage.last_day,
    DATE_DIFF('day', coverage.last_day, MAX(holes.last_day) OVER (PARTITION BY coverage.person)) AS days_behind,
    freshness.last_change_at,
    freshness.n_late,
    holes.n_days,
    holes.n_missing,
    1e0 - holes.n_missing / NULLIF(CAST(holes.n_days AS double), 0e0) AS coverage,
    holes.n_refused,
    holes.n_unexplained
FROM coverage
LEFT JOIN freshness ON coverage.person = freshness.person AND coverage.collection = freshness.collection
LEFT JOIN holes ON coverage.person = holes.person AND coverage.collection = holes.collection
