-- One row per workout.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS workout_id,
    CAST(day AS date) AS day,
    CAST(activity AS varchar) AS activity,
    CAST(start_datetime AS timestamp(3)) AS started_at,
    CAST(DATE_ADD('minute', start_datetime_utc_offset_min, start_datetime) AS timestamp(3)) AS started_local,
    CAST(start_datetime_utc_offset_min AS integer) AS utc_offset_min,
    CAST(end_datetime AS timestamp(3)) AS ended_at,
    CAST(DATE_ADD('minute', end_datetime_utc_offset_min, end_datetime) AS timestamp(3)) AS ended_local,
    CAST(DATE_DIFF('second', start_datetime, end_datetime) AS integer) AS duration_s,
    CAST(calories AS double) AS energy_kcal,
    CAST(distance AS double) AS distance_m,
    CAST(intensity AS varchar) AS intensity,
    CAST(label AS varchar) AS label,
    CAST(source AS varchar) AS workout_source,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM workout
WHERE NOT COALESCE(is_deleted, FALSE)
