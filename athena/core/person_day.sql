-- One row per person and calendar day, gaps included: every signal an analysis needs.
WITH days AS (
    SELECT c.person, c.day, COUNT(r.rest_mode_period_id) > 0 AS is_rest_mode
    FROM calendar AS c
    LEFT JOIN stg_rest_mode_period AS r ON c.person = r.person AND c.day BETWEEN r.day AND r.last_day
    GROUP BY c.person, c.day
),
sessions AS (
    SELECT person, day, COUNT(*) AS n FROM session WHERE NOT COALESCE(is_deleted, FALSE) GROUP BY person, day
),
rings AS (SELECT DISTINCT person, CAST(set_up_at AS date) AS day FROM stg_ring_configuration)
SELECT
    CAST(d.person AS varchar) AS person, CAST(d.day AS date) AS day,
    CAST(n.sleep_h AS double) AS sleep_h, CAST(n.asleep_h AS double) AS asleep_h,
    CAST(n.deep_h AS double) AS deep_h, CAST(n.rem_h AS double) AS rem_h, CAST(n.light_h AS double) AS light_h,
    CAST(n.awake_h AS double) AS awake_h,
    CAST(n.time_in_bed_h AS double) AS time_in_bed_h,
    CAST(n.efficiency_pct AS integer) AS efficiency_pct,
    CAST(n.latency_min AS double) AS latency_min,
    CAST(n.bedtime_start_local AS timestamp(3)) AS bedtime_start_local,
    CAST(n.bedtime_end_local AS timestamp(3)) AS bedtime_end_local,
    CAST(n.utc_offset_min AS integer) AS utc_offset_min,
    CAST(COALESCE(n.n_sleeps, 0) AS integer) AS n_sleeps,
    CAST(n.resting_heart_rate_bpm AS integer) AS resting_heart_rate_bpm,
    CAST(n.average_heart_rate_bpm AS double) AS average_heart_rate_bpm,
    CAST(n.hrv_rmssd_ms AS integer) AS hrv_rmssd_ms,
    CAST(n.respiratory_rate_bpm AS double) AS respiratory_rate_bpm,
    CAST(s.sleep_score AS integer) AS sleep_score,
    CAST(r.readiness_score AS integer) AS readiness_score,
    CAST(IF(a.is_complete, a.activity_score) AS integer) AS activity_score,
    CAST(r.temperature_deviation_c AS double) AS temperature_deviation_c,
    CAST(r.temperature_trend_deviation_c AS double) AS temperature_trend_deviation_c,
    CAST(IF(a.is_whole, a.steps) AS integer) AS steps,
    CAST(IF(a.is_whole, a.active_kcal) AS integer) AS active_kcal,
    CAST(IF(a.is_whole, a.total_kcal) AS integer) AS total_kcal,
    CAST(IF(a.is_whole, a.inactive_s) / 3600e0 AS double) AS inactive_h,
    CAST(IF(a.is_whole, a.resting_s) / 3600e0 AS double) AS resting_h,
    CAST(a.non_wear_s / 3600e0 AS double) AS non_wear_h,
    CAST(IF(a.is_whole, a.medium_met_min + a.high_met_min) AS integer) AS met_min,
    CAST(o.spo2_pct AS double) AS spo2_pct,
    CAST(o.breathing_disturbance_index AS integer) AS breathing_disturbance_index,
    CAST(IF(COALESCE(a.is_complete, TRUE), x.stress_high_s / 60e0) AS double) AS stress_high_min,
    CAST(IF(COALESCE(a.is_complete, TRUE), x.recovery_high_s / 60e0) AS double) AS recovery_high_min,
    CAST(IF(COALESCE(a.is_complete, TRUE), x.day_summary) AS varchar) AS day_summary,
    CAST(z.resilience_level AS varchar) AS resilience_level,
    CAST(c.vascular_age_y AS integer) AS vascular_age_y,
    CAST(c.pulse_wave_velocity_m_s AS double) AS pulse_wave_velocity_m_s,
    CAST(v.vo2_max_ml_kg_min AS double) AS vo2_max_ml_kg_min,
    -- Where the ring was not worn, or the day was not over, nobody knows that there was no workout.
    CAST(COALESCE(w.n_workouts, IF(a.is_whole, 0)) AS integer) AS n_workouts,
    CAST(COALESCE(w.workout_min, IF(a.is_whole, 0e0)) AS double) AS workout_min,
    CAST(w.workout_end_h AS integer) AS workout_end_h,
    CAST(w.longest_workout_min AS double) AS longest_workout_min,
    CAST(w.training_end_h AS integer) AS training_end_h,
    CAST(COALESCE(m.n, 0) AS integer) AS n_sessions,
    CAST(COALESCE(t.n_tags, 0) AS integer) AS n_tags,
    CAST(t.tags AS array(varchar)) AS tags,
    CAST(COALESCE(t.has_alcohol_tag, FALSE) AS boolean) AS has_alcohol_tag,
    CAST(COALESCE(t.has_sickness_tag, FALSE) AS boolean) AS has_sickness_tag,
    CAST(d.is_rest_mode AS boolean) AS is_rest_mode,
    CAST(n.sleep_algorithm_version AS varchar) AS sleep_algorithm_version,
    CAST(n.has_low_battery AS boolean) AS has_low_battery,
    CAST(g.day IS NOT NULL AS boolean) AS is_new_ring,
    CAST(e.last_battery_pct AS integer) AS last_battery_pct
FROM days AS d
LEFT JOIN nights AS n ON d.person = n.person AND d.day = n.day
LEFT JOIN stg_daily_sleep AS s ON d.person = s.person AND d.day = s.day
LEFT JOIN stg_daily_readiness AS r ON d.person = r.person AND d.day = r.day
LEFT JOIN stg_daily_activity AS a ON d.person = a.person AND d.day = a.day
LEFT JOIN stg_daily_spo2 AS o ON d.person = o.person AND d.day = o.day
LEFT JOIN stg_daily_stress AS x ON d.person = x.person AND d.day = x.day
LEFT JOIN stg_daily_resilience AS z ON d.person = z.person AND d.day = z.day
LEFT JOIN stg_daily_cardiovascular_age AS c ON d.person = c.person AND d.day = c.day
LEFT JOIN stg_vo2_max AS v ON d.person = v.person AND d.day = v.day
LEFT JOIN workout_days AS w ON d.person = w.person AND d.day = w.day
LEFT JOIN sessions AS m ON d.person = m.person AND d.day = m.day
LEFT JOIN tag_days AS t ON d.person = t.person AND d.day = t.day
LEFT JOIN rings AS g ON d.person = g.person AND d.day = g.day
LEFT JOIN ring_evidence AS e ON d.person = e.person AND d.day = e.day
