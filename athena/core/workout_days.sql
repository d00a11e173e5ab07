-- One row per person and day with a workout: how many, how long, until when, overlapping ones united.
WITH clocked AS (
    SELECT
        person, day, workout_id, started_at, ended_at, duration_s, is_training,
        DATE_DIFF('second', CAST(COALESCE(CAST(started_local AS date), day) AS timestamp(3)), ended_local) AS end_s
    FROM stg_workout
),
ordered AS (
    SELECT
        person, day, started_at, ended_at, duration_s, is_training, end_s,
        MAX(ended_at) OVER (
            PARTITION BY person, day ORDER BY started_at, workout_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS ended_before
    FROM clocked
)
SELECT
    person,
    day,
    COUNT(IF(started_at < ended_before AND duration_s IS NOT NULL, NULL, 1)) AS n_workouts,
    SUM(IF(duration_s IS NOT NULL, GREATEST(0, DATE_DIFF(
        'second', GREATEST(started_at, COALESCE(ended_before, started_at)), ended_at
    )))) / 60e0 AS workout_min,
    MAX(duration_s) / 60e0 AS longest_workout_min,
    FLOOR(MAX(end_s) / 3600e0) AS workout_end_h,
    FLOOR(MAX(IF(is_training, end_s)) / 3600e0) AS training_end_h
FROM ordered
GROUP BY person, day
