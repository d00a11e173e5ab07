-- One row per person and 5 minutes of which it is known whether the person slept.
WITH known AS (
    SELECT
        sleep.person, sleep.bedtime_start_utc_offset_min AS utc_offset_min,
        CAST(FLOOR(DATE_DIFF('minute', TIMESTAMP '2000-01-01 00:00:00', sleep.bedtime_start_at) / 5e0) AS bigint)
        + positions.i - 1 AS epoch,
        IF(SUBSTR(sleep.sleep_phase_5_min, positions.i, 1) = '4', 0, 1) AS asleep
    FROM stg_sleep AS sleep
    CROSS JOIN UNNEST(SEQUENCE(1, GREATEST(1, LENGTH(sleep.sleep_phase_5_min)))) AS positions (i)
    WHERE
        sleep.counts_as IS NOT NULL
        AND SUBSTR(sleep.sleep_phase_5_min, positions.i, 1) IN ('1', '2', '3', '4')
    -- Who wears the ring and is not in bed is awake.
    UNION ALL
    SELECT
        activity.person, activity.utc_offset_min,
        CAST(FLOOR(DATE_DIFF('minute', TIMESTAMP '2000-01-01 00:00:00', activity.started_at) / 5e0) AS bigint)
        + positions.i - 1 AS epoch,
        0 AS asleep
    FROM stg_daily_activity AS activity
    CROSS JOIN UNNEST(SEQUENCE(1, GREATEST(1, LENGTH(activity.class_5_min)))) AS positions (i)
    WHERE SUBSTR(activity.class_5_min, positions.i, 1) IN ('1', '2', '3', '4', '5')
)
SELECT
    person,
    epoch,
    DATE_ADD('minute', 5 * epoch, TIMESTAMP '2000-01-01 00:00:00') AS started_at,
    MAX(utc_offset_min) AS utc_offset_min,
    MAX(asleep) = 1 AS is_asleep
FROM known
WHERE utc_offset_min IS NOT NULL AND epoch IS NOT NULL
GROUP BY person, epoch
