-- One row per person and hour of the local clock with a heart rate.
-- Every offset on earth is whole quarters of an hour.
WITH quarters AS (
    SELECT
        person, CAST(DATE_ADD('minute', quarter_min, hour_at) AS timestamp(3)) AS moment,
        SUM(CAST(heart_rate_bpm AS double)) AS total, MIN(heart_rate_bpm) AS lowest, MAX(heart_rate_bpm) AS highest,
        COUNT(*) AS n, COUNT(IF(heart_rate_source IN ('rest', 'sleep'), 1)) AS n_at_rest
    FROM (
        SELECT
            person, heart_rate_bpm, heart_rate_source, CAST(DATE_TRUNC('hour', sampled_at) AS timestamp(3)) AS hour_at,
            CAST(15 * FLOOR(MINUTE(sampled_at) / 15e0) AS integer) AS quarter_min
        FROM stg_heartrate
        WHERE heart_rate_bpm IS NOT NULL
    ) AS samples
    GROUP BY person, hour_at, quarter_min
),
-- Where a clock was told: at both ends of each sleep, and at the beginning of each activity day.
told AS (
    SELECT person, bedtime_start_at AS moment, bedtime_start_utc_offset_min AS utc_offset_min FROM stg_sleep
    UNION ALL
    SELECT person, bedtime_end_at AS moment, bedtime_end_utc_offset_min AS utc_offset_min FROM stg_sleep
    UNION ALL
    SELECT person, started_at AS moment, utc_offset_min FROM stg_daily_activity
),
-- A quarter comes after what was told at the same moment.
laid AS (
    SELECT
        person, moment, total, lowest, highest, n, n_at_rest,
        LAST_VALUE(utc_offset_min) IGNORE NULLS OVER (
            PARTITION BY person ORDER BY moment ASC, utc_offset_min ASC NULLS LAST ROWS UNBOUNDED PRECEDING
        ) AS utc_offset_min
    FROM (
        SELECT person, moment, total, lowest, highest, n, n_at_rest, CAST(NULL AS integer) AS utc_offset_min
        FROM quarters
        UNION ALL
        SELECT
            person, moment, NULL AS total, NULL AS lowest, NULL AS highest, NULL AS n, NULL AS n_at_rest, utc_offset_min
        FROM told
        WHERE moment IS NOT NULL AND utc_offset_min IS NOT NULL
    ) AS both_in_order
),
hours AS (
    SELECT
        person, total, lowest, highest, n, n_at_rest,
        CAST(DATE_TRUNC('hour', CAST(DATE_ADD('minute', utc_offset_min, moment) AS timestamp(3))) AS timestamp(3))
            AS hour_local
    FROM laid
    WHERE n IS NOT NULL AND utc_offset_min IS NOT NULL
)
SELECT
    person,
    hour_local,
    SUM(total) / NULLIF(CAST(SUM(n) AS double), 0e0) AS heart_rate_bpm,
    MIN(lowest) AS lowest_bpm,
    MAX(highest) AS highest_bpm,
    SUM(n) AS n,
    SUM(n_at_rest) AS n_at_rest
FROM hours
GROUP BY person, hour_local
