-- One row per session: a moment of breathing, meditation or rest.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS session_id,
    CAST(day AS date) AS day,
    CAST(type AS varchar) AS session_type,
    CAST(start_datetime AS timestamp(3)) AS started_at,
    CAST(DATE_ADD('minute', start_datetime_utc_offset_min, start_datetime) AS timestamp(3)) AS started_local,
    CAST(start_datetime_utc_offset_min AS integer) AS utc_offset_min,
    CAST(end_datetime AS timestamp(3)) AS ended_at,
    CAST(DATE_ADD('minute', end_datetime_utc_offset_min, end_datetime) AS timestamp(3)) AS ended_local,
    CAST(DATE_DIFF('second', start_datetime, end_datetime) AS integer) AS duration_s,
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
FROM session
WHERE NOT COALESCE(is_deleted, FALSE)
