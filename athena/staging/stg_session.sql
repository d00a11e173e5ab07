-- One row per session: a moment of breathing, meditation or rest.
-- The account's own clock of the day decides where a record has another one; without it, an offset that is not +00:00.
WITH clocked AS (
    SELECT
        r.person, r.id, r.day, r.type, r.start_datetime, r.end_datetime, r.mood, r.heart_rate,
        r.heart_rate_variability, r.motion_count, r.fetched_at,
        COALESCE(
            IF(
                CONTAINS(k.offsets_min, r.start_datetime_utc_offset_min),
                r.start_datetime_utc_offset_min,
                k.utc_offset_min
            ),
            NULLIF(r.start_datetime_utc_offset_min, 0), NULLIF(r.end_datetime_utc_offset_min, 0),
            r.start_datetime_utc_offset_min, r.end_datetime_utc_offset_min
        ) AS start_offset_min,
        COALESCE(
            IF(
                CONTAINS(k.offsets_min, r.end_datetime_utc_offset_min), r.end_datetime_utc_offset_min, k.utc_offset_min
            ),
            NULLIF(r.end_datetime_utc_offset_min, 0), NULLIF(r.start_datetime_utc_offset_min, 0),
            r.end_datetime_utc_offset_min, r.start_datetime_utc_offset_min
        ) AS end_offset_min
    FROM session AS r
    LEFT JOIN day_clock AS k ON r.person = k.person AND r.day = k.day
    WHERE NOT COALESCE(r.is_deleted, FALSE)
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS session_id,
    CAST(day AS date) AS day,
    CAST(type AS varchar) AS session_type,
    CAST(start_datetime AS timestamp(3)) AS started_at,
    CAST(DATE_ADD('minute', start_offset_min, start_datetime) AS timestamp(3)) AS started_local,
    CAST(start_offset_min AS integer) AS utc_offset_min,
    CAST(end_datetime AS timestamp(3)) AS ended_at,
    -- An end before its start is no end that anything can be counted to.
    -- Where two clocks turn the order, the start's counts.
    CAST(DATE_ADD(
        'minute',
        CASE
            WHEN
                CAST(DATE_ADD('minute', end_offset_min, end_datetime) AS timestamp(3))
                < CAST(DATE_ADD('minute', start_offset_min, start_datetime) AS timestamp(3))
                THEN IF(end_datetime >= start_datetime, start_offset_min)
            WHEN end_datetime >= start_datetime THEN end_offset_min
        END,
        end_datetime
    ) AS timestamp(3)) AS ended_local,
    CAST(IF(end_datetime >= start_datetime, DATE_DIFF('second', start_datetime, end_datetime)) AS integer)
        AS duration_s,
    CAST(mood AS varchar) AS mood,
    CAST(heart_rate."interval" AS double) AS heart_rate_interval_s,
    CAST(heart_rate."timestamp" AS timestamp(3)) AS heart_rate_started_at,
    CAST(TRANSFORM(heart_rate.items, v -> NULLIF(v, 0e0)) AS array(double)) AS heart_rate_bpm,
    CAST(heart_rate_variability."interval" AS double) AS hrv_interval_s,
    CAST(heart_rate_variability."timestamp" AS timestamp(3)) AS hrv_started_at,
    CAST(TRANSFORM(heart_rate_variability.items, v -> NULLIF(v, 0e0)) AS array(double)) AS hrv_rmssd_samples_ms,
    CAST(motion_count."interval" AS double) AS motion_interval_s,
    CAST(motion_count."timestamp" AS timestamp(3)) AS motion_started_at,
    CAST(motion_count.items AS array(double)) AS motion_count,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM clocked
