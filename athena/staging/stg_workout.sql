-- One row per workout.
-- The account's own clock of the day decides where a record has another one; without it, an offset that is not +00:00.
WITH clocked AS (
    SELECT
        r.person, r.id, r.day, r.activity, r.start_datetime, r.end_datetime, r.calories, r.distance, r.intensity,
        r.label, r."source" AS workout_source, r.fetched_at,
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
    FROM workout AS r
    LEFT JOIN day_clock AS k ON r.person = k.person AND r.day = k.day
    WHERE NOT COALESCE(r.is_deleted, FALSE)
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS workout_id,
    CAST(day AS date) AS day,
    CAST(activity AS varchar) AS activity,
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
    CAST(calories AS double) AS energy_kcal,
    CAST(distance AS double) AS distance_m,
    CAST(intensity AS varchar) AS intensity,
    -- Walks are told of every day; what has no intensity, or a new one, is a training unless it is a walk.
    CAST(CASE
        WHEN intensity = 'easy' THEN FALSE
        WHEN activity = 'walking' THEN COALESCE(intensity = 'hard', FALSE)
        ELSE TRUE
    END AS boolean) AS is_training,
    CAST(label AS varchar) AS label,
    CAST(workout_source AS varchar) AS workout_source,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM clocked
