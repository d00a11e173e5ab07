-- One row per person, collection and day with any record of it; of what has no day one row without.
WITH records AS (
    SELECT person, 'daily_activity' AS collection, day, fetched_at FROM stg_daily_activity
    UNION ALL
    SELECT person, 'daily_readiness' AS collection, day, fetched_at FROM stg_daily_readiness
    UNION ALL
    SELECT person, 'daily_sleep' AS collection, day, fetched_at FROM stg_daily_sleep
    UNION ALL
    SELECT person, 'daily_spo2' AS collection, day, fetched_at FROM stg_daily_spo2
    UNION ALL
    SELECT person, 'daily_stress' AS collection, day, fetched_at FROM stg_daily_stress
    UNION ALL
    SELECT person, 'daily_resilience' AS collection, day, fetched_at FROM stg_daily_resilience
    UNION ALL
    SELECT person, 'daily_cardiovascular_age' AS collection, day, fetched_at FROM stg_daily_cardiovascular_age
    UNION ALL
    SELECT person, 'sleep' AS collection, day, fetched_at FROM stg_sleep
    UNION ALL
    SELECT person, 'sleep_time' AS collection, day, fetched_at FROM stg_sleep_time
    UNION ALL
    SELECT person, 'vo2_max' AS collection, day, fetched_at FROM stg_vo2_max
    UNION ALL
    SELECT person, 'workout' AS collection, day, fetched_at FROM workout WHERE NOT COALESCE(is_deleted, FALSE)
    UNION ALL
    SELECT person, 'session' AS collection, day, fetched_at FROM session WHERE NOT COALESCE(is_deleted, FALSE)
    UNION ALL
    SELECT person, 'enhanced_tag' AS collection, day, fetched_at FROM stg_enhanced_tag
    UNION ALL
    SELECT person, 'tag' AS collection, day, fetched_at FROM stg_tag
    UNION ALL
    SELECT person, 'rest_mode_period' AS collection, day, fetched_at FROM stg_rest_mode_period
    UNION ALL
    SELECT
        person, 'heartrate' AS collection, CAST(sampled_at AS date) AS day,
        CAST(NULL AS timestamp(3)) AS fetched_at
    FROM stg_heartrate
    UNION ALL
    SELECT
        person, 'ring_battery_level' AS collection, CAST(sampled_at AS date) AS day,
        CAST(NULL AS timestamp(3)) AS fetched_at
    FROM stg_ring_battery_level
    UNION ALL
    SELECT
        person, 'ring_configuration' AS collection, CAST(set_up_at AS date) AS day,
        CAST(NULL AS timestamp(3)) AS fetched_at
    FROM stg_ring_configuration
    UNION ALL
    SELECT
        person, 'personal_info' AS collection, CAST(NULL AS date) AS day,
        CAST(NULL AS timestamp(3)) AS fetched_at
    FROM stg_personal_info
)
SELECT
    person,
    collection,
    day,
    COUNT(*) AS n_records,
    MAX(fetched_at) AS last_change_at,
    -- What was there within two days of its day and is dated later was revised, or fetched late.
    SUM(IF(fetched_at IS NOT NULL, IF(DATE_DIFF('day', day, CAST(fetched_at AS date)) > 2, 1, 0))) AS n_late
FROM records
GROUP BY person, collection, day
