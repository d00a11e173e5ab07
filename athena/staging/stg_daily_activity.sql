-- One row per person and day: the day's activity, from 04:00 to 04:00 local.
WITH recency AS (
    SELECT
        person, id, day, "timestamp" AS instant, timestamp_utc_offset_min, score, steps, active_calories,
        total_calories, target_calories, average_met_minutes, equivalent_walking_distance, target_meters,
        meters_to_target, inactivity_alerts, high_activity_time, medium_activity_time, low_activity_time,
        sedentary_time, resting_time, non_wear_time, high_activity_met_minutes, medium_activity_met_minutes,
        low_activity_met_minutes, sedentary_met_minutes, contributors, class_5_min, met, fetched_at,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY CARDINALITY(FILTER(ARRAY[
                score, steps, active_calories, total_calories, high_activity_time, medium_activity_time,
                low_activity_time, sedentary_time, resting_time, non_wear_time
            ], v -> v IS NOT NULL)) DESC, steps DESC, fetched_at DESC, id ASC
        ) AS place
    FROM daily_activity
    WHERE NOT COALESCE(is_deleted, FALSE)
)
SELECT
    person,
    id AS daily_activity_id,
    day,
    instant AS started_at,
    DATE_ADD('minute', timestamp_utc_offset_min, instant) AS started_local,
    timestamp_utc_offset_min AS utc_offset_min,
    score AS activity_score,
    steps,
    active_calories AS active_kcal,
    total_calories AS total_kcal,
    target_calories AS target_kcal,
    average_met_minutes AS average_met,
    equivalent_walking_distance AS equivalent_walking_distance_m,
    target_meters AS target_m,
    meters_to_target AS to_target_m,
    inactivity_alerts AS n_inactivity_alerts,
    high_activity_time AS high_s,
    medium_activity_time AS medium_s,
    low_activity_time AS low_s,
    sedentary_time AS inactive_s,
    resting_time AS resting_s,
    non_wear_time AS non_wear_s,
    -- Worn enough for its sums: off for 5 hours at most, the limit of every view (and of the analyses: MAX_NON_WEAR_H).
    COALESCE(non_wear_time, 0) <= 18000 AS is_worn,
    -- Over when it was fetched: a running day changes with each minute, so what was not fetched since is a part of it.
    COALESCE(DATE_DIFF('second', instant, fetched_at) >= 86400, TRUE) AS is_complete,
    COALESCE(non_wear_time, 0) <= 18000 AND COALESCE(DATE_DIFF('second', instant, fetched_at) >= 86400, TRUE)
        AS is_whole,
    high_activity_met_minutes AS high_met_min,
    medium_activity_met_minutes AS medium_met_min,
    low_activity_met_minutes AS low_met_min,
    sedentary_met_minutes AS inactive_met_min,
    contributors.meet_daily_targets AS meet_daily_targets_score,
    contributors.move_every_hour AS move_every_hour_score,
    contributors.recovery_time AS recovery_time_score,
    contributors.stay_active AS stay_active_score,
    contributors.training_frequency AS training_frequency_score,
    contributors.training_volume AS training_volume_score,
    class_5_min,
    met."interval" AS met_interval_s,
    met."timestamp" AS met_started_at,
    met.items AS met,
    fetched_at
FROM recency
WHERE place = 1
