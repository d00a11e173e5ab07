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
    CAST(c.person AS varchar) AS person,
    CAST(c.collection AS varchar) AS collection,
    CAST(c.n_records AS bigint) AS n_records,
    CAST(c.first_day AS date) AS first_day,
    CAST(c.last_day AS date) AS last_day,
    CAST(DATE_DIFF('day', c.last_day, MAX(h.last_day) OVER (PARTITION BY c.person)) AS integer) AS days_behind,
    CAST(f.last_change_at AS timestamp(3)) AS last_change_at,
    CAST(f.n_late AS bigint) AS n_late,
    CAST(h.n_days AS bigint) AS n_days,
    CAST(h.n_missing AS bigint) AS n_missing,
    CAST(1e0 - h.n_missing / NULLIF(CAST(h.n_days AS double), 0e0) AS double) AS coverage,
    CAST(h.n_refused AS bigint) AS n_refused,
    CAST(h.n_unexplained AS bigint) AS n_unexplained
FROM coverage AS c
LEFT JOIN freshness AS f ON c.person = f.person AND c.collection = f.collection
LEFT JOIN holes AS h ON c.person = h.person AND c.collection = h.collection
