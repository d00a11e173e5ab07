-- One row per workout.
-- The account's own clock of the day decides where a record has another one; without it, an offset that is not +00:00.
WITH clocked AS (
    SELECT
        workout.person, workout.id, workout.day, workout.activity, workout.start_datetime, workout.end_datetime,
        workout.calories, workout.distance, workout.intensity,
        workout.label, workout."source" AS workout_source, workout.fetched_at,
        COALESCE(
            IF(
                CONTAINS(clock.offsets_min, workout.start_datetime_utc_offset_min),
                workout.start_datetime_utc_offset_min, clock.utc_offset_min
            ),
            NULLIF(workout.start_datetime_utc_offset_min, 0), NULLIF(workout.end_datetime_utc_offset_min, 0),
            workout.start_datetime_utc_offset_min, workout.end_datetime_utc_offset_min
        ) AS start_offset_min,
        COALESCE(
            IF(
                CONTAINS(clock.offsets_min, workout.end_datetime_utc_offset_min),
                workout.end_datetime_utc_offset_min, clock.utc_offset_min
            ),
            NULLIF(workout.end_datetime_utc_offset_min, 0), NULLIF(workout.start_datetime_utc_offset_min, 0),
            workout.end_datetime_utc_offset_min, workout.start_datetime_utc_offset_min
        ) AS end_offset_min
    FROM workout
    LEFT JOIN day_clock AS clock ON workout.person = clock.person AND workout.day = clock.day
    WHERE NOT COALESCE(workout.is_deleted, FALSE)
)
SELECT
    person,
    id AS workout_id,
    day,
    activity,
    start_datetime AS started_at,
    DATE_ADD('minute', start_offset_min, start_datetime) AS started_local,
    start_offset_min AS utc_offset_min,
    end_datetime AS ended_at,
    -- An end before its start is no end that anything can be counted to.
    -- Where two clocks turn the order, the start's counts.
    DATE_ADD(
        'minute',
        CASE
            WHEN
                CAST(DATE_ADD('minute', end_offset_min, end_datetime) AS timestamp(3))
                < CAST(DATE_ADD('minute', start_offset_min, start_datetime) AS timestamp(3))
                THEN IF(end_datetime >= start_datetime, start_offset_min)
            WHEN end_datetime >= start_datetime THEN end_offset_min
        END,
        end_datetime
    ) AS ended_local,
    IF(end_datetime >= start_datetime, DATE_DIFF('second', start_datetime, end_datetime)) AS duration_s,
    calories AS energy_kcal,
    distance AS distance_m,
    intensity,
    -- Walks are told of every day; what has no intensity, or a new one, is a training unless it is a walk.
    CASE
        WHEN intensity = 'easy' THEN FALSE
        WHEN activity = 'walking' THEN COALESCE(intensity = 'hard', FALSE)
        ELSE TRUE
    END AS is_training,
    label,
    workout_source,
    fetched_at
FROM clocked
