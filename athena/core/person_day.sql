-- One row per person and calendar day, gaps included: every signal an analysis needs.
WITH days AS (
    SELECT calendar.person, calendar.day, COUNT(rest.rest_mode_period_id) > 0 AS is_rest_mode
    FROM calendar
    LEFT JOIN stg_rest_mode_period AS rest
        ON calendar.person = rest.person AND calendar.day BETWEEN rest.day AND rest.last_day
    GROUP BY calendar.person, calendar.day
),
sessions AS (
    SELECT person, day, COUNT(*) AS n FROM session WHERE NOT COALESCE(is_deleted, FALSE) GROUP BY person, day
),
rings AS (SELECT DISTINCT person, CAST(set_up_at AS date) AS day FROM stg_ring_configuration)
SELECT
    days.person, days.day,
    nights.sleep_h, nights.asleep_h,
    nights.deep_h, nights.rem_h, nights.light_h,
    nights.awake_h,
    nights.time_in_bed_h,
    nights.efficiency_pct,
    nights.latency_min,
    nights.bedtime_start_local,
    nights.bedtime_end_local,
    nights.utc_offset_min,
    COALESCE(nights.n_sleeps, 0) AS n_sleeps,
    nights.resting_heart_rate_bpm,
    nights.average_heart_rate_bpm,
    nights.hrv_rmssd_ms,
    nights.respiratory_rate_bpm,
    daily_sleep.sleep_score,
    readiness.readiness_score,
    IF(activity.is_complete, activity.activity_score) AS activity_score,
    readiness.temperature_deviation_c,
    readiness.temperature_trend_deviation_c,
    IF(activity.is_whole, activity.steps) AS steps,
    IF(activity.is_whole, activity.active_kcal) AS active_kcal,
    IF(activity.is_whole, activity.total_kcal) AS total_kcal,
    IF(activity.is_whole, activity.inactive_s) / 3600e0 AS inactive_h,
    IF(activity.is_whole, activity.resting_s) / 3600e0 AS resting_h,
    activity.non_wear_s / 3600e0 AS non_wear_h,
    IF(activity.is_whole, activity.medium_met_min + activity.high_met_min) AS met_min,
    spo2.spo2_pct,
    spo2.breathing_disturbance_index,
    IF(COALESCE(activity.is_complete, TRUE), stress.stress_high_s / 60e0) AS stress_high_min,
    IF(COALESCE(activity.is_complete, TRUE), stress.recovery_high_s / 60e0) AS recovery_high_min,
    IF(COALESCE(activity.is_complete, TRUE), stress.day_summary) AS day_summary,
    resilience.resilience_level,
    vascular.vascular_age_y,
    vascular.pulse_wave_velocity_m_s,
    vo2.vo2_max_ml_kg_min,
    -- Where the ring was not worn, or the day was not over, nobody knows that there was no workout.
    COALESCE(workout_days.n_workouts, IF(activity.is_whole, 0)) AS n_workouts,
    COALESCE(workout_days.workout_min, IF(activity.is_whole, 0e0)) AS workout_min,
    workout_days.workout_end_h,
    workout_days.longest_workout_min,
    workout_days.training_end_h,
    COALESCE(sessions.n, 0) AS n_sessions,
    COALESCE(tag_days.n_tags, 0) AS n_tags,
    tag_days.tags,
    COALESCE(tag_days.has_alcohol_tag, FALSE) AS has_alcohol_tag,
    COALESCE(tag_days.has_sickness_tag, FALSE) AS has_sickness_tag,
    days.is_rest_mode,
    nights.sleep_algorithm_version,
    nights.has_low_battery,
    rings.day IS NOT NULL AS is_new_ring,
    ring_evidence.last_battery_pct
FROM days
LEFT JOIN nights ON days.person = nights.person AND days.day = nights.day
LEFT JOIN stg_daily_sleep AS daily_sleep ON days.person = daily_sleep.person AND days.day = daily_sleep.day
LEFT JOIN stg_daily_readiness AS readiness ON days.person = readiness.person AND days.day = readiness.day
LEFT JOIN stg_daily_activity AS activity ON days.person = activity.person AND days.day = activity.day
LEFT JOIN stg_daily_spo2 AS spo2 ON days.person = spo2.person AND days.day = spo2.day
LEFT JOIN stg_daily_stress AS stress ON days.person = stress.person AND days.day = stress.day
LEFT JOIN stg_daily_resilience AS resilience ON days.person = resilience.person AND days.day = resilience.day
LEFT JOIN stg_daily_cardiovascular_age AS vascular ON days.person = vascular.person AND days.day = vascular.day
LEFT JOIN stg_vo2_max AS vo2 ON days.person = vo2.person AND days.day = vo2.day
LEFT JOIN workout_days ON days.person = workout_days.person AND days.day = workout_days.day
LEFT JOIN sessions ON days.person = sessions.person AND days.day = sessions.day
LEFT JOIN tag_days ON days.person = tag_days.person AND days.day = tag_days.day
LEFT JOIN rings ON days.person = rings.person AND days.day = rings.day
LEFT JOIN ring_evidence ON days.person = ring_evidence.person AND days.day = ring_evidence.day
