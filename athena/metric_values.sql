-- One row per person, calendar day and metric, gaps included: its value, NULL where nothing was measured.
SELECT
    CAST(p.person AS varchar) AS person,
    CAST(p.day AS date) AS day,
    CAST(g.regime AS integer) AS regime,
    CAST(m.metric AS varchar) AS metric,
    CAST(CASE m.metric
        WHEN 'sleep_h' THEN p.sleep_h
        WHEN 'deep_h' THEN p.deep_h
        WHEN 'rem_h' THEN p.rem_h
        WHEN 'time_in_bed_h' THEN p.time_in_bed_h
        WHEN 'efficiency_pct' THEN CAST(p.efficiency_pct AS double)
        WHEN 'latency_min' THEN p.latency_min
        WHEN 'bedtime_h' THEN DATE_DIFF('second', CAST(p.day AS timestamp(3)), p.bedtime_start_local) / 3600e0
        WHEN 'sleep_score' THEN CAST(p.sleep_score AS double)
        WHEN 'readiness_score' THEN CAST(p.readiness_score AS double)
        WHEN 'activity_score' THEN CAST(p.activity_score AS double)
        WHEN 'resting_heart_rate_bpm' THEN CAST(p.resting_heart_rate_bpm AS double)
        WHEN 'average_heart_rate_bpm' THEN p.average_heart_rate_bpm
        WHEN 'hrv_rmssd_ms' THEN CAST(p.hrv_rmssd_ms AS double)
        WHEN 'respiratory_rate_bpm' THEN p.respiratory_rate_bpm
        WHEN 'temperature_deviation_c' THEN p.temperature_deviation_c
        WHEN 'spo2_pct' THEN p.spo2_pct
        WHEN 'steps' THEN CAST(p.steps AS double)
        WHEN 'active_kcal' THEN CAST(p.active_kcal AS double)
        WHEN 'met_min' THEN CAST(p.met_min AS double)
        WHEN 'inactive_h' THEN p.inactive_h
        WHEN 'workout_min' THEN p.workout_min
        WHEN 'stress_high_min' THEN p.stress_high_min
        WHEN 'recovery_high_min' THEN p.recovery_high_min
        WHEN 'vascular_age_y' THEN CAST(p.vascular_age_y AS double)
        WHEN 'vo2_max_ml_kg_min' THEN p.vo2_max_ml_kg_min
    END AS double) AS value
FROM person_day AS p
INNER JOIN regimes AS g ON p.person = g.person AND p.day = g.day
CROSS JOIN UNNEST(ARRAY[
    'sleep_h', 'deep_h', 'rem_h', 'time_in_bed_h', 'efficiency_pct', 'latency_min', 'bedtime_h', 'sleep_score',
    'readiness_score', 'activity_score', 'resting_heart_rate_bpm', 'average_heart_rate_bpm', 'hrv_rmssd_ms',
    'respiratory_rate_bpm', 'temperature_deviation_c', 'spo2_pct', 'steps', 'active_kcal', 'met_min', 'inactive_h',
    'workout_min', 'stress_high_min', 'recovery_high_min', 'vascular_age_y', 'vo2_max_ml_kg_min'
]) AS m (metric)
