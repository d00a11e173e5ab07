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
    CAST(d.person AS varchar) AS person,
    CAST(d.id AS varchar) AS daily_activity_id,
    CAST(d.day AS date) AS day,
    CAST(d.instant AS timestamp(3)) AS started_at,
    CAST(DATE_ADD('minute', d.timestamp_utc_offset_min, d.instant) AS timestamp(3)) AS started_local,
    CAST(d.timestamp_utc_offset_min AS integer) AS utc_offset_min,
    CAST(d.score AS integer) AS activity_score,
    CAST(d.steps AS integer) AS steps,
    CAST(d.active_calories AS integer) AS active_kcal,
    CAST(d.total_calories AS integer) AS total_kcal,
    CAST(d.target_calories AS integer) AS target_kcal,
    CAST(d.average_met_minutes AS double) AS average_met,
    CAST(d.equivalent_walking_distance AS integer) AS equivalent_walking_distance_m,
    CAST(d.target_meters AS integer) AS target_m,
    CAST(d.meters_to_target AS integer) AS to_target_m,
    CAST(d.inactivity_alerts AS integer) AS n_inactivity_alerts,
    CAST(d.high_activity_time AS integer) AS high_s,
    CAST(d.medium_activity_time AS integer) AS medium_s,
    CAST(d.low_activity_time AS integer) AS low_s,
    CAST(d.sedentary_time AS integer) AS inactive_s,
    CAST(d.resting_time AS integer) AS resting_s,
    CAST(d.non_wear_time AS integer) AS non_wear_s,
    -- Worn enough for its sums: off for 5 hours at most, the limit of every view (and of the analyses: MAX_NON_WEAR_H).
    CAST(COALESCE(d.non_wear_time, 0) <= 18000 AS boolean) AS is_worn,
    -- Over when it was fetched: a running day changes with each minute, so what was not fetched since is a part of it.
    CAST(COALESCE(DATE_DIFF('second', d.instant, d.fetched_at) >= 86400, TRUE) AS boolean) AS is_complete,
    CAST(
        COALESCE(d.non_wear_time, 0) <= 18000 AND COALESCE(DATE_DIFF('second', d.instant, d.fetched_at) >= 86400, TRUE)
        AS boolean
    ) AS is_whole,
    CAST(d.high_activity_met_minutes AS integer) AS high_met_min,
    CAST(d.medium_activity_met_minutes AS integer) AS medium_met_min,
    CAST(d.low_activity_met_minutes AS integer) AS low_met_min,
    CAST(d.sedentary_met_minutes AS integer) AS inactive_met_min,
    CAST(d.contributors.meet_daily_targets AS integer) AS meet_daily_targets_score,
    CAST(d.contributors.move_every_hour AS integer) AS move_every_hour_score,
    CAST(d.contributors.recovery_time AS integer) AS recovery_time_score,
    CAST(d.contributors.stay_active AS integer) AS stay_active_score,
    CAST(d.contributors.training_frequency AS integer) AS training_frequency_score,
    CAST(d.contributors.training_volume AS integer) AS training_volume_score,
    CAST(d.class_5_min AS varchar) AS class_5_min,
    CAST(d.met."interval" AS double) AS met_interval_s,
    CAST(d.met."timestamp" AS timestamp(3)) AS met_started_at,
    CAST(d.met.items AS array(double)) AS met,
    CAST(d.fetched_at AS timestamp(3)) AS fetched_at
FROM recency AS d
WHERE d.place = 1
