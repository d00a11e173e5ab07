-- One row per person and 5 minutes of which it is known whether the person slept.
WITH known AS (
    SELECT
        s.person, s.bedtime_start_utc_offset_min AS utc_offset_min,
        CAST(FLOOR(DATE_DIFF('minute', TIMESTAMP '2000-01-01 00:00:00', s.bedtime_start_at) / 5e0) AS bigint)
        + u.i - 1 AS epoch,
        IF(SUBSTR(s.sleep_phase_5_min, u.i, 1) = '4', 0, 1) AS asleep
    FROM stg_sleep AS s
    CROSS JOIN UNNEST(SEQUENCE(1, GREATEST(1, LENGTH(s.sleep_phase_5_min)))) AS u (i)
    WHERE
        s.counts_as IS NOT NULL
        AND SUBSTR(s.sleep_phase_5_min, u.i, 1) IN ('1', '2', '3', '4')
    -- Who wears the ring and is not in bed is awake.
    UNION ALL
    SELECT
        a.person, a.utc_offset_min,
        CAST(FLOOR(DATE_DIFF('minute', TIMESTAMP '2000-01-01 00:00:00', a.started_at) / 5e0) AS bigint)
        + u.i - 1 AS epoch,
        0 AS asleep
    FROM stg_daily_activity AS a
    CROSS JOIN UNNEST(SEQUENCE(1, GREATEST(1, LENGTH(a.class_5_min)))) AS u (i)
    WHERE SUBSTR(a.class_5_min, u.i, 1) IN ('1', '2', '3', '4', '5')
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(epoch AS bigint) AS epoch,
    CAST(DATE_ADD('minute', 5 * epoch, TIMESTAMP '2000-01-01 00:00:00') AS timestamp(3)) AS started_at,
    CAST(MAX(utc_offset_min) AS integer) AS utc_offset_min,
    CAST(MAX(asleep) = 1 AS boolean) AS is_asleep
FROM known
WHERE utc_offset_min IS NOT NULL AND epoch IS NOT NULL
GROUP BY person, epoch
