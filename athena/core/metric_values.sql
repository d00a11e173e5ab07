-- One row per person, calendar day and metric, gaps included: its value, NULL if not measured, and its regime.
-- The measures ride along as an array, in the order of the names below, so that person_day is read once.
WITH measured AS (
    SELECT
        person, day, is_new_ring, sleep_algorithm_version AS version,
        IF(sleep_h IS NOT NULL OR readiness_score IS NOT NULL OR steps IS NOT NULL, day) AS day_measured,
        ARRAY[
            sleep_h, deep_h, rem_h, time_in_bed_h, CAST(efficiency_pct AS double), latency_min,
            DATE_DIFF('second', CAST(day AS timestamp(3)), bedtime_start_local) / 3600e0,
            CAST(sleep_score AS double), CAST(readiness_score AS double), CAST(activity_score AS double),
            CAST(resting_heart_rate_bpm AS double), average_heart_rate_bpm, CAST(hrv_rmssd_ms AS double),
            respiratory_rate_bpm, temperature_deviation_c, spo2_pct, CAST(steps AS double),
            CAST(active_kcal AS double), CAST(met_min AS double), inactive_h, workout_min, stress_high_min,
            recovery_high_min, CAST(vascular_age_y AS double), vo2_max_ml_kg_min
        ] AS measures
    FROM person_day
),
days AS (
    SELECT
        person, day, is_new_ring, version, day_measured, measures,
        LAST_VALUE(version) IGNORE NULLS OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS version_before,
        MAX(day_measured) OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS measured_before
    FROM measured
),
breaks AS (
    SELECT
        person, day, measures,
        CASE
            WHEN is_new_ring AND measured_before IS NOT NULL THEN 'ring'
            WHEN version <> version_before THEN 'algorithm'
            WHEN DATE_DIFF('day', measured_before, day_measured) > 15 THEN 'gap'
        END AS reason
    FROM days
),
counted AS (
    SELECT
        person, day, measures, reason,
        1 + COUNT(reason) OVER (PARTITION BY person ORDER BY day ROWS UNBOUNDED PRECEDING) AS regime
    FROM breaks
)
SELECT
    counted.person,
    counted.day,
    counted.regime,
    counted.reason AS break_reason,
    metrics.metric,
    ELEMENT_AT(counted.measures, metrics.i) AS value
FROM counted
CROSS JOIN UNNEST(ARRAY[
    'sleep_h', 'deep_h', 'rem_h', 'time_in_bed_h', 'efficiency_pct', 'latency_min',
    'bedtime_h',
    'sleep_score', 'readiness_score', 'activity_score',
    'resting_heart_rate_bpm', 'average_heart_rate_bpm', 'hrv_rmssd_ms',
    'respiratory_rate_bpm', 'temperature_deviation_c', 'spo2_pct', 'steps',
    'active_kcal', 'met_min', 'inactive_h', 'workout_min', 'stress_high_min',
    'recovery_high_min', 'vascular_age_y', 'vo2_max_ml_kg_min'
]) WITH ORDINALITY AS metrics (metric, i)
