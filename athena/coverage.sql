-- One row per person and collection that holds anything: how much, from when to when, how many days without.
WITH records AS (
    SELECT person, 'daily_activity' AS collection, TRUE AS is_daily, day FROM stg_daily_activity
    UNION ALL
    SELECT person, 'daily_readiness' AS collection, TRUE AS is_daily, day FROM stg_daily_readiness
    UNION ALL
    SELECT person, 'daily_sleep' AS collection, TRUE AS is_daily, day FROM stg_daily_sleep
    UNION ALL
    SELECT person, 'daily_spo2' AS collection, TRUE AS is_daily, day FROM stg_daily_spo2
    UNION ALL
    SELECT person, 'daily_stress' AS collection, TRUE AS is_daily, day FROM stg_daily_stress
    UNION ALL
    SELECT person, 'daily_resilience' AS collection, TRUE AS is_daily, day FROM stg_daily_resilience
    UNION ALL
    SELECT person, 'daily_cardiovascular_age' AS collection, TRUE AS is_daily, day FROM stg_daily_cardiovascular_age
    UNION ALL
    SELECT person, 'sleep' AS collection, TRUE AS is_daily, day FROM stg_sleep
    UNION ALL
    SELECT person, 'sleep_time' AS collection, TRUE AS is_daily, day FROM stg_sleep_time
    UNION ALL
    SELECT person, 'vo2_max' AS collection, FALSE AS is_daily, day FROM stg_vo2_max
    UNION ALL
    SELECT person, 'workout' AS collection, FALSE AS is_daily, day FROM stg_workout
    UNION ALL
    SELECT person, 'session' AS collection, FALSE AS is_daily, day FROM stg_session
    UNION ALL
    SELECT person, 'enhanced_tag' AS collection, FALSE AS is_daily, day FROM stg_enhanced_tag
    UNION ALL
    SELECT person, 'tag' AS collection, FALSE AS is_daily, day FROM stg_tag
    UNION ALL
    SELECT person, 'rest_mode_period' AS collection, FALSE AS is_daily, day FROM stg_rest_mode_period
    UNION ALL
    SELECT person, 'heartrate' AS collection, TRUE AS is_daily, CAST(sampled_at AS date) AS day FROM stg_heartrate
    UNION ALL
    SELECT person, 'ring_battery_level' AS collection, TRUE AS is_daily, CAST(sampled_at AS date) AS day
    FROM stg_ring_battery_level
    UNION ALL
    SELECT person, 'ring_configuration' AS collection, FALSE AS is_daily, CAST(set_up_at AS date) AS day
    FROM stg_ring_configuration
    UNION ALL
    SELECT person, 'personal_info' AS collection, FALSE AS is_daily, CAST(NULL AS date) AS day FROM stg_personal_info
),
counted AS (
    SELECT
        person, collection, is_daily, COUNT(*) AS n_records, MIN(day) AS first_day, MAX(day) AS last_day,
        COUNT(DISTINCT day) AS n_days
    FROM records
    GROUP BY person, collection, is_daily
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(collection AS varchar) AS collection,
    CAST(n_records AS bigint) AS n_records,
    CAST(first_day AS date) AS first_day,
    CAST(last_day AS date) AS last_day,
    CAST(n_days AS bigint) AS n_days,
    CAST(IF(is_daily, DATE_DIFF('day', first_day, last_day) + 1 - n_days) AS bigint) AS n_days_missing
FROM counted
